"""Figures of several days together, in the units of pages: their intervals are as wide as the days differ.

A share and the index are 0 to 100, the NPS -100 to 100 (docs/figures.md, "Days that differ"). Of one day by itself
the interval tells of that day alone, as on its own page: `alike` is 0 there.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from survey.figures import SHOW_FROM, Days, Figure, Measure, days_of, design_effect, rho
from survey.questions import Kind
from sync_server.results.given import Counts
from sync_server.results.periods import Period

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]

MEASURES: Mapping[Kind, Measure] = {  # of two steps the index is the share of the better one
    Kind.SMILEY4: Measure.SATISFIED,
    Kind.SMILEY5: Measure.SATISFIED,
    Kind.NPS: Measure.NPS,
    Kind.CES: Measure.EASY,
    Kind.YES_NO: Measure.INDEX,
}


class DaySums:
    """Days of one place in a row: what any stretch of them adds up to, without adding them up again.

    counts: days x steps from `first` on, worst step first.
    """

    def __init__(self, measure: Measure, first: date, counts: Counts) -> None:
        self._measure, self._first = measure, first
        self._daily = _daily(measure, counts)
        self._until = np.vstack((np.zeros((1, self._daily.shape[1])), self._daily.cumsum(axis=0)))

    def within(self, period: Period) -> Days | None:
        """None without answers."""
        begin, end = ((day - self._first).days for day in (period.first, period.last))
        begin, end = max(0, begin), min(len(self._daily), end + 1)
        return _days(self._until[end] - self._until[begin]) if begin < end else None

    def figure(self, period: Period, alike: float) -> Figure | None:
        """None under figures.SHOW_FROM answers."""
        return figure_of_days(self._measure, self.within(period), alike)

    def alike(self) -> float:
        """How much the days differ beyond chance, each beside its own weekday (rho)."""
        weekdays = (_days(self._daily[number::7].sum(axis=0)) for number in range(7))
        return rho(self._measure, [days for days in weekdays if days])


def days_in(measure: Measure, counts: Counts) -> Days | None:
    """survey.figures.days_of for an array of days x steps. None without answers."""
    return _days(_daily(measure, counts).sum(axis=0))


def each_day(measure: Measure, counts: Ints) -> tuple[Ints, Floats]:
    """Its answers n, and (sum of its scores)^2 / n. counts: any number of days x steps."""
    n = counts.sum(axis=-1)
    scores = counts @ np.array(measure.scores(counts.shape[-1]))
    return n, np.divide(scores**2, n, out=np.zeros_like(scores), where=n > 0)


def _daily(measure: Measure, counts: Counts) -> Floats:
    """For each day what Days adds up, in its order."""
    n, by_day = each_day(measure, counts)
    return np.column_stack((counts, n > 0, n * n, by_day))


def _days(sums: Floats) -> Days | None:
    *whole, by_day = sums.tolist()
    *counts, days, squares = map(int, whole)
    return Days(tuple(counts), days, squares, by_day) if days else None


def figure_of(measure: Measure, counts: Sequence[int]) -> Figure | None:
    """Of one day by itself. None under figures.SHOW_FROM answers."""
    return figure_of_days(measure, days_of(measure, [counts]), 0.0) if any(counts) else None


def figure_of_days(measure: Measure, days: Days | None, alike: float) -> Figure | None:
    """None under figures.SHOW_FROM answers."""
    if days is None or days.n < SHOW_FROM:
        return None
    found = measure.figure(days.counts, design_effect=design_effect(days.squares, days.n, alike))
    unit = percent(measure)
    return Figure(unit * found.value, unit * found.low, unit * found.high, found.n)


def percent(measure: Measure) -> int:
    """By what the measure's own unit is multiplied on a page."""
    return 100 if measure in (Measure.SATISFIED, Measure.EASY) else 1
