"""The control of the simulated month: what its record would say of a store that lost, doubled or misdated something."""

import pytest

from tests.month.record import NEAR_MS, Made, Record, Stored, differences

DAY_MS = 24 * 3_600_000


def made(value: int, at_ms: int, **other: bool) -> Made:
    return Made("overall", value, at_ms - NEAR_MS, at_ms + NEAR_MS, **other)


MADE = [made(5, 1_000), made(2, 2_000), made(5, 90_000_000)]
STORED = [Stored("overall", 5, 1_010), Stored("overall", 2, 2_500), Stored("overall", 5, 90_000_000)]


def test_what_is_stored_as_it_was_made_differs_in_nothing() -> None:
    assert differences(MADE, STORED) == []


@pytest.mark.parametrize(
    "stored",
    [
        STORED[:2],
        STORED[1:],
        [*STORED, STORED[2]],
        [STORED[0], *STORED],
        [*STORED[:2], STORED[2]._replace(at_ms=STORED[2].at_ms - DAY_MS)],
        [STORED[0]._replace(value=4), *STORED[1:]],
        [STORED[0]._replace(question="why"), *STORED[1:]],
        [],
    ],
    ids=["last lost", "first lost", "last doubled", "first doubled", "a day off", "value", "question", "all lost"],
)
def test_what_is_lost_doubled_or_changed_is_told(stored: list[Stored]) -> None:
    assert differences(MADE, stored) != []


def test_a_boot_that_nobody_dated_lies_between_its_neighbours() -> None:
    record = Record()
    record.boot(0, unsent=0)
    record.power_cut(10 * DAY_MS, is_dated=True)
    record.boot(11 * DAY_MS, unsent=0)
    record.touches.append(made(5, 11 * DAY_MS + 1))
    record.power_cut(12 * DAY_MS, is_dated=False)
    record.boot(13 * DAY_MS, unsent=0)
    record.touches.append(made(4, 13 * DAY_MS + 1))

    record.end(14 * DAY_MS)

    blind, dated = record.touches
    assert all(blind.is_it("overall", 5, at_ms) for at_ms in (10 * DAY_MS, 13 * DAY_MS))
    assert not blind.is_it("overall", 5, 14 * DAY_MS)
    assert dated == made(4, 13 * DAY_MS + 1)
