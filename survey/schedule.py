"""When a location is open, and when a question is asked: by weekday, time of day, date and opening hours. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated

import msgspec

from survey.opening_hours import on_clock

DAY_MINUTES = 24 * 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = tuple(range(len(WEEKDAYS)))
_SPAN = re.compile(r"([0-9]{1,2})(?::([0-5][0-9]))?\s*-\s*([0-9]{1,2})(?::([0-5][0-9]))?")

Minute = Annotated[int, msgspec.Meta(ge=0, le=DAY_MINUTES)]  # since local midnight
Weekday = Annotated[int, msgspec.Meta(ge=0, le=6)]  # 0 is Monday


class LocalTime(msgspec.Struct, frozen=True):
    """What calendar and clock on the wall of a location say."""

    on: date
    minute: Minute


class Span(msgspec.Struct, frozen=True, array_like=True):
    """From a minute of the day up to, not including, another; past midnight where that is the earlier one."""

    start: Minute
    end: Minute

    def holds(self, minute: int) -> bool:
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    def began_on(self, at: LocalTime) -> date:
        """The day to which it belongs, given a time that it holds: past midnight still the one on which it began."""
        is_past_midnight = self.end <= self.start and at.minute < self.end
        return date.fromordinal(at.on.toordinal() - is_past_midnight)


class OpeningHours(msgspec.Struct, frozen=True):
    """week: the spans of Monday to Sunday. dates: those of single days (ISO) instead; none: closed all that day."""

    week: tuple[tuple[Span, ...], ...]
    dates: dict[str, tuple[Span, ...]] = {}

    def is_open(self, at: LocalTime) -> bool:
        days = (at.on, date.fromordinal(at.on.toordinal() - 1))
        return any(span.holds(at.minute) and span.began_on(at) == on for on in days for span in self.spans(on))

    def spans(self, on: date) -> tuple[Span, ...]:
        return self.dates.get(on.isoformat(), self.week[on.weekday()])


class When(msgspec.Struct, frozen=True):
    """When a rule is in force; what is left out does not matter.

    weekdays: 0 is Monday. first_on, last_on: ISO dates, both included. during_opening: within the opening hours.
    """

    weekdays: tuple[Weekday, ...] = EVERY_DAY
    times: tuple[Span, ...] = ()
    first_on: str = ""
    last_on: str = ""
    during_opening: bool = False

    def holds(self, at: LocalTime, *, is_open: bool) -> bool:
        days = [span.began_on(at) for span in self.times if span.holds(at.minute)] if self.times else [at.on]
        return any(map(self._holds_on, days)) and (is_open or not self.during_opening)

    def _holds_on(self, day: date) -> bool:
        is_between = self.first_on <= day.isoformat() <= (self.last_on or "9999-12-31")
        return is_between and day.weekday() in self.weekdays


def local_time(at_ms: int, time_zone: str) -> LocalTime:
    """At an instant (UTC, epoch ms)."""
    local = on_clock(at_ms, time_zone)
    return LocalTime(local.date(), local.hour * 60 + local.minute)


def read_span(text: str) -> Span:
    """From "8-21", "08:30-21:00" or "18-02". Raises ValueError that says how to write it."""
    found = _SPAN.fullmatch(text.strip())
    if found:
        start, end = (int(hour) * 60 + int(minute or 0) for hour, minute in (found.groups()[:2], found.groups()[2:]))
        if start < DAY_MINUTES and end <= DAY_MINUTES and start != end:
            return Span(start, end)
    raise ValueError(f'{text!r} is no time of day; write it as "8-21" or "08:30-21:00".')


def read_weekdays(text: str) -> tuple[Weekday, ...]:
    """From "mon" or "mon-fri". Raises ValueError that says how to write it."""
    first, _, last = text.strip().lower().partition("-")
    if first in WEEKDAYS and (last or first) in WEEKDAYS:
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        if begin <= end:
            return tuple(range(begin, end + 1))
    raise ValueError(f'{text!r} is no weekday; write it as "mon" or "mon-fri", in English.')


def _apart(spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order. Raises ValueError where one begins before another has ended."""
    in_order = tuple(sorted(spans, key=lambda span: span.start))
    for before, after in pairwise(in_order):
        if before.end <= before.start or after.start < before.end:
            raise ValueError("two of its times overlap; write one from the first to the last minute.")
    return in_order


def read_opening_hours(table: Mapping[str, str], faults: list[str]) -> OpeningHours:
    """From a table as in { mon-fri = "8-21", sat = "9-14, 15-18", 2026-12-24 = "" }; days not named are closed.

    faults: gets a sentence for everything that can't be read.
    """
    week: dict[int, tuple[Span, ...]] = {}
    dates: dict[str, tuple[Span, ...]] = {}
    for day, text in table.items():
        try:
            on = date.fromisoformat(day).isoformat() if day[:1].isdigit() else ""
            weekdays = () if on else read_weekdays(day)
            if week.keys() & {*weekdays}:
                raise ValueError("a weekday in it has its hours already; name each day once.")
            spans = _apart(read_span(part) for part in text.split(",") if part.strip())
            dates |= {on: spans} if on else {}
            week |= dict.fromkeys(weekdays, spans)
        except ValueError as error:
            faults.append(f"{day}: {error}")
    return OpeningHours(tuple(week.get(weekday, ()) for weekday in EVERY_DAY), dates)
