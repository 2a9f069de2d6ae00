"""The rollups are what a recount gives, whatever came and in whatever order; and one that is not is found."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.questions import Value
from sync_server.errors import RebuildStopped
from sync_server.store.rows import RollupKey
from sync_server.store.upkeep import WHOLE_DAY
from sync_server.upkeep.rebuild import Difference, check, rebuild
from tests import cast
from tests.sync_server.exchange.shop import OPENED, Journal, Shop, about
from tests.sync_server.upkeep.commands import at, run

KEY = RollupKey("kamppi", "2026-11-21", "overall", "kamppi-checkout", 14, 5)
WRONG = "UPDATE rollups SET answers = 7 WHERE question_id = 'overall' AND value = 5"


def told(done: int, of: int) -> None:
    assert done <= of


answers = st.one_of(
    st.tuples(st.just("overall"), st.integers(0, 6)),
    st.tuples(st.just("which"), st.integers(0, 8)),
    st.tuples(st.just("words"), st.sampled_from(["Hyvä!", "", "jono 🙁"])),
    st.tuples(st.just("mood"), st.integers(0, 9)),
    st.tuples(st.just("booted"), st.just("b2")),
)
lines = st.lists(st.tuples(answers, st.integers(-400 * 86_400_000, 40 * 3600_000)), min_size=1, max_size=30)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**60 - 2), lines, st.integers(0, 30), st.booleans())
def test_whatever_came_the_results_are_what_a_recount_gives(
    shop: Shop, name: int, batch: list[tuple[tuple[str, Value], int]], cut: int, is_forked: bool
) -> None:
    """Rule 3.2: late ones, sets, words, events, quarantined ones, repeated batches, entries carried over."""
    journal = Journal(f"{name:015x}")
    for (question_id, value), uptime_ms in batch:
        kind = "event" if question_id == "booted" else "answer"
        journal.write(value, context=about(question_id, kind=kind), uptime_ms=uptime_ms)
    shop.receive(journal.request(upto=cut))
    shop.receive(journal.request())
    if is_forked:
        other = Journal(f"{name + 1:015x}")
        for entry in journal.entries:
            other.write(entry.value, context=entry.context, born=journal.birth(entry.seq), uptime_ms=entry.uptime_ms)
        shop.receive(other.request())

    assert list(check(shop.store, told)) == []


def test_a_day_on_which_clocks_went_back_is_counted_once(shop: Shop, journal: Journal) -> None:
    """Rule 3.8: 02:30 to 04:30 of that night in summer time; an hour comes twice."""
    begin = cast.at("2026-10-25 02:30") - OPENED
    for number in range(12):
        journal.write(5, uptime_ms=begin + number * 15 * 60_000)
    shop.receive(journal.request())

    assert sorted(shop.rows("local_hour, answers", "rollups")) == [(2, 2), (3, 8), (4, 2)]
    assert list(check(shop.store, told)) == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (WRONG, Difference(KEY, 7, 1)),
        ("DELETE FROM rollups WHERE question_id = 'overall' AND value = 5", Difference(KEY, 0, 1)),
        (
            "INSERT INTO rollups VALUES ('kamppi', '2020-01-01', 'overall', 'kamppi-checkout', 9, 1, 3)",
            Difference(KEY._replace(local_date="2020-01-01", local_hour=9, value=1), 3, 0),
        ),
        (
            "UPDATE daily_rollups SET answers = 2 WHERE question_id = 'overall' AND value = 5",
            Difference(KEY._replace(local_hour=WHOLE_DAY), 2, 1),
        ),
        ("DELETE FROM answers WHERE value = 5", Difference(KEY, 1, 0)),
    ],
    ids=["another number", "not counted", "of no answer", "by day", "an answer gone"],
)
def test_what_differs_is_named_and_mended(shop: Shop, journal: Journal, fault: str, expected: Difference) -> None:
    shop.receive(journal.write(5, 4, 4).write(3, context=about("which")).request())
    with shop.store.write() as transaction:
        transaction.execute(fault)

    found = list(check(shop.store, told))
    mended = list(rebuild(shop.store, told))

    assert expected in found
    assert mended == found
    assert list(check(shop.store, told)) == []
    assert shop.store.read("SELECT 1 FROM rollups WHERE answers = 0") == []


def test_answers_that_arrive_during_a_rebuild_stay_counted(shop: Shop, journal: Journal) -> None:
    shop.receive(journal.write(5, 5).request())
    with shop.store.write() as transaction:
        transaction.execute(WRONG)

    mending = rebuild(shop.store, lambda done, of: shop.receive(journal.write(5).request(after=done + 1)))

    assert [(counted, expected) for _, counted, expected in mending] == [(7, 2)]
    assert shop.counts() == {5: 5}
    assert list(check(shop.store, told)) == []


def test_of_two_rebuilds_at_once_the_first_stops_and_nothing_is_mended_twice(shop: Shop, journal: Journal) -> None:
    shop.receive(journal.write(5, 5).request())
    with shop.store.write() as transaction:
        transaction.execute(WRONG)

    def second(done: int, of: int) -> None:
        if done == 1:
            assert len(list(rebuild(shop.store, told))) == 1

    with pytest.raises(RebuildStopped):
        list(rebuild(shop.store, second))
    assert shop.counts() == {5: 2}


def test_the_command_names_what_differs_and_mends_it(shop: Shop, journal: Journal) -> None:
    shop.receive(journal.write(5).request())
    with shop.store.write() as transaction:
        transaction.execute(WRONG)

    checked = run("rebuild", "--check", *at(shop.place))
    rebuilt = run("rebuild", *at(shop.place))
    well = run("rebuild", "--check", *at(shop.place))

    named = "kamppi, kamppi-checkout, 2026-11-21, 14-15 h, overall = 5: counted 7, expected 1"
    assert (checked.returncode, checked.stdout) == (1, f"{named}\n1 differed. To mend them: hymy rebuild\n")
    assert (rebuilt.returncode, rebuilt.stdout) == (0, f"{named}\n1 differed, and are mended.\n")
    assert (well.returncode, well.stdout) == (0, "Every result is what the answers add up to.\n")
