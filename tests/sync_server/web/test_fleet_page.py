import re
from collections.abc import Sequence

import msgspec
import pytest

from survey.entries import Context, Entry, Head
from survey.exchange import Boot, EnrolmentReply, EnrolmentRequest, Request, to_columns
from survey.questions import Value
from sync_server.errors import CodeRefused
from sync_server.exchange.handler import authenticate
from sync_server.exchange.incoming import incoming
from sync_server.exchange.ingest import receive
from sync_server.fleet.enrolment import VALID_MS, enrol
from sync_server.fleet.surveys import Questions
from sync_server.fleet.terminals import revoke
from sync_server.store import Row, Transaction, amiss, terminals, upkeep
from sync_server.store.interface import Bindable
from sync_server.store.upkeep import Backup
from sync_server.texts.say import say_in, texts
from sync_server.web.fleet import (
    DAY_MS,
    DISK,
    MOST_HAPPENED,
    MOST_SHOWN,
    SILENT_MS,
    ago,
    device_name,
    equation_faults,
    shown,
)
from tests.sync_server.fleet import heard
from tests.sync_server.fleet.heard import WELL
from tests.sync_server.web.house import House, post

QUARANTINE = ("location_id", "journal_id", "seq", "chain", "at", "clock", "reason", "entry", "received_at")


def test_a_code_is_shown_once_and_enrols_one_terminal(house: House) -> None:
    with house.client("Cilla") as client:
        page = post(client, "/fleet/codes", touchpoint_id="kamppi-checkout").text
        code = re.search(r"<code>(.+?)</code>", page)
        assert code
        later = client.get("/fleet").text
        enrol(house.store, EnrolmentRequest(code[1], "Till 1"), house.now_ms)
        fleet = client.get("/fleet").text

    assert code[1] not in later
    assert "until 24 Nov 12:00 (Europe/Helsinki)" in page
    assert "Till 1" in fleet and "Till 1" not in later
    with pytest.raises(CodeRefused):
        enrol(house.store, EnrolmentRequest(code[1]), house.now_ms)
    assert VALID_MS == 72 * 3_600_000


def test_a_terminal_is_revoked_after_a_question(house: House) -> None:
    with house.client("Cilla") as client:
        code = re.findall(r"<code>(.+?)</code>", post(client, "/fleet/codes", touchpoint_id="kamppi-checkout").text)[0]
        terminal_id = enrol(house.store, EnrolmentRequest(code, "Till 1"), house.now_ms).terminal_id
        question = client.get(f"/fleet/{terminal_id}/revoke")
        asked_only = house.store.read("SELECT revoked_at FROM terminals")
        address = re.findall(r'class="card door" action="(.+?)"', question.text)[0]
        answer = post(client, address)
        again = post(client, address)

    assert "Revoke Till 1?" in question.text
    assert asked_only == [(None,)]
    assert (answer.status_code, again.status_code) == (303, 404)
    assert house.store.read("SELECT revoked_at FROM terminals") == [(house.now_ms,)]


def test_an_unknown_touchpoint_makes_no_code(house: House) -> None:
    with house.client("Cilla") as client:
        answer = post(client, "/fleet/codes", touchpoint_id="nowhere")

    assert answer.status_code == 404
    assert house.store.read("SELECT * FROM enrolment_codes") == []


def test_when_all_is_well_the_equation_is_a_tick(house: House) -> None:
    assert equation_faults(WELL) == []
    assert not shown(WELL, WELL.last_exchange_at or 0).needs_look


@pytest.mark.parametrize(
    ("change", "fault", "needs_look"),
    [
        ({"pressed": 42}, ("fleet.not_stored", 2), True),
        ({"sent": 37, "counted": 37, "waiting": 3}, ("fleet.not_sent", 3), False),
        ({"counted": 39}, ("fleet.not_counted", 1), True),
        ({"counted": 37, "quarantined": 2}, ("fleet.not_counted", 1), True),
        ({"counted": 45}, ("fleet.too_many", 5), True),
    ],
    ids=["not stored", "not sent", "not counted", "not in quarantine either", "too many"],
)
def test_a_difference_is_named(change: dict[str, int], fault: tuple[str, int], needs_look: bool) -> None:
    row = msgspec.structs.replace(WELL, **change)

    assert equation_faults(row) == [fault]
    assert shown(row, row.last_exchange_at or 0).needs_look is needs_look


def test_a_terminal_that_is_not_heard_of_is_silent_unless_revoked() -> None:
    now = (WELL.last_exchange_at or 0) + SILENT_MS + 1
    revoked = msgspec.structs.replace(WELL, revoked_at=now)
    new = msgspec.structs.replace(WELL, enrolled_at=now, last_exchange_at=None)

    assert [shown(row, now).is_silent for row in (WELL, revoked, new)] == [True, False, False]
    assert shown(WELL, now).needs_look


def test_a_revoked_terminal_has_no_tick_but_the_time_that_its_numbers_are_of(house: House) -> None:
    terminal = heard.enrol(house.store, "Till 1", house.now_ms)
    heard.hear(house.store, terminal, answers=3, now_ms=house.now_ms)
    with house.client("Cilla") as client:
        in_force = client.get("/fleet/main").text
        revoke(house.store, terminal.terminal_id, house.now_ms)
        house.now_ms += 3 * 3_600_000
        revoked = client.get("/fleet/main").text

    assert 'class="equal"' in in_force and "as of" not in in_force
    assert 'class="equal"' not in revoked and "pressed = stored = sent = counted" not in revoked
    assert "revoked; as of 3 h ago" in revoked


def test_a_journal_that_went_over_to_another_terminal_is_shown_there_alone(house: House) -> None:
    first = heard.enrol(house.store, "Till 1", house.now_ms)
    heard.hear(house.store, first, answers=15, now_ms=house.now_ms)
    revoke(house.store, first.terminal_id, house.now_ms)
    second = heard.enrol(house.store, "Till 1", house.now_ms)
    heard.hear(house.store, second, answers=18, now_ms=house.now_ms + 1)

    with house.client("Cilla") as client:
        page = client.get("/fleet/main").text

    assert "<b>18</b>" in page and "<b>15</b>" not in page
    assert page.count("its journal goes on with another terminal") == 1
    assert "as of" not in page


def test_an_unplugged_device_is_said_in_the_alert_colour_and_needs_a_look(house: House) -> None:
    terminal = heard.enrol(house.store, "Till 1", house.now_ms)
    with house.client("Cilla") as client:
        heard.hear(house.store, terminal, answers=3, now_ms=house.now_ms, devices={"buttons": "plugged"})
        plugged = client.get("/fleet/main").text
        heard.hear(house.store, terminal, answers=3, now_ms=house.now_ms, devices={"buttons": "unplugged"})
        unplugged = client.get("/fleet/main").text
        revoke(house.store, terminal.terminal_id, house.now_ms)
        revoked = client.get("/fleet/main").text

    said = "buttons: unplugged, nothing comes from it"
    assert "The terminal is well." in plugged and said not in plugged
    assert f'<small class="look">{said}</small>' in unplugged and "1 terminal needs a look." in unplugged
    assert 'class="look"' not in revoked and "needs a look" not in revoked


def test_a_device_is_named_in_the_reader_s_language_or_as_the_terminal_does() -> None:
    named = [device_name(say_in("fi"), device) for device in ("buttons", "door")]

    assert named == ["painikkeet", "door"]


@pytest.mark.parametrize(
    ("device", "state", "said"),
    [
        ("counter", "suspicious", "counter: counts more than can pass, so nothing of it is believed"),
        ("button 3", "stuck", "button 3: stuck, held down or covered for longer than anybody would"),
        ("configuration", "not used: $.survey says slider", "configuration: not used: $.survey says slider"),
        ("power", "under-voltage since start", "power: under-voltage since start; use the board&#39;s own"),
        ("power", "too warm now", "power: too warm now; use the board&#39;s own"),
        ("card", "reserve: urgent", "card: its spare blocks run out (reserve: urgent)"),
    ],
)
def test_what_a_terminal_can_not_use_is_said_and_needs_a_look(house: House, device: str, state: str, said: str) -> None:
    terminal = heard.enrol(house.store, "Till 1", house.now_ms)
    heard.hear(house.store, terminal, answers=3, now_ms=house.now_ms, devices={device: state})

    with house.client("Cilla") as client:
        page = client.get("/fleet/main").text

    assert f'<small class="look">{said}' in page and "1 terminal needs a look." in page


def test_a_terminal_that_was_never_heard_of_needs_a_look(house: House) -> None:
    well = heard.enrol(house.store, "Till 1", house.now_ms)
    heard.hear(house.store, well, answers=3, now_ms=house.now_ms)
    heard.enrol(house.store, "Till 2", house.now_ms)

    with house.client("Cilla") as client:
        page = client.get("/fleet/main").text

    assert "1 terminal needs a look." in page
    assert '<span class="look">never</span>' in page


def test_terminals_that_are_revoked_are_not_among_those_that_are_well(house: House) -> None:
    tills = [heard.enrol(house.store, f"Till {n}", house.now_ms) for n in (1, 2, 3)]
    for n, till in enumerate(tills):
        heard.hear(house.store, till, answers=3, now_ms=house.now_ms, journal=n)
    with house.client("Cilla") as client:
        revoke(house.store, tills[0].terminal_id, house.now_ms)
        two_left = client.get("/fleet/main").text
        for till in tills[1:]:
            revoke(house.store, till.terminal_id, house.now_ms)
        none_left = client.get("/fleet/main").text

    assert "All terminals are well (2)." in two_left
    assert "No terminal is in use." in none_left and "well" not in none_left


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "just now"), (2, "2 min ago"), (59, "59 min ago"), (60, "1 h ago"), (48 * 60, "2 days ago"), (None, "never")],
)
def test_how_long_ago_is_said_in_words(minutes: int | None, said: str) -> None:
    now = 10**12

    assert ago(say_in("en"), None if minutes is None else now - minutes * 60_000, now) == said


@pytest.mark.parametrize(("disk", "said"), [(state, texts("en")[key]) for state, key in DISK.items()], ids=list(DISK))
def test_a_card_that_is_full_or_failing_is_said_and_needs_a_look(house: House, disk: str, said: str) -> None:
    terminal = heard.enrol(house.store, "Till 1", house.now_ms)
    heard.hear(house.store, terminal, answers=3, now_ms=house.now_ms, devices={"disk": disk})

    with house.client("Cilla") as client:
        pages = [client.get("/fleet").text, client.get(f"/fleet/terminals/{terminal.terminal_id}").text]

    assert "1 terminal needs a look." in pages[0]
    assert all(f'class="look">{said}<' in page for page in pages)


def test_what_became_of_journals_and_cards_lately_is_told(house: House) -> None:
    terminal = heard.enrol(house.store, "Till 1", house.now_ms)
    for seq, (about, days) in enumerate([("journal_forked", 3), ("journal_salvaged", 29), ("out_of_order", 31)], 1):
        at = house.now_ms - days * DAY_MS
        happened(house, terminal, Context("event", about, "", "", "terminal", 1, at), seq)

    with house.client("Cilla") as client:
        page = client.get("/fleet").text

    told = re.findall(r"<th scope=\"row\">(\d+ days ago)</th><td>.*?<small>(.*?)</small>", page)
    assert told == [
        ("3 days ago", texts("en")["terminal.event_journal_forked"]),
        ("29 days ago", texts("en")["terminal.event_journal_salvaged"]),
    ]


def test_more_than_a_few_such_events_are_folded_up(house: House) -> None:
    terminal = heard.enrol(house.store, "Till 1", house.now_ms)
    for number in range(MOST_HAPPENED + 2):
        context = Context("event", "journal_forked", "", "", "terminal", 1, house.now_ms - number * DAY_MS)
        happened(house, terminal, context, number + 1)

    with house.client("Cilla") as client:
        shown, _, folded = client.get("/fleet").text.partition("<summary>2 more</summary>")

    words = texts("en")["terminal.event_journal_forked"]
    assert (shown.count(str(words)), folded.count(str(words))) == (MOST_HAPPENED, 2)


def test_what_happens_often_hides_nothing_that_is_rare(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amiss, "MOST_EVENTS", 3)
    terminal = heard.enrol(house.store, "Till 1", house.now_ms)
    abouts = ["journal_forked", *["paused", "resumed"] * 3]
    for number, about in enumerate(abouts, 1):
        context = Context("event", about, "", "", "terminal", 1, house.now_ms - DAY_MS + number * 60_000)
        happened(house, terminal, context, number)

    told = [about for _, about, *_ in amiss.events_since(house.store, 0)]

    assert told == ["resumed", "paused", "resumed", "journal_forked"]


def test_a_slip_of_the_finger_is_no_news_and_ten_wrong_pins_are(house: House) -> None:
    terminal = heard.enrol(house.store, "Till 1", house.now_ms)
    context = Context("event", "pin_refused", "", "", "terminal", 1, house.now_ms - DAY_MS)
    for wrong in range(1, 12):
        happened(house, terminal, context, wrong, value=wrong)

    assert [about for _, about, *_ in amiss.events_since(house.store, 0)] == ["pin_refused"] * 2  # the third, the tenth


def happened(house: House, terminal: EnrolmentReply, context: Context, journal: int, value: Value = "") -> None:
    entry = Entry(1, 0, 0, value, context)
    request = Request(f"{journal:015x}", Head(), to_columns([entry]), [Boot(1, "b", None, "")])
    with house.store.write() as transaction:
        asking = authenticate(house.store, f"Bearer {terminal.token}")
        receive(transaction, [incoming(asking, request)], ask=Questions(house.store), now_ms=house.now_ms)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (None, "There is no backup yet, so terminals forget nothing that they sent. Make one: hymy backup."),
        (3, "The newest backup is old (3 days ago): terminals forget nothing that came since. Make one: hymy backup."),
        (1, "Newest backup: 24 h ago."),
    ],
    ids=["none", "old", "new"],
)
def test_how_old_the_newest_backup_is_is_told_and_what_to_do(house: House, days: int | None, said: str) -> None:
    heard.enrol(house.store, "Till 1", house.now_ms)
    if days:
        made_at = house.now_ms - days * DAY_MS
        for number in (0, 1):
            upkeep.add_backup(house.store, Backup(f"b{number}", "f", made_at - number, 1, ""))

    with house.client("Cilla") as client:
        page = client.get("/fleet").text

    assert said in page
    assert page.count("hymy backup") == (days != 1)


def test_a_long_fleet_is_paged_with_what_needs_a_look_first(house: House) -> None:
    with house.store.write() as transaction:
        for number in range(MOST_SHOWN + 20):
            add_terminal(transaction, f"t{number}", "vasa-checkout" if number % 2 else "kamppi-checkout", number)
    heard.hear(house.store, heard.enrol(house.store, "A well one", house.now_ms), answers=3, now_ms=house.now_ms)

    with house.client("Cilla") as client:
        first, second, beyond = (client.get("/fleet", params={"number": n}).text for n in (1, 2, 9))
        vasa = client.get("/fleet", params={"at": "vasa"}).text

    assert [names(page) for page in (first, second)] == [MOST_SHOWN, 21]
    assert "A well one" in second and "A well one" not in first
    assert names(beyond) == 21
    assert names(vasa) == 60 and "Kamppi · " not in vasa
    assert "Vasa · Checkout" in vasa
    assert 'data-part="/fleet/main?at=vasa&amp;number=1"' in vasa


def add_terminal(transaction: Transaction, terminal_id: str, touchpoint_id: str, number: int) -> None:
    terminals.add_terminal(
        transaction,
        terminal_id=terminal_id,
        touchpoint_id=touchpoint_id,
        name=f"Till {number}",
        token_hash=terminal_id,
        now_ms=0,
    )


def names(page: str) -> int:
    """How many terminals the page lists."""
    return page.count('<th scope="row"><a href="/fleet/terminals/')


def test_no_page_of_the_fleet_goes_through_answers_or_events(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = heard.enrol(house.store, "Till 1", house.now_ms)
    heard.hear(house.store, terminal, answers=3, now_ms=house.now_ms)
    asked: list[tuple[str, Sequence[Bindable]]] = []
    read = house.store.read

    def note(sql: str, parameters: Sequence[Bindable] = ()) -> list[Row]:
        asked.append((sql, parameters))
        return read(sql, parameters)

    monkeypatch.setattr(house.store, "read", note)
    with house.client("Cilla") as client:
        for path in ("/fleet", "/fleet/main", f"/fleet/terminals/{terminal.terminal_id}"):
            assert client.get(path).status_code == 200

    plans = [(sql, step[-1]) for sql, parameters in asked for step in read(f"EXPLAIN QUERY PLAN {sql}", parameters)]
    whole = [sql for sql, step in plans if re.match("SCAN (answers|events|texts|e|a|o)$", step)]
    assert len(asked) > 10 and whole == []
    assert any("INDEX notable_events" in step for _, step in plans)


def test_what_is_in_quarantine_is_not_counted_and_has_no_tick(house: House) -> None:
    terminal = heard.enrol(house.store, "Till 1", house.now_ms)
    heard.hear(house.store, terminal, answers=3, now_ms=house.now_ms)
    with house.store.write() as transaction:
        row = ("kamppi", 42, 3, 1, house.now_ms, "ntp", "Poison.", "{}", house.now_ms)
        transaction.insert("quarantine", QUARANTINE, [row])

    with house.client("Cilla") as client:
        page = client.get("/fleet").text

    assert "<b>2</b> <small>counted</small>" in page and 'class="equal"' not in page
    assert "1 entry in quarantine" in page and "sent but not counted" not in page


def test_a_reading_beyond_its_limit_is_said_and_needs_a_look(house: House) -> None:
    terminal = heard.enrol(house.store, "Till 1", house.now_ms)
    told = {"temperature_c": 84.6, "disk_free_mb": 9_000.0, "memory_free_mb": 412.0}
    heard.hear(house.store, terminal, answers=3, now_ms=house.now_ms, readings=told)

    with house.client("Cilla") as client:
        fleet = client.get("/fleet/main").text
        own = client.get(f"/fleet/terminals/{terminal.terminal_id}").text

    assert '<small class="look">temperature 85 °C</small>' in fleet and "1 terminal needs a look." in fleet
    assert "free" not in fleet
    assert '<p class="look">temperature 85 °C</p>' in own
    assert "9000 MB free on the card · 412 MB of memory free" in own
