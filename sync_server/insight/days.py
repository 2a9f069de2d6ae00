"""Whether a day is unusual, and whether the last weeks slide: against the same weekdays before.

What is said rests on the weeks before; with too few of them it says so. How often it is wrong: `make truth`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import msgspec

from survey.figures import (
    FAR,
    SHOW_FROM,
    Days,
    Expected,
    Measure,
    chance,
    days_of,
    ewma,
    expected,
    holding,
    rho,
    usual_range,
)
from survey.figures.spread import mean
from survey.questions import Question
from sync_server.store import Store
from sync_server.store.results import daily_counts

WEEKS = 12  # a quarter: long enough to know the spread of days, short enough to forget how it was last year
LEAST_DAYS = 4  # of the same weekday; with fewer there is too little to say
SLIDE_DAYS = 28  # after them a day weighs 0.002 of the newest

History = Mapping[date, Sequence[int]]  # answers per value of each day that has some


class Verdict(StrEnum):
    """What may be said of a day."""

    USUAL = "usual"
    BETTER = "better"
    WORSE = "worse"
    HOLIDAY = "holiday"
    TOO_FEW_ANSWERS = "too few answers"
    TOO_FEW_DAYS = "too few days"


class UsualDay(msgspec.Struct, frozen=True):
    """low, high: the usual range for so many answers in the measure's unit, None where nothing can be said.

    days: how many of the same weekday it rests on.
    """

    verdict: Verdict
    low: float | None
    high: float | None
    days: int


class Slide(msgspec.Struct, frozen=True):
    """strength: in standard deviations, below 0 for the worse; beyond FAR it is more than noise."""

    verdict: Verdict
    strength: float


def usual_day(
    measure: Measure, today: date, counts: Sequence[int], history: History, *, is_holiday: Callable[[date], bool]
) -> UsualDay:
    """Today's counts against the same weekday of the WEEKS before. history: also of the other days, for their spread.

    A day that is not over is judged by the answers so far.
    """
    return _judge(measure, today, counts, _Baseline(measure, history, before=today, is_holiday=is_holiday), is_holiday)


def usual_days(
    measure: Measure, first: date, last: date, history: History, *, is_holiday: Callable[[date], bool]
) -> dict[date, UsualDay]:
    """The same for each day of a period, each by the weeks before it; history holds the period, too."""
    likely = _Baseline(measure, history, before=first, is_holiday=is_holiday)
    found, day = {}, first
    while day <= last:
        found[day] = _judge(measure, day, history.get(day, ()), likely, is_holiday)
        likely.move_on()
        day += timedelta(days=1)
    return found


def usual_day_by(
    measure: Measure,
    today: date,
    counts: Sequence[int],
    days: Mapping[int, Days],
    *,
    is_holiday: Callable[[date], bool],
) -> tuple[UsualDay, float]:
    """The same, where the WEEKS before are summed up already: by weekday, those days with SHOW_FROM answers that were
    no holidays.

    And how often chance alone brings such a day (p): of many places it has to hold among all. 1 where nothing is said.
    """
    likely = _ByWeekday(measure, dict(days))
    judged, expectation = _judge(measure, today, counts, likely, is_holiday), likely.expected(today)
    if judged.low is None or expectation is None:
        return judged, 1.0
    return judged, chance(expectation, mean(measure, counts), sum(counts))


def verdicts(judged: Mapping[str, tuple[UsualDay, float]]) -> dict[str, Verdict]:
    """What may be said of a day at many places, each judged by usual_day_by: worse or better where it holds among all.

    Of five hundred where nothing changes, one looks worse on every other morning.
    """
    chances = {name: p for name, (day, p) in judged.items() if day.low is not None}
    held = dict(zip(chances, holding(list(chances.values())), strict=True))
    return {name: day.verdict if held.get(name, True) else Verdict.USUAL for name, (day, _) in judged.items()}


def _judge(
    measure: Measure, day: date, counts: Sequence[int], likely: "_ByWeekday", is_holiday: Callable[[date], bool]
) -> UsualDay:
    days = likely.days_like(day)
    n = sum(counts)
    if is_holiday(day):
        return UsualDay(Verdict.HOLIDAY, None, None, days)
    if n < SHOW_FROM:
        return UsualDay(Verdict.TOO_FEW_ANSWERS, None, None, days)
    expectation = likely.expected(day)
    if expectation is None:
        return UsualDay(Verdict.TOO_FEW_DAYS, None, None, days)
    low, high = usual_range(expectation, n)
    verdict = _verdict(mean(measure, counts), low, high)
    return UsualDay(verdict, measure.in_unit(low), measure.in_unit(high), days)


def slide(measure: Measure, today: date, history: History, *, is_holiday: Callable[[date], bool]) -> Slide:
    """The SLIDE_DAYS up to today, which history holds too, against the WEEKS before them."""
    first = today - timedelta(days=SLIDE_DAYS - 1)
    likely = _Baseline(measure, history, before=first, is_holiday=is_holiday)
    surprises = list(likely.surprises(first, today))
    if not surprises:
        return Slide(Verdict.TOO_FEW_DAYS, 0.0)
    strength = ewma(surprises)
    return Slide(_verdict(strength, -FAR, FAR), strength)


def history(store: Store, location_id: str, question: Question, today: date) -> dict[date, list[int]]:
    """As many days as there may be use for, up to today."""
    first = today - timedelta(days=7 * WEEKS + SLIDE_DAYS)
    found = daily_counts(store, location_id, question.question_id, first.isoformat(), today.isoformat())
    return {
        date.fromisoformat(day): [counts.get(value, 0) for value in question.values] for day, counts in found.items()
    }


class _ByWeekday:
    """Usual days, summed up by weekday."""

    def __init__(self, measure: Measure, days: dict[int, Days]) -> None:
        self._measure, self._days = measure, days
        self._expected: dict[int, Expected] = {}
        self._rho: float | None = None

    def days_like(self, day: date) -> int:
        found = self._days.get(day.weekday())
        return found.days if found else 0

    def expected(self, day: date) -> Expected | None:
        if self.days_like(day) < LEAST_DAYS:
            return None
        weekday = day.weekday()
        if weekday not in self._expected:
            if self._rho is None:
                self._rho = rho(self._measure, self._days.values())
            freedom = sum(days.days - 1 for days in self._days.values())
            self._expected[weekday] = expected(self._measure, self._days[weekday], self._rho, freedom=freedom)
        return self._expected[weekday]


class _Baseline(_ByWeekday):
    """The usual days of the WEEKS before a day, by weekday: those with enough answers that were no holidays.

    Kept as sums, so that it moves on to the next day by adding one day and forgetting another.
    """

    def __init__(self, measure: Measure, history: History, *, before: date, is_holiday: Callable[[date], bool]) -> None:
        super().__init__(measure, {})
        self._history, self._is_holiday = history, is_holiday
        self._before = before
        for back in range(1, 7 * WEEKS + 1):
            self._count(before - timedelta(days=back), 1)

    def move_on(self) -> None:
        self._count(self._before, 1)
        self._count(self._before - timedelta(days=7 * WEEKS), -1)
        self._before += timedelta(days=1)

    def surprises(self, first: date, last: date) -> Iterator[float]:
        """A day that is unusual by itself counts as one that just is: no single day makes a slide."""
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1)):
            counts, expectation = self._usual(day), self.expected(day)
            if counts and expectation:
                yield max(-FAR, min(FAR, expectation.surprise(mean(self._measure, counts), sum(counts))))

    def _count(self, day: date, sign: int) -> None:
        if counts := self._usual(day):
            self._rho = None
            self._expected.clear()
            one, sums = _one_day(self._measure, tuple(counts)), self._days.pop(day.weekday(), None)
            total = _plus(sums, one, sign) if sums else one
            if total.days:
                self._days[day.weekday()] = total

    def _usual(self, day: date) -> Sequence[int]:
        counts = self._history.get(day, ())
        return counts if sum(counts) >= SHOW_FROM and not self._is_holiday(day) else ()


@lru_cache(maxsize=4096)
def _one_day(measure: Measure, counts: tuple[int, ...]) -> Days:
    """Each day is looked at some hundred times, as one that comes and as one that is forgotten."""
    return days_of(measure, [counts])


def _plus(sums: Days, one: Days, sign: int) -> Days:
    """sign: -1 takes it away."""
    counts = (total + sign * count for total, count in zip(sums.counts, one.counts, strict=True))
    return Days(
        tuple(counts),
        sums.days + sign * one.days,
        sums.squares + sign * one.squares,
        sums.by_day + sign * one.by_day,
    )


def _verdict(value: float, low: float, high: float) -> Verdict:
    if value < low:
        return Verdict.WORSE
    return Verdict.BETTER if value > high else Verdict.USUAL
