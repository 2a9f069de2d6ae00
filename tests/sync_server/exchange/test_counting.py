"""What an answer counts as, where and when; and what does not count, kept whole (design.md 3.5, 3.8, 3.9)."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.entries import Context, Entry
from survey.exchange import Boot, Health
from survey.questions import Value
from sync_server.exchange.handler import authenticate
from sync_server.store.amiss import rows_held
from tests import cast
from tests.sync_server.exchange.shop import BOOTS, NOW, OPENED, Journal, Shop, about

POISON = [
    pytest.param(4, about("overall", survey="shop@2"), "Survey 'shop@2' was never loaded", id="survey not loaded"),
    pytest.param(4, about("overall", survey=""), "Survey '' was never loaded", id="no survey"),
    pytest.param(4, about("overall", survey=f"shop@{'9' * 40}"), "was never loaded", id="version beyond all"),
    pytest.param(4, about("mood"), "Survey shop@1 has no question 'mood'", id="unknown question"),
    pytest.param(6, about("overall"), "overall (smiley5) takes 1 to 5, not 6", id="value out of range"),
    pytest.param(-(10**30), about("overall"), "takes 1 to 5", id="value beyond 64 bits"),
    pytest.param("fine", about("overall"), "takes 1 to 5, not 'fine'", id="words for a face"),
    pytest.param(3, about("words"), "words takes a text of 1 to 2000 characters", id="a number for words"),
    pytest.param(" ", about("words"), "words takes a text", id="no words"),
]


@pytest.mark.parametrize(("value", "context", "reason"), POISON)
def test_what_can_not_be_accepted_is_kept_in_quarantine_and_the_rest_counts(
    shop: Shop,
    journal: Journal,
    value: Value,
    context: Context,
    reason: str,
) -> None:
    """Rule 3.5."""
    journal.write(5).write(value, context=context).write(1)
    received = shop.receive(journal.request())
    assert received.head == journal.head(3)
    assert shop.counts() == {5: 1, 1: 1}
    ((seq, told, kept),) = shop.rows("seq, reason, entry", "quarantine")
    assert (seq, msgspec.json.decode(kept, type=Entry)) == (2, journal.entries[1])
    assert reason in told


def test_answers_in_quarantine_count_as_received(shop: Shop, journal: Journal) -> None:
    """Rule 3.5: so that pressed = stored = sent = counted still holds."""
    shop.receive(journal.write(5, 6).request())
    assert shop.rows("answers", "journals") == [(2,)]


def test_an_event_in_quarantine_is_no_answer(shop: Shop, journal: Journal) -> None:
    """Rule 3.5: also where the rows themselves are counted."""
    journal.write(5, 6).write(1, context=about("booted", kind="event"), born="of nowhere")
    shop.receive(journal.request())
    assert shop.rows("seq", "quarantine") == [(2,), (3,)]
    assert shop.rows("answers", "journals") == [(2,)]
    assert rows_held(shop.store, "kamppi", int(journal.name, 16)) == 2


def test_each_choice_of_a_set_counts_as_its_own(shop: Shop, journal: Journal) -> None:
    shop.receive(journal.write(0b101, 0b001, context=about("which")).request())
    assert shop.counts("which") == {1: 2, 3: 1}
    assert shop.rows("value", "answers") == [(5,), (1,)]


def test_words_are_kept_with_the_face_of_their_visit(shop: Shop, journal: Journal) -> None:
    journal.visit(("overall", 2), ("why", 1), ("words", "Kassa oli kiinni 🙁"))
    journal.visit(("overall", 5))
    journal.visit(("words", "Without a face"))
    shop.receive(journal.request())
    assert shop.rows("text, score, language", "texts") == [
        ("Kassa oli kiinni 🙁", 2, "fi"),
        ("Without a face", None, "fi"),
    ]
    assert shop.counts("words") == {0: 2}


def test_words_find_the_face_that_came_in_an_earlier_batch(shop: Shop, journal: Journal) -> None:
    journal.visit(("overall", 2), ("words", "Jono"))
    shop.receive(journal.request(upto=1))
    shop.receive(journal.request(after=1))
    assert shop.rows("text, score", "texts") == [("Jono", 2)]


@pytest.mark.parametrize("upto", [None, 1, 2], ids=["one batch", "cut after the opening", "cut before the words"])
def test_words_have_the_score_of_the_shared_question_whatever_began_the_visit(
    shop: Shop, journal: Journal, upto: int | None
) -> None:
    journal.visit(("why", 3), ("overall", 2), ("words", "Jono")).visit(("why", 3), ("words", "Kallis"))
    for after, end in [(0, upto), (upto, None)] if upto else [(0, None)]:
        shop.receive(journal.request(after=after, upto=end))
    assert shop.rows("text, score", "texts") == [("Jono", 2), ("Kallis", None)]


def test_words_have_no_face_of_a_value_that_there_is_not(shop: Shop, journal: Journal) -> None:
    shop.receive(journal.visit(("overall", 10**30), ("words", "Jono")).request())
    assert shop.rows("text, score", "texts") == [("Jono", None)]


def test_words_of_no_visit_have_no_face(shop: Shop, journal: Journal) -> None:
    for value, question_id in ((1, "overall"), ("words", "words")):
        journal.entries.append(Entry(len(journal.entries) + 1, 0, 60_000, value, about(question_id)))
    shop.receive(journal.request())
    assert shop.rows("score", "texts") == [(None,)]


def test_events_are_kept_and_do_not_count_as_answers(shop: Shop, journal: Journal) -> None:
    shop.receive(journal.write("0.1.0", context=about("booted", kind="event", survey="")).request())
    assert shop.rows("kind, about, value", "events") == [("event", "booted", "0.1.0")]
    assert (shop.rows("*", "rollups"), shop.rows("answers", "journals")) == ([], [(0,)])


TIMES = [
    pytest.param([Boot(1, "b", OPENED, "server")], (OPENED + 60_000, "server"), id="the server's clock"),
    pytest.param([Boot(1, "b", OPENED, "estimated")], (OPENED + 60_000, "estimated"), id="bounded by neighbours"),
    pytest.param([Boot(2, "b", OPENED, "server")], (OPENED + 60_007, "unknown"), id="another boot's clock"),
    pytest.param([Boot(1, "b", None, "unknown")], (OPENED + 60_007, "unknown"), id="no clock yet"),
    pytest.param([], (OPENED + 60_007, "unknown"), id="no word of any boot"),
    pytest.param([Boot(1, "b", -(2**53), "ntp")], (0, "ntp"), id="before the calendar"),
    pytest.param([Boot(1, "b", 2**53, "ntp")], (253_370_000_000_000, "ntp"), id="after the calendar"),
]


@pytest.mark.parametrize(("boots", "expected"), TIMES)
def test_no_time_is_refused_and_each_says_how_it_is_known(
    shop: Shop, journal: Journal, boots: list[Boot], expected: tuple[int, str]
) -> None:
    """Rule 3.8."""
    shop.receive(journal.write(5).request(boots=boots))
    assert shop.rows("at, clock", "answers") == [expected]
    assert shop.counts() == {5: 1}


def test_late_answers_land_on_the_day_and_hour_they_were_given(shop: Shop, journal: Journal) -> None:
    """Rule 3.9: three days after they were given, one each side of midnight in Helsinki."""
    opened = cast.at("2026-11-18 23:58")
    shop.receive(journal.write(5, 4, 3).request(boots=[Boot(1, "b", opened, "ntp")]))
    assert shop.rows("local_date, local_hour, value", "rollups") == [
        ("2026-11-18", 23, 5),
        ("2026-11-19", 0, 3),
        ("2026-11-19", 0, 4),
    ]


def test_an_answer_counts_in_the_time_zone_of_its_location(shop: Shop, journal: Journal) -> None:
    """Rules 3.8 and 3.9: the same instants at Kamppi and at Vasa, an hour apart on the wall."""
    shop.receive(journal.write(5).request())
    shop.receive(Journal("0000000000000b1").write(5).request(), shop.terminal("vasa-checkout"))
    assert shop.rows("location_id, local_hour", "rollups") == [("kamppi", 14), ("vasa", 13)]


def test_the_location_follows_from_who_is_asking(shop: Shop, journal: Journal) -> None:
    """Rule 3.9: a request has no place to name one, and the same journal's name elsewhere is another journal."""
    assert not {"location_id", "touchpoint_id", "location", "touchpoint"} & set(journal.request().__struct_fields__)
    shop.receive(journal.write(5).request())
    received = shop.receive(Journal(journal.name).write(1, 2).request(after=1), shop.terminal("vasa-checkout"))
    assert (received.head.seq, received.appended, received.place.location_id) == (0, 0, "vasa")


def test_a_terminal_enrolled_anew_at_another_location_brings_what_was_given_at_the_old_one(
    shop: Shop, journal: Journal
) -> None:
    """Rule 3.9: its journal's chain proves that the history is the one that began there."""
    shop.receive(journal.write(5).request())
    vasa = shop.token("vasa-checkout")
    received = shop.receive(journal.write(4).request(after=1), authenticate(shop.store, f"Bearer {vasa}"))
    assert (received.head, received.place.location_id) == (journal.head(2), "kamppi")
    assert shop.rows("location_id, value", "answers") == [("kamppi", 5), ("kamppi", 4)]
    again = shop.receive(journal.write(3).request(after=2), authenticate(shop.store, f"Bearer {vasa}"))
    assert (again.head, again.place.location_id) == (journal.head(3), "kamppi")


def test_a_journal_counts_where_its_terminal_stood_when_it_began(shop: Shop, journal: Journal) -> None:
    """Rule 3.9: the terminal is enrolled anew at another touchpoint and brings what it still held."""
    shop.receive(journal.write(5).request())
    shop.receive(journal.write(4).request(after=1), shop.terminal("kamppi-entrance"))
    assert shop.rows("touchpoint_id, value", "answers") == [("kamppi-checkout", 5), ("kamppi-checkout", 4)]


def test_the_state_of_a_terminal_is_what_it_last_said_less_what_is_held_now(shop: Shop, journal: Journal) -> None:
    request = journal.write(5).request()
    health = Health("0.2.0", pressed=4, stored=4, waiting=3, devices={"buttons": "lost"})
    shop.receive(msgspec.structs.replace(request, health=health, configuration="abc"))
    columns = "last_exchange_at, version, pressed, stored, waiting, devices, configuration, journal_id"
    assert shop.rows(columns, "terminal_states") == [(NOW, "0.2.0", 4, 4, 2, '{"buttons":"lost"}', "abc", 42)]


@pytest.fixture(scope="module")
def busy_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("shop"))
    yield shop
    shop.store.close()


answers = st.one_of(
    st.tuples(st.just("overall"), st.integers(0, 6)),
    st.tuples(st.just("which"), st.integers(0, 8)),
    st.tuples(st.just("words"), st.sampled_from(["Hyvä!", "", "jono 🙁"])),
    st.tuples(st.just("mood"), st.integers(0, 9)),
)
batches = st.lists(st.tuples(answers, st.integers(0, 40 * 3600_000)), min_size=1, max_size=30)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**60 - 1), batches, st.integers(0, 30))
def test_rollups_are_what_a_recount_of_the_answers_gives(
    busy_shop: Shop, name: int, batch: list[tuple[tuple[str, Value], int]], cut: int
) -> None:
    """Rule 3.2: they are written together; whatever the batches are, and although part of them comes twice."""
    journal = Journal(f"{name:015x}")
    for (question_id, value), uptime_ms in batch:
        journal.write(value, context=about(question_id), uptime_ms=uptime_ms)
    busy_shop.receive(journal.request(upto=cut))
    busy_shop.receive(journal.request(boots=BOOTS))
    assert recount(busy_shop) == Counter({tuple(row[:-1]): row[-1] for row in busy_shop.rows(KEYS, "rollups")})


KEYS = "location_id, touchpoint_id, question_id, local_date, local_hour, value, answers"


def recount(shop: Shop) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for location_id, touchpoint_id, question_id, at, value in shop.rows(
        "location_id, touchpoint_id, question_id, at, value", "answers"
    ):
        wall = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo("Europe/Helsinki"))
        bits = [number + 1 for number in range(3) if value & 2**number]
        for counted in {"words": [0], "which": bits}.get(question_id, [value]):
            found[location_id, touchpoint_id, question_id, wall.date().isoformat(), wall.hour, counted] += 1
    return found
