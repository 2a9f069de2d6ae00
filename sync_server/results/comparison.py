"""What the Compare page shows: places beside one another, or beside what they were, from the days held in memory.

Only the locations that are handed in take part, in totals too. Places with different kinds of shared question are
never compared with each other: each kind is a part of its own.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

import msgspec
import numpy as np

from survey.figures import SHOW_FROM, Days, Difference, Figure, difference, rho
from survey.figures import Measure as Measured
from survey.questions import SHARED_KINDS, Kind
from sync_server.insight.chain_days import BACK_DAYS, ChainDays, LocationDays, days_by_group
from sync_server.insight.comparing import Side, compare, compare_periods, together
from sync_server.results.periods import USUAL, Period, PeriodFaults, last_days
from sync_server.results.shared import Measure, measure_of
from sync_server.store.places import LocationRow, TouchpointRow


class Place(NamedTuple):
    """What is compared. location_id: where it is about one; of: that location's name, where it is only a part of it."""

    place_id: str
    name: str
    location_id: str = ""
    of: str = ""


class Row(msgspec.Struct, frozen=True):
    """parts: of how many locations or touchpoints the place is made. figure: None under 10 answers.

    before: of the earlier period, where periods are compared. difference: to the others, or to that period; only where
    it holds among all that are compared. score: shrunken; 0 where periods are compared.
    """

    place: Place
    parts: int
    answers: int
    side: Side
    figure: Figure | None = None
    before: Figure | None = None
    difference: Difference | None = None
    score: float = 0.0


class Part(msgspec.Struct, frozen=True):
    """The places with one kind of shared question. below and above: by score, the farthest first; else by name.

    together: all of them, None under 10 answers; before: the same in the earlier period; change: between the two.
    """

    kind: Kind
    measure: Measure
    rows: dict[Side, list[Row]]
    together: Figure | None
    before: Figure | None
    change: Difference | None

    @property
    def places(self) -> int:
        return sum(map(len, self.rows.values()))

    @property
    def compared(self) -> int:
        return sum(len(rows) for side, rows in self.rows.items() if side != "too few")


def check_held(oldest: date, today: date) -> None:
    """Raises PeriodFaults for a first day that is no longer held in memory."""
    if (today - oldest).days >= BACK_DAYS:
        what = f"{oldest} is too far back to compare."
        raise PeriodFaults("too_old", what, f"Choose days of the last {BACK_DAYS}.", day=oldest, most=BACK_DAYS)


# The place to which a touchpoint belongs, and the part of it that it is; None for what is not compared.
PlaceOf = Callable[[LocationRow, TouchpointRow], tuple[Place, str] | None]


def by_location(location: LocationRow, touchpoint: TouchpointRow) -> tuple[Place, str]:
    return Place(location.location_id, location.name, location.location_id), touchpoint.touchpoint_id


def by_region(region_names: Mapping[str, str]) -> PlaceOf:
    def place(location: LocationRow, _: TouchpointRow) -> tuple[Place, str]:
        return Place(location.region_id, region_names.get(location.region_id, "")), location.location_id

    return place


def by_phase(_: LocationRow, touchpoint: TouchpointRow) -> tuple[Place, str]:
    return Place(touchpoint.phase, touchpoint.phase), touchpoint.touchpoint_id


def of_phase(phase: str) -> PlaceOf:
    """The touchpoints of one phase, each for itself."""

    def place(location: LocationRow, touchpoint: TouchpointRow) -> tuple[Place, str] | None:
        found = Place(touchpoint.touchpoint_id, touchpoint.name, location.location_id, location.name)
        return (found, touchpoint.touchpoint_id) if touchpoint.phase == phase else None

    return place


def compared(chain_days: ChainDays, locations: Sequence[LocationRow], place_of: PlaceOf, period: Period) -> list[Part]:
    """Each place beside all the others of its kind."""
    return [_beside_others(found, period) for found in _kinds(chain_days, locations, place_of)]


def compared_with(
    chain_days: ChainDays, locations: Sequence[LocationRow], place_of: PlaceOf, period: Period, before: Period
) -> list[Part]:
    """Each place in one period beside itself in an earlier one."""
    return [_beside_before(found, period, before) for found in _kinds(chain_days, locations, place_of)]


class _Places(NamedTuple):
    """Of one kind. places: by id; group_of: the place of each touchpoint in `held`, "" for one that is not asked of."""

    kind: Kind
    held: list[LocationDays]
    places: dict[str, Place]
    parts: Counter[str]
    group_of: list[str]

    def days(self, period: Period) -> dict[str, Days]:
        counts = np.concatenate([held.within(period) for held in self.held])
        found = days_by_group(Measured(measure_of(self.kind)), counts, self.group_of)
        found.pop("", None)
        return found


def _kinds(chain_days: ChainDays, locations: Sequence[LocationRow], place_of: PlaceOf) -> Iterator[_Places]:
    by_id = {location.location_id: location for location in locations}
    of_all = chain_days.of(by_id)
    for kind in SHARED_KINDS:
        held = [found for found in of_all if found.asked.question.kind is kind]
        places: dict[str, Place] = {}
        parts: set[tuple[str, str]] = set()
        group_of = []
        for location, touchpoint in ((by_id[h.asked.location_id], at) for h in held for at in h.asked.touchpoints):
            place, part = place_of(location, touchpoint) or (_NOWHERE, "")
            group_of.append(place.place_id)
            places[place.place_id] = place
            parts.add((place.place_id, part))
        places.pop("", None)
        if places:
            yield _Places(kind, held, places, Counter(place_id for place_id, _ in parts), group_of)


def _beside_others(of: _Places, period: Period) -> Part:
    measure = measure_of(of.kind)
    days = of.days(period)
    found = compare(Measured(measure), days, alike=_alike(of, period))
    rows = [_few(of, place_id, days) for place_id in of.places if _n(days, place_id) < SHOW_FROM]
    for place_id, one in found.items():
        if one.figure.n >= SHOW_FROM:
            rows.append(
                Row(
                    *(of.places[place_id], of.parts[place_id], one.figure.n, one.side),
                    figure=_in_hundred(measure, one.figure),
                    difference=_in_hundred(measure, one.difference) if one.side in _MARKED else None,
                    score=one.score * _UNIT[measure],
                )
            )
    return Part(of.kind, measure, _sorted(rows), _all_together(measure, days), None, None)


def _alike(of: _Places, period: Period) -> float | None:
    """Of a short period: how much days differ, by the four weeks up to its end."""
    if period.days >= USUAL:
        return None
    return rho(Measured(measure_of(of.kind)), of.days(last_days(USUAL, period.last)).values())


def _beside_before(of: _Places, period: Period, before: Period) -> Part:
    measure = measure_of(of.kind)
    now, then = of.days(period), of.days(before)
    found = compare_periods(Measured(measure), {key: (days, then[key]) for key, days in now.items() if key in then})
    rows = [_few(of, key, now) for key in of.places if key not in found or found[key].side == "too few"]
    rows += [
        Row(
            *(of.places[place_id], of.parts[place_id], one.now.n, one.side),
            figure=_in_hundred(measure, one.now),
            before=_in_hundred(measure, one.before),
            difference=_in_hundred(measure, one.difference) if one.side in _MARKED else None,
        )
        for place_id, one in found.items()
        if one.side != "too few"
    ]
    all_now, all_then = _all_together(measure, now), _all_together(measure, then)
    change = difference(all_now, all_then) if all_now and all_then else None
    return Part(of.kind, measure, _sorted(rows), all_now, all_then, change)


_NOWHERE = Place("", "")
_MARKED = ("above", "below")
_UNIT: Mapping[Measure, int] = {"satisfied": 100, "nps": 1}

T = TypeVar("T", Figure, Difference)


def _in_hundred(measure: Measure, found: T | None) -> T | None:
    """In the unit of results/shared.py."""
    if found is None or measure == "nps":
        return found
    changed = {name: 100 * getattr(found, name) for name in ("value", "low", "high")}
    return msgspec.structs.replace(found, **changed)


def _n(days: Mapping[str, Days], place_id: str) -> int:
    return days[place_id].n if place_id in days else 0


def _few(of: _Places, place_id: str, days: Mapping[str, Days]) -> Row:
    return Row(of.places[place_id], of.parts[place_id], _n(days, place_id), "too few")


def _all_together(measure: Measure, days: Mapping[str, Days]) -> Figure | None:
    if sum(found.n for found in days.values()) < SHOW_FROM:
        return None
    return _in_hundred(measure, together(Measured(measure), days))


def _sorted(rows: Sequence[Row]) -> dict[Side, list[Row]]:
    by_name = sorted(rows, key=lambda row: (row.place.name.casefold(), row.place.of.casefold(), row.place.place_id))
    sides: dict[Side, list[Row]] = {"below": [], "above": [], "same": [], "too few": []}
    for row in by_name:
        sides[row.side].append(row)
    sides["below"].sort(key=lambda row: row.score)
    sides["above"].sort(key=lambda row: -row.score)
    return sides
