"""A location's days in a row: each with its figure and what was usual for it; weeks where a period is long."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

import msgspec

from survey.figures import SHOW_FROM, Figure, Measure
from sync_server.insight.days import History, Slide, UsualDay, Verdict, slide, usual_days
from sync_server.insight.holidays import is_holiday
from sync_server.results.periods import Period
from sync_server.results.spread import DaySums, figure_of, percent
from sync_server.store.places import LocationRow

MOST_DAYS = 120  # shown one by one; more would be a thicket, and are shown by weeks


class Point(msgspec.Struct, frozen=True):
    """A day, or a week as far as it lies in the period.

    figure: None under 10 answers. usual: from where to where a day like it lies; None where nothing can be said, and
    for weeks. late: how many of its answers came after their day was over.
    """

    period: Period
    answers: int
    figure: Figure | None
    usual: tuple[float, float] | None
    verdict: Verdict
    late: int

    @property
    def is_unusual(self) -> bool:
        return self.verdict in (Verdict.WORSE, Verdict.BETTER)


def trend(
    location: LocationRow,
    measure: Measure,
    period: Period,
    days: History,
    sums: DaySums,
    late: Mapping[str, int],
    *,
    alike: float,
) -> list[Point]:
    """period: without days to come. days: also the weeks before it, and sums the same."""
    if period.days > MOST_DAYS:
        return [_week(week, sums, late, alike) for week in weeks(period)]
    is_free = partial(is_holiday, time_zone=location.time_zone)
    judged = usual_days(measure, period.first, period.last, days, is_holiday=is_free)
    return [_day(measure, day, days, late, usual) for day, usual in judged.items()]


def slow_slide(location: LocationRow, measure: Measure, last: date, days: History) -> Slide:
    """Whether the four weeks up to this day slide."""
    return slide(measure, last, days, is_holiday=partial(is_holiday, time_zone=location.time_zone))


def weeks(period: Period) -> list[Period]:
    """From Monday to Sunday, the first and the last cut to the period."""
    found, first = [], period.first
    while first <= period.last:
        last = min(first + timedelta(days=6 - first.weekday()), period.last)
        found.append(Period(first, last))
        first = last + timedelta(days=1)
    return found


def _day(measure: Measure, day: date, days: History, late: Mapping[str, int], usual: UsualDay) -> Point:
    counts = days.get(day, ())
    unit, low, high = percent(measure), usual.low, usual.high
    return Point(
        Period(day, day),
        sum(counts),
        figure_of(measure, counts),
        None if low is None or high is None else (unit * low, unit * high),
        usual.verdict,
        late.get(day.isoformat(), 0),
    )


def _week(week: Period, sums: DaySums, late: Mapping[str, int], alike: float) -> Point:
    days = sums.within(week)
    n = days.n if days else 0
    return Point(
        week,
        n,
        sums.figure(week, alike),
        None,
        Verdict.TOO_FEW_ANSWERS if n < SHOW_FROM else Verdict.USUAL,
        sum(late.get(day.isoformat(), 0) for day in week) if late else 0,
    )
