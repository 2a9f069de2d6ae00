"""The chain's shared question, day by day in memory: all locations compared in a few milliseconds.

Reading that from the store took a second for 500 locations. Here it takes 16 kB a touchpoint (five faces; NPS 35 kB)
and is read anew bit by bit: the newest days of all every minute, each location wholly within the hour, for answers
that come late. Every server process holds its own.
"""

import time
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar, cast

import msgspec
import numpy as np

from survey.figures import Days, Measure
from survey.opening_hours import local_date
from sync_server.clock import Clock
from sync_server.results.periods import Period
from sync_server.results.spread import each_day
from sync_server.store import Store
from sync_server.store.chain_days import Asked, DayCount, all_asked, days_of_all, days_of_location

BACK_DAYS = 2 * 366  # a year, and the year before it
AHEAD_DAYS = 7  # room for the days to come until a location is read wholly again
NEWEST_DAYS = 2  # before today in UTC: today and yesterday in every time zone
NEWEST_EVERY_MS = 60_000
WHOLE_EVERY_MS = 60 * 60_000
MOST_KEPT = 32  # comparisons; one of 500 locations takes a third of a megabyte
MOST_S = 0.5  # of a round: pages and terminals go first

T = TypeVar("T")
Counts = np.ndarray[Any, np.dtype[np.int32]]


class LocationDays(msgspec.Struct):
    """counts: touchpoints x days from `first` on x steps of the scale, worst first."""

    asked: Asked
    first: date
    counts: Counts
    read_at_ms: int

    def put(self, found: Iterable[DayCount], since: date) -> None:
        """All that there is since then. What is no answer on the scale (set aside) is left out."""
        begin = max(0, (since - self.first).days)
        fresh = np.zeros_like(self.counts[:, begin:])
        held = Period(self.first + timedelta(days=begin), self.first + timedelta(days=self.counts.shape[1] - 1))
        rows = {touchpoint.touchpoint_id: row for row, touchpoint in enumerate(self.asked.touchpoints)}
        days = {day.isoformat(): number for number, day in enumerate(held)}
        steps = {value: step for step, value in enumerate(self.asked.question.values)}
        for _, touchpoint_id, on, value, answers in found:
            place = rows.get(touchpoint_id), days.get(on), steps.get(value)
            if None not in place:
                fresh[place] = answers
        self.counts[:, begin:] = fresh

    def within(self, period: Period) -> Counts:
        """Days that are not held count as days without answers."""
        begin = (period.first - self.first).days
        held = self.counts[:, max(0, begin) : max(0, begin + period.days)]
        if held.shape[1] == period.days:
            return held
        before = min(period.days, max(0, -begin))
        return np.pad(held, ((0, 0), (before, period.days - before - held.shape[1]), (0, 0)))


class ChainDays:
    """One thread calls step(); of() may be called from any. as_of_ms: None until all locations have been read."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._asked: dict[tuple[str, str], Asked] = {}  # by location and question
        self._held: dict[tuple[str, str], LocationDays] = {}
        self._worked_out: dict[Hashable, object] = {}
        self._looked_at_ms = 0
        self.as_of_ms: int | None = None

    def step(self, *, most_s: float = MOST_S) -> bool:
        """One round. Whether there is more to read before anything can be compared."""
        until = time.monotonic() + most_s
        now_ms = self._clock()
        if abs(now_ms - self._looked_at_ms) >= NEWEST_EVERY_MS:
            self._read_newest(now_ms)
        unread = [key for key, asked in self._asked.items() if key not in self._held or self._held[key].asked != asked]
        for number, key in enumerate(unread, start=1):
            self._read_whole(key, now_ms)
            if time.monotonic() >= until and number < len(unread):
                return True
        self.as_of_ms = self._looked_at_ms
        self._read_oldest(now_ms)
        return False

    def once(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """What was worked out of these days, kept until they are looked at again. key: all that it depends on."""
        key = self.as_of_ms, key
        if key not in (worked_out := self._worked_out):
            if len(worked_out) >= MOST_KEPT:
                self._worked_out = worked_out = {}
            worked_out[key] = work_out()
        return cast(T, worked_out[key])

    def of(self, location_ids: Collection[str]) -> list[LocationDays]:
        """Of these locations, in no order."""
        return [held for held in list(self._held.values()) if held.asked.location_id in location_ids]

    def _read_newest(self, now_ms: int) -> None:
        """What is asked where, and the newest days of all that is held."""
        self._asked = {(asked.location_id, asked.question.question_id): asked for asked in all_asked(self._store)}
        for key in self._held.keys() - self._asked.keys():
            del self._held[key]
        since = local_date(now_ms, "UTC") - timedelta(days=NEWEST_DAYS)
        found: dict[tuple[str, str], list[DayCount]] = {}
        for question_id in {question_id for _, question_id in self._held}:
            for count in days_of_all(self._store, question_id, since.isoformat()):
                found.setdefault((count[0], question_id), []).append(count)
        for key, held in self._held.items():
            held.put(found.get(key, ()), since)
        self._looked_at_ms = now_ms

    def _read_whole(self, key: tuple[str, str], now_ms: int) -> None:
        asked = self._asked[key]
        first = local_date(now_ms, "UTC") - timedelta(days=BACK_DAYS)
        shape = len(asked.touchpoints), BACK_DAYS + AHEAD_DAYS, len(asked.question.values)
        held = LocationDays(asked, first, np.zeros(shape, np.int32), now_ms)
        held.put(days_of_location(self._store, asked, first.isoformat()), first)
        self._held[key] = held

    def _read_oldest(self, now_ms: int) -> None:
        """One location a round: nobody notices that all of them are read again."""
        key = min(self._held, key=lambda key: self._held[key].read_at_ms, default=None)
        if key and abs(now_ms - self._held[key].read_at_ms) >= WHOLE_EVERY_MS:
            self._read_whole(key, now_ms)


def days_by_group(measure: Measure, counts: Counts, groups: Sequence[str]) -> dict[str, Days]:
    """survey.figures.days_of for many at once. groups: to which each row of counts (x days x steps) belongs.

    What has no answers is left out.
    """
    names, numbers = np.unique(np.asarray(groups), return_inverse=True)
    order = np.argsort(numbers, kind="stable")
    starts = np.searchsorted(numbers[order], np.arange(len(names)))
    daily = np.add.reduceat(counts[order], starts, axis=0, dtype=np.int64)
    n, by_day = each_day(measure, daily)
    columns = (column.sum(axis=1).tolist() for column in (daily, n > 0, n * n, by_day))
    rows = zip(names.tolist(), *columns, strict=True)
    return {name: Days(tuple(total), days, *spread) for name, total, days, *spread in rows if days}
