from typing import Any

import pytest

from kiosk import footfall
from kiosk.clock import Moment
from kiosk.footfall import Footfall

QUARTER_MS = 900_000
BOOT_MS = 1_795_773_600_000 - 2_000_000  # 2_000 s after it the clock says 12:00 in Helsinki


class Door:
    """A counter, and what it made entries of: value and time since boot."""

    def __init__(self) -> None:
        self.uptime_ms, self.offset_ms = 2_000_000, BOOT_MS
        self.is_open = True
        self.closes_ms: int | None = None
        self.footfall: Footfall = {}
        self.written: list[tuple[str, Any, int]] = []

    @property
    def now(self) -> Moment:
        return Moment(self.uptime_ms, self.uptime_ms + self.offset_ms)

    def do(self, step: Any, **named: Any) -> "Door":
        self.footfall, drafts = step(self.footfall, now=self.now, was_open=self._was_open, **named)
        assert all(draft.kind == "count" for draft in drafts)
        self.written += [(draft.about, draft.value, draft.uptime_ms) for draft in drafts]
        return self

    def passes(self, passages: int = 1) -> "Door":
        return self.do(footfall.passed, counter="door", passages=passages)

    def is_plugged(self, *, is_plugged: bool = True) -> "Door":
        return self.do(footfall.plug, counter="door", is_plugged=is_plugged)

    def waits(self, minutes: float) -> "Door":
        self.uptime_ms += round(minutes * 60_000)
        return self.do(footfall.tick)

    def _was_open(self, at_ms: int) -> bool:
        return self.is_open and (self.closes_ms is None or at_ms < self.closes_ms)

    @property
    def counts(self) -> list[int]:
        return [value for _, value, _ in self.written]


def test_a_quarter_of_an_hour_becomes_one_entry_when_it_is_over() -> None:
    door = Door().is_plugged().passes().passes(2).waits(14.9).passes()
    assert door.written == []

    door.waits(0.1)

    assert door.written == [("door", 4, 2_000_000)]


def test_the_quarters_are_those_of_the_clock_on_the_wall() -> None:
    door = Door().waits(7).is_plugged().passes()
    assert footfall.until_ms(door.footfall, door.now) == door.uptime_ms + 8 * 60_000

    assert door.waits(8).passes().waits(15).counts == [1, 1]
    assert [at for *_, at in door.written] == [2_000_000 + 7 * 60_000, 2_000_000 + QUARTER_MS]


def test_without_a_counter_nothing_is_waited_for() -> None:
    door = Door()

    assert footfall.until_ms(door.footfall, door.now) is None


@pytest.mark.parametrize(
    ("is_open", "counts"), [(True, [0, 0]), (False, [])], ids=["open: nobody came", "closed: no news"]
)
def test_a_whole_quarter_without_anybody_is_an_entry_while_open(is_open: bool, counts: list[int]) -> None:
    door = Door().waits(7).is_plugged()
    door.is_open = is_open

    assert door.waits(8).counts == []  # nobody knows who came before it was plugged in
    assert door.waits(15).waits(15).counts == counts


def test_the_last_quarter_before_closing_is_one_of_open_hours_and_the_next_is_not() -> None:
    door = Door().is_plugged().waits(15)
    door.closes_ms = door.now.wall_ms + QUARTER_MS

    assert door.waits(15).counts == [0]
    assert door.waits(15).counts == [0]


def test_who_comes_after_hours_is_counted() -> None:
    door = Door().is_plugged()
    door.is_open = False

    assert door.passes().waits(15).counts == [1]


def test_a_counter_that_was_away_says_nothing_of_nobody() -> None:
    door = Door().is_plugged().waits(15).is_plugged(is_plugged=False).waits(1).is_plugged().waits(14)
    assert door.counts == []

    assert door.waits(15).counts == [0]
    assert door.is_plugged(is_plugged=False).waits(15).waits(15).counts == [0]


def test_what_was_counted_before_it_went_away_counts() -> None:
    assert Door().is_plugged().passes().is_plugged(is_plugged=False).waits(15).counts == [1]


def test_a_clock_that_is_set_ends_the_quarter_and_makes_up_none() -> None:
    door = Door().is_plugged().passes()
    door.offset_ms += 10 * 365 * 24 * 3_600_000

    assert door.waits(0).counts == [1]
    assert door.waits(15).counts == [1]
    assert door.waits(15).counts == [1, 0]


def test_at_the_end_of_the_program_what_was_counted_is_kept() -> None:
    door = Door().is_plugged().passes(3).waits(2)

    assert [(draft.about, draft.value) for draft in footfall.rest(door.footfall)] == [("door", 3)]
    assert footfall.rest(Door().is_plugged().footfall) == []
