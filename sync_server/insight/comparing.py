"""Which places differ from the others, or from what they were; never a ranking of what cannot be told apart."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from survey.figures import (
    SHOW_FROM,
    Days,
    Difference,
    Figure,
    Measure,
    design_effect,
    difference,
    holding,
    rho,
    shrunken,
)

Side = Literal["above", "same", "below", "too few"]


class Then(msgspec.Struct, frozen=True):
    """A place beside itself in an earlier period, in the measure's unit. above: it is better now."""

    now: Figure
    before: Figure
    difference: Difference | None
    side: Side


class Compared(msgspec.Struct, frozen=True):
    """A place beside all the others together, in the measure's unit.

    difference: None, and side "too few", where the place or the others have under 10 answers. Its interval is that of
    this one difference; side says what holds among all that are compared. score: shrunken, to sort by.
    """

    figure: Figure
    difference: Difference | None
    side: Side
    score: float


def compare(measure: Measure, places: Mapping[str, Days], *, alike: float | None = None) -> dict[str, Compared]:
    """places: each one's days that have answers in one period (survey.figures.days_of, of the same measure).

    alike: how much days differ, where the period's own tell too little of it: one day tells nothing.
    """
    if not places:
        return {}
    own = rho(measure, places.values())
    alike = own if alike is None else alike
    together = _together(places)
    mean = measure.figure(together.counts).value
    figures = {name: _figure(measure, days, own) for name, days in places.items()}
    differences = {
        name: difference(_figure(measure, days, alike), _figure(measure, _without(together, days), alike))
        for name, days in places.items()
        if min(days.n, together.n - days.n) >= SHOW_FROM
    }
    sides = _sides(differences)
    return {
        name: Compared(
            figure,
            differences.get(name),
            sides.get(name, "too few"),
            shrunken(figure.value, figure.n, mean=mean),
        )
        for name, figure in figures.items()
    }


def together(measure: Measure, places: Mapping[str, Days]) -> Figure:
    """All of them as one, its interval widened by how much their days differ. Raises NoAnswers."""
    return _figure(measure, _together(places), rho(measure, places.values()))


def compare_periods(measure: Measure, places: Mapping[str, tuple[Days, Days]]) -> dict[str, Then]:
    """places: each one's days of the period and of the one before it, both with answers."""
    alike = rho(measure, (days for both in places.values() for days in both))
    figures = {
        name: (_figure(measure, now, alike), _figure(measure, before, alike)) for name, (now, before) in places.items()
    }
    differences = {
        name: difference(now, before) for name, (now, before) in figures.items() if min(now.n, before.n) >= SHOW_FROM
    }
    sides = _sides(differences)
    return {
        name: Then(now, before, differences.get(name), sides.get(name, "too few"))
        for name, (now, before) in figures.items()
    }


def _figure(measure: Measure, days: Days, alike: float) -> Figure:
    return measure.figure(days.counts, design_effect=design_effect(days.squares, days.n, alike))


def _together(places: Mapping[str, Days]) -> Days:
    counts = map(sum, zip(*(days.counts for days in places.values()), strict=True))
    return Days(
        tuple(counts),
        sum(days.days for days in places.values()),
        sum(days.squares for days in places.values()),
        sum(days.by_day for days in places.values()),
    )


def _without(together: Days, days: Days) -> Days:
    counts = (all_of_them - own for all_of_them, own in zip(together.counts, days.counts, strict=True))
    return Days(
        tuple(counts), together.days - days.days, together.squares - days.squares, together.by_day - days.by_day
    )


def _sides(differences: Mapping[str, Difference]) -> dict[str, Side]:
    """What holds among all of them (Benjamini-Hochberg)."""
    holds = holding([found.p for found in differences.values()])
    return {name: _side(found, held) for (name, found), held in zip(differences.items(), holds, strict=True)}


def _side(found: Difference, held: bool) -> Side:
    if not held:
        return "same"
    return "above" if found.value > 0 else "below"
