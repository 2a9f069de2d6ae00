"""Per terminal and local day: pressed = stored = sent = counted, with every gap named.

What becomes of a day after a fork: test_days_after_forks.py.
"""

from collections.abc import Sequence

import pytest

from sync_server.fleet.days import Day, Gap, journal_days
from sync_server.store.amiss import DayCounts, MissingRow

MONDAY, TUESDAY, WEDNESDAY = "2026-11-16", "2026-11-17", "2026-11-18"
LOST = MissingRow("kamppi", 42, 51, 60, 0, None, None, None)
GIVEN_UP = LOST._replace(accepted_at=1, accepted_by="Cilla", accepted_why="the card broke")


def of_journal(*counts: DayCounts, lost: Sequence[MissingRow] = (), in_use: bool = True) -> list[Day]:
    return journal_days(counts, lost, {}, in_use=in_use)


def test_a_day_without_a_gap_has_four_equal_numbers() -> None:
    (day,) = of_journal(DayCounts(MONDAY, 40, 40, 40, 0, 0))

    assert day == Day(MONDAY, 40, 40, 40, 40, {})
    assert not day.needs_look


@pytest.mark.parametrize(
    ("counts", "counted", "gaps", "needs_look"),
    [
        ((43, 40, 40, 0, 0), 40, {Gap.NOT_STORED: 3}, True),
        ((40, 40, 35, 0, 0), 35, {Gap.WAITING: 5}, False),
        ((40, 40, 41, 0, 0), 41, {Gap.TOO_MANY: 1}, True),
        ((0, 0, 7, 0, 0), 7, {Gap.NOT_TOLD: 7}, False),
        ((40, 40, 40, 2, 0), 38, {Gap.QUARANTINED: 2}, True),
        ((40, 40, 40, 0, 4), 36, {Gap.REPEATED: 4}, False),
        ((45, 43, 40, 1, 2), 37, {Gap.NOT_STORED: 2, Gap.WAITING: 3, Gap.QUARANTINED: 1, Gap.REPEATED: 2}, True),
    ],
    ids=["not stored", "waiting", "too many", "not told", "quarantined", "repeated", "all"],
)
def test_every_gap_is_named(
    counts: tuple[int, int, int, int, int], counted: int, gaps: dict[Gap, int], needs_look: bool
) -> None:
    (day,) = of_journal(DayCounts(MONDAY, *counts))

    assert (day.counted, day.gaps, day.needs_look) == (counted, gaps, needs_look)


@pytest.mark.parametrize(("lost", "gap"), [(LOST, Gap.MISSING), (GIVEN_UP, Gap.ACCEPTED)], ids=["missing", "accepted"])
def test_what_did_not_come_is_lost_up_to_the_missing_entries_and_only_then_waiting(lost: MissingRow, gap: Gap) -> None:
    counts = [
        DayCounts(MONDAY, 20, 20, 12, 0, 0),
        DayCounts(TUESDAY, 20, 20, 17, 0, 0),
        DayCounts(WEDNESDAY, 9, 9, 0, 0, 0),
    ]

    days = journal_days(counts, [lost], {}, in_use=True)

    assert [day.gaps for day in days] == [{gap: 8}, {Gap.WAITING: 1, gap: 2}, {Gap.WAITING: 9}]
    assert days[0].needs_look is (gap is Gap.MISSING)


def test_a_day_after_the_last_that_came_is_waiting_whatever_is_missing() -> None:
    days = of_journal(DayCounts(MONDAY, 5, 5, 5, 0, 0), DayCounts(TUESDAY, 5, 5, 0, 0, 0), lost=[LOST])

    assert [day.gaps for day in days] == [{}, {Gap.WAITING: 5}]


def test_what_did_not_come_of_an_earlier_journal_is_not_said_to_wait() -> None:
    (day,) = of_journal(DayCounts(MONDAY, 40, 40, 35, 0, 0), in_use=False)

    assert (day.gaps, day.needs_look) == ({Gap.LEFT: 5}, False)


def test_what_counts_in_another_journal_is_in_the_four_numbers_of_that_one_alone() -> None:
    """Ten of fifty had come before; three of the fifty came in another journal instead."""
    (day,) = journal_days([DayCounts(MONDAY, 50, 50, 47, 0, 10)], [], {MONDAY: 3}, in_use=True)

    assert day == Day(MONDAY, 37, 37, 37, 37, {Gap.REPEATED: 10, Gap.CARRIED: 3})
    assert not day.needs_look


def test_what_is_carried_over_is_neither_missing_nor_waiting() -> None:
    counts = [DayCounts(MONDAY, 20, 20, 12, 0, 0), DayCounts(TUESDAY, 20, 20, 17, 0, 0)]

    days = journal_days(counts, [LOST], {MONDAY: 1, TUESDAY: 2}, in_use=True)

    assert [day.gaps for day in days] == [{Gap.MISSING: 7, Gap.CARRIED: 1}, {Gap.MISSING: 1, Gap.CARRIED: 2}]
