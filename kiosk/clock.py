"""Time on a terminal, which may have no battery clock: the boot, the time since boot, the wall clock, and what is true.

The only caller of the system's clocks. `estimate` bounds the boots that never met a true clock (design.md 3.8).
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from survey.exchange import MAX_NAME, Boot, ClockSource

STEP_MS = 500  # a wall clock that moves less against the time since boot has drifted, not been set
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
SYNCHRONIZED = Path("/run/systemd/timesync/synchronized")


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def _uptime_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def _boot_id() -> str:
    return BOOT_ID.read_text().strip()


class Moment(NamedTuple):
    """uptime_ms: time since boot. wall_ms: UTC, epoch, as well as this terminal knows it."""

    uptime_ms: int
    wall_ms: int


class Clock:
    """The running boot. Its sources are handed in by tests.

    offset_ms: true time less time since boot, once it is known; set by the exchange.
    """

    def __init__(
        self,
        *,
        wall_ms: Callable[[], int] = _wall_ms,
        uptime_ms: Callable[[], int] = _uptime_ms,
        boot_id: Callable[[], str] = _boot_id,
        is_synchronized: Callable[[], bool] = SYNCHRONIZED.exists,
    ) -> None:
        self.uptime_ms = uptime_ms
        self.is_synchronized = is_synchronized
        self.boot_id = boot_id()
        self.offset_ms: int | None = None
        self._wall_ms = wall_ms
        self._clock_ms = self.difference_ms()

    def now(self) -> Moment:
        uptime_ms = self.uptime_ms()
        known_ms = self.difference_ms() if self.offset_ms is None else self.offset_ms
        return Moment(uptime_ms, uptime_ms + known_ms)

    def difference_ms(self) -> int:
        """Wall clock less time since boot, as it is now."""
        return self._wall_ms() - self.uptime_ms()

    def clock_ms(self) -> int:
        """The same, kept at one value while the clock merely drifts: many entries then share one context."""
        now = self.difference_ms()
        if abs(now - self._clock_ms) > STEP_MS:
            self._clock_ms = now
        return self._clock_ms


class BootRecord(msgspec.Struct, frozen=True):
    """What the journal knows of a boot. clock_ms: how its wall clock stood; last_uptime_ms: its last sign of life."""

    number: int
    boot_id: str
    offset_ms: int | None
    how: ClockSource
    clock_ms: int
    last_uptime_ms: int


def estimate(records: Sequence[BootRecord]) -> list[Boot]:
    """The boots, oldest first, with an offset wherever anything bounds it.

    A boot begins after the one before it ended, and ends before the next one begins. Between these bounds its own wall
    clock is the best guess; beyond them the nearer bound is. Bounds that cross leave the later one to speak.
    """
    boots: list[Boot] = []
    earliest: int | None = None
    for record, latest in zip(records, latest_offsets(records), strict=True):
        boot_id = record.boot_id[:MAX_NAME]  # a damaged file may say anything
        boot = Boot(record.number, boot_id, record.offset_ms, record.how)
        if record.offset_ms is None and not (earliest is None and latest is None):
            offset_ms = record.clock_ms
            offset_ms = offset_ms if earliest is None else max(earliest, offset_ms)
            offset_ms = offset_ms if latest is None else min(latest, offset_ms)
            boot = Boot(record.number, boot_id, offset_ms, "estimated")
        boots.append(boot)
        if boot.offset_ms is not None:
            earliest = boot.offset_ms + record.last_uptime_ms
    return boots


def latest_offsets(records: Sequence[BootRecord]) -> list[int | None]:
    """For each boot the known offset, or else the latest that it can have had; None where nothing bounds it.

    Who asks how old an entry is at least asks these: an estimated offset may be too early.
    """
    latest: list[int | None] = []
    end: int | None = None  # the next boot had begun by then
    for record in reversed(records):
        bound = None if end is None else end - record.last_uptime_ms
        end = bound if record.offset_ms is None else record.offset_ms
        latest.append(end)
    return latest[::-1]
