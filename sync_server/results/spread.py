"""Figures of several days together, in the units of pages: their intervals are as wide as the days differ.

A share and the index are 0 to 100, the NPS -100 to 100 (docs/figures.md, "Days that differ"). Of one day by itself
the interval tells of that day alone, as on its own page: `alike` is 0 there.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from survey.errors import NoAnswers
from survey.figures import SHOW_FROM, Days, Figure, Measure, days_of, design_effect, rho
from survey.questions import Kind

MEASURES: Mapping[Kind, Measure] = {  # of two steps the index is the share of the better one
    Kind.SMILEY4: Measure.SATISFIED,
    Kind.SMILEY5: Measure.SATISFIED,
    Kind.NPS: Measure.NPS,
    Kind.CES: Measure.EASY,
    Kind.YES_NO: Measure.INDEX,
}

CountsByDay = Mapping[date, Sequence[int]]


def alike(measure: Measure, days: CountsByDay) -> float:
    """How much the days differ beyond chance, each beside its own weekday (rho)."""
    by_weekday: dict[int, list[Sequence[int]]] = {}
    for day, counts in days.items():
        if any(counts):
            by_weekday.setdefault(day.weekday(), []).append(counts)
    return rho(measure, [days_of(measure, counts) for counts in by_weekday.values()])


def figure_of(measure: Measure, counts_by_day: Iterable[Sequence[int]], alike: float) -> Figure | None:
    """None under figures.SHOW_FROM answers."""
    try:
        days = days_of(measure, counts_by_day)
    except NoAnswers:
        return None
    return figure_of_days(measure, days, alike)


def figure_of_days(measure: Measure, days: Days, alike: float) -> Figure | None:
    if days.n < SHOW_FROM:
        return None
    found = measure.figure(days.counts, design_effect=design_effect(days.squares, days.n, alike))
    unit = percent(measure)
    return Figure(unit * found.value, unit * found.low, unit * found.high, found.n)


def percent(measure: Measure) -> int:
    """By what the measure's own unit is multiplied on a page."""
    return 100 if measure in (Measure.SATISFIED, Measure.EASY) else 1
