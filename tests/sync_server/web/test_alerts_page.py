"""The pages of alerts over real HTTP and in Chromium: who sees, says, closes and sets what."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser

from sync_server.alerts.alert import Negative, new_row
from sync_server.alerts.rules import location_place, rules_of
from sync_server.mail.letter import Letter
from sync_server.mail.outbox import put
from sync_server.store import alerts as stored
from sync_server.store import audit, open_store, outbox
from sync_server.store.alerts import AlertRow
from tests import cast
from tests.sync_server.web.house import House, Served, post

HOSTILE = "<script>alert('x')</script>\"'&{{ 7*7 }}"
RULES = {"percent": "40", "minutes": "20", "least": "6", "silent_minutes": "45", "negative": "1", "silent": "1"}


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    store = open_store(tmp_path_factory.mktemp("chain"))
    cast.settle(store)
    with store.write() as transaction:
        transaction.execute("UPDATE people SET email = person_id || '@shop.example'")
    house = House(store)
    with Served(house):
        yield house
    store.close()


def opened(house: House, location_id: str = "kamppi", subject: str = "") -> AlertRow:
    """One more alert, with no other of its subject."""
    row = new_row((location_id, "negative", subject), Negative(5, 6, 15), house.now_ms)
    with house.store.write() as transaction:
        transaction.execute("DELETE FROM alerts")
        transaction.execute("DELETE FROM alert_comments")
        assert stored.add(transaction, row)
    return row


def kept(house: House, row: AlertRow) -> AlertRow:
    found = stored.find(house.store, row.location_id, row.alert_id)
    assert found is not None
    return found


def act(client: httpx.Client, row: AlertRow, act: str, **form: str) -> httpx.Response:
    return post(client, f"/alerts/{row.location_id}/{row.alert_id}/acts", act=act, **form)


def test_an_alert_says_what_where_since_when_and_on_what_it_rests(chain: House) -> None:
    row = opened(chain)
    with chain.client("Frida") as client:
        shown = client.get("/alerts").text

    assert "One alert is open." in shown
    assert "5 of 6 answers in 15 minutes were unhappy." in shown
    assert "Kamppi · since 21 Nov 12:00" in shown
    assert f'id="{row.alert_id}"' in shown
    assert "/acts" not in shown  # a viewer reads


def test_who_looks_at_it_says_so_once_and_what_they_found(chain: House) -> None:
    row = opened(chain)
    with chain.client("Aino") as aino, chain.client("Bo") as bo:
        act(aino, row, "acknowledge")
        act(bo, row, "acknowledge")
        act(bo, row, "comment", text=HOSTILE)
        act(bo, row, "comment", text="  ")
        shown = aino.get("/alerts").text

    assert kept(chain, row).acknowledged_by == "Aino"
    assert "Aino is looking at it, since 21 Nov 12:00" in shown
    assert len(stored.comments(chain.store, [row])) == 1
    assert "<script>alert" not in shown and "{{ 7*7 }}" in shown


def test_who_closes_it_is_named_and_it_stands_with_the_closed_ones(chain: House) -> None:
    row = opened(chain)
    with chain.client("Aino") as client:
        answer = act(client, row, "close", back="kamppi")
        act(client, row, "close")
        shown = client.get("/alerts").text

    assert answer.headers["location"] == f"/alerts?location=kamppi#{row.alert_id}"
    assert (kept(chain, row).closed_by, kept(chain, row).closed_at) == ("Aino", chain.now_ms)
    assert "Nothing needs you now." in shown and "closed by Aino" in shown


def test_nobody_touches_an_alert_of_a_place_that_is_not_theirs(chain: House) -> None:
    row = opened(chain)
    with chain.client("Dag") as dag, chain.client("Aino") as aino:
        foreign = act(dag, row, "close")
        through_own = post(dag, f"/alerts/vasa/{row.alert_id}/acts", act="close")
        seen = dag.get("/alerts").text
        unknown = act(aino, row, "burn")

    assert (foreign.status_code, through_own.status_code, unknown.status_code) == (404, 404, 400)
    assert kept(chain, row).closed_at is None
    assert "Nothing needs you now." in seen


def test_each_chooses_what_is_mailed(chain: House) -> None:
    with chain.client("Aino") as client:
        before = client.get("/alerts").text.count(" checked")
        post(client, "/alerts/choice", day="1")
        after = client.get("/alerts").text.count(" checked")

    assert (before, after) == (4, 1)
    assert stored.choices(chain.store) == {"aino": '["day"]'}


def test_rules_are_set_for_places_of_ones_own_and_that_is_noted(chain: House) -> None:
    place = location_place("kamppi")
    with chain.client("Aino") as aino, chain.client("Dag") as dag:
        first = post(aino, "/alerts/rules/changes", place=place, version="0", **RULES)
        stale = post(aino, "/alerts/rules/changes", place=place, version="0", **RULES)
        foreign = post(dag, "/alerts/rules/changes", place=place, version="1", **RULES)
        chain_wide = post(aino, "/alerts/rules/changes", place="chain", version="0", **RULES)
        shown, saved = aino.get("/alerts/rules").text, aino.get(first.headers["location"]).text
        found = rules_of(stored.rules(chain.store), place).rules
        post(aino, "/alerts/rules/changes", place=place, version="1", follow="1")

    assert [answer.status_code for answer in (first, stale, foreign, chain_wide)] == [303, 409, 404, 404]
    assert "Has rules of its own." in shown
    assert ("Saved." in shown, "Saved." in saved) == (False, True)
    assert (found.percent, found.least, found.day, found.silent_minutes) == (40, 6, False, 45)
    assert stored.rules(chain.store) == {}
    assert [(note.what, note.about) for note in audit.notes(chain.store, most=2)] == [
        ("alert rules removed", "location:kamppi"),
        ("alert rules set", "location:kamppi: negative 40 % / 20 min / n ≥ 6, silent 45 min"),
    ]


@pytest.mark.parametrize("odd", [{"percent": "0"}, {"minutes": "61"}, {"least": "x"}, {"silent_minutes": ""}])
def test_numbers_that_do_not_fit_change_nothing(chain: House, odd: dict[str, str]) -> None:
    with chain.client("Eeva") as client:
        answer = post(client, "/alerts/rules/changes", place="chain", version="0", **(RULES | odd))

    assert answer.status_code == 400
    assert "Nothing was changed." in answer.text
    assert stored.rules(chain.store) == {}


def test_the_rules_name_who_has_no_opening_hours(chain: House) -> None:
    with chain.client("Eeva") as client:
        page = client.get("/alerts/rules").text

    assert "Opening hours are missing: Kamppi, Tapiola, Vasa. Nothing can be said of their terminals." in page


def test_a_webhooks_secret_is_shown_once(chain: House) -> None:
    with chain.client("Cilla") as client:
        made = post(client, "/alerts/webhooks/new", url="https://chat.example/hook")
        unfit = post(client, "/alerts/webhooks/new", url="nowhere")
        (webhook,) = stored.webhooks(chain.store)
        later = client.get("/alerts/webhooks").text
        post(client, f"/alerts/webhooks/{webhook.webhook_id}/removal")

    assert webhook.secret in made.text
    assert webhook.secret not in later and webhook.url in later
    assert unfit.status_code == 400 and "https://example.com/hymy" in unfit.text
    assert stored.webhooks(chain.store) == []


def test_it_is_told_on_the_fleet_page_what_could_not_be_sent(chain: House) -> None:
    store, now_ms = chain.store, chain.now_ms
    with store.write() as transaction:
        put(transaction, "a", Letter("aino@shop.example", "", ""), now_ms)
    parcel = outbox.take(store, "mail", now_ms=now_ms, until_ms=now_ms)
    assert parcel is not None
    with chain.client("Cilla") as client:
        outbox.note_failure(store, parcel, "451 <later>", due_at=now_ms, failed_at=None)
        for_now = client.get("/fleet").text
        parcel = outbox.take(store, "mail", now_ms=now_ms, until_ms=now_ms) or parcel
        outbox.note_failure(store, parcel, "550 <no>", due_at=now_ms, failed_at=now_ms)
        for_good = client.get("/fleet").text

    assert "hymy mail list" not in for_now
    assert "One letter or call could not be sent: 550 &lt;no&gt;" in for_good


def test_the_keyboard_alone_comments(chain: House, browser: Browser) -> None:
    row = opened(chain)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "hymy_session", "value": chain.session_of("Bo"), "url": chain.address}])
    page = context.new_page()
    page.goto(f"{chain.address}/alerts?location=kamppi")

    page.locator("summary").last.focus()
    for key in ("Enter", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("We opened a second checkout")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    context.close()

    assert [one.text for one in stored.comments(chain.store, [row])] == ["We opened a second checkout"]
