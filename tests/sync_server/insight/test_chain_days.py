"""What comparisons hold in memory: the store's days, kept up, on both stores."""

from datetime import date, timedelta

import numpy as np
import pytest

from survey.figures import Measure, days_of
from sync_server.insight.chain_days import MOST_KEPT, NEWEST_EVERY_MS, WHOLE_EVERY_MS, ChainDays, days_by_group
from sync_server.results.periods import Period
from sync_server.store import Store, places
from sync_server.store.places import TouchpointRow
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE, TOUCHPOINTS, VASA

TODAY = date(2026, 11, 21)
NOON = cast.at("2026-11-21 12:00")
VASA_CHECKOUT = TOUCHPOINTS[-1]


class Kept:
    """Days held in memory, with a clock in the test's hand."""

    def __init__(self, store: Store) -> None:
        cast.settle(store)
        self.store, self.now_ms = store, NOON
        self.days = ChainDays(store, lambda: self.now_ms)

    def give(self, day: date, touchpoint: TouchpointRow, by_value: dict[int, int]) -> None:
        cast.add_counts(self.store, day.isoformat(), [(touchpoint, "overall", 12, by_value)])

    def step(self, after_ms: int = 0) -> None:
        self.now_ms += after_ms
        self.days.step()

    def counts(self, location_id: str, first: date, last: date = TODAY) -> list[list[list[int]]]:
        """By touchpoint, day and step."""
        (held,) = self.days.of({location_id})
        counts: list[list[list[int]]] = held.within(Period(first, last)).tolist()
        return counts


@pytest.fixture
def kept(store: Store) -> Kept:
    return Kept(store)


def test_each_day_of_each_touchpoint_is_held(kept: Kept) -> None:
    kept.give(TODAY, CHECKOUT, {1: 2, 5: 30})
    kept.give(TODAY - timedelta(days=1), ENTRANCE, {3: 7})
    kept.give(TODAY - timedelta(days=1), ENTRANCE, {-1: 9, 3: 0})  # set aside

    kept.step()

    yesterday = TODAY - timedelta(days=1)
    assert kept.counts("kamppi", yesterday) == [[[0] * 5, [2, 0, 0, 0, 30]], [[0, 0, 7, 0, 0], [0] * 5]]
    assert kept.counts("vasa", TODAY) == [[[0] * 5]]


def test_nothing_is_compared_before_every_location_has_been_read(kept: Kept) -> None:
    first = kept.days.step(most_s=0)
    assert (first, kept.days.as_of_ms) == (True, None)

    while kept.days.step(most_s=0):
        pass

    assert kept.days.as_of_ms == NOON
    assert len(kept.days.of({"kamppi", "tapiola", "vasa"})) == 3


def test_the_newest_days_are_read_again_every_minute(kept: Kept) -> None:
    kept.step()
    kept.give(TODAY, CHECKOUT, {5: 1})

    kept.step(NEWEST_EVERY_MS - 1)
    assert kept.counts("kamppi", TODAY)[0] == [[0] * 5]
    kept.step(1)

    assert kept.counts("kamppi", TODAY)[0] == [[0, 0, 0, 0, 1]]
    assert kept.days.as_of_ms == kept.now_ms


def test_answers_of_long_ago_are_found_within_the_hour(kept: Kept) -> None:
    kept.step()
    kept.give(TODAY - timedelta(days=20), CHECKOUT, {5: 1})

    kept.step(WHOLE_EVERY_MS)
    kept.step()
    kept.step()

    assert kept.counts("kamppi", TODAY - timedelta(days=20))[0][0] == [0, 0, 0, 0, 1]


def test_what_no_longer_counts_is_gone_with_the_next_look(kept: Kept) -> None:
    kept.give(TODAY, CHECKOUT, {1: 4, 5: 1})
    kept.step()
    with kept.store.write() as transaction:
        transaction.execute("DELETE FROM daily_rollups WHERE value = 1")

    kept.step(NEWEST_EVERY_MS)

    assert kept.counts("kamppi", TODAY)[0] == [[0, 0, 0, 0, 1]]


def test_a_new_touchpoint_is_there_after_a_minute_with_all_of_its_days(kept: Kept) -> None:
    kept.step()
    door = TouchpointRow("vasa-door", "vasa", "Door", "entrance", "shop")
    with kept.store.write() as transaction:
        places.put_touchpoints(transaction, [door])
    kept.give(TODAY - timedelta(days=9), door, {4: 3})

    kept.step(NEWEST_EVERY_MS)

    assert kept.counts("vasa", TODAY - timedelta(days=9))[1][0] == [0, 0, 0, 3, 0]


def test_days_that_are_not_held_count_as_days_without_answers(kept: Kept) -> None:
    kept.give(TODAY, VASA_CHECKOUT, {5: 1})
    kept.step()

    before_all = kept.counts("vasa", TODAY - timedelta(days=2000), TODAY)
    after_all = kept.counts("vasa", TODAY, TODAY + timedelta(days=2000))

    assert [len(counts[0]) for counts in (before_all, after_all)] == [2001, 2001]
    assert before_all[0][-1] == after_all[0][0] == [0, 0, 0, 0, 1]
    assert sum(map(sum, before_all[0])) == sum(map(sum, after_all[0])) == 1


def test_what_was_worked_out_is_kept_until_the_days_are_looked_at_again(kept: Kept) -> None:
    kept.step()
    worked_out = [
        kept.days.once("vasa", lambda: 1),
        kept.days.once("vasa", lambda: 2),
        kept.days.once("other", lambda: 3),
    ]

    kept.step(NEWEST_EVERY_MS)

    assert [*worked_out, kept.days.once("vasa", lambda: 4)] == [1, 1, 3, 4]
    assert [kept.days.once(number, lambda: 5) for number in range(3 * MOST_KEPT)] == [5] * 3 * MOST_KEPT
    assert len(kept.days._worked_out) <= MOST_KEPT


def test_only_the_locations_asked_for_are_given(kept: Kept) -> None:
    kept.step()

    assert [held.asked.location_id for held in kept.days.of({VASA.location_id, "nowhere"})] == ["vasa"]


@pytest.mark.parametrize(("measure", "steps"), [(Measure.SATISFIED, 5), (Measure.SATISFIED, 4), (Measure.NPS, 11)])
def test_many_places_at_once_are_summed_up_as_each_by_itself(measure: Measure, steps: int) -> None:
    random = np.random.default_rng(steps)
    counts = random.poisson(0.7, size=(6, 30, steps)).astype(np.int32)
    groups = ["b", "a", "b", "empty", "a", "c"]
    counts[3] = 0

    found = days_by_group(measure, counts, groups)

    one_by_one = {
        name: days_of(measure, counts[[group == name for group in groups]].sum(axis=0).tolist()) for name in "abc"
    }
    assert found.keys() == one_by_one.keys()
    for name, days in one_by_one.items():
        assert (found[name].counts, found[name].days, found[name].squares) == (days.counts, days.days, days.squares)
        assert found[name].by_day == pytest.approx(days.by_day)
