"""How each of many locations stands over a period, in a line: what results/location.py says, from days in memory.

That reads a location in whole; of five hundred it would take seconds. And of many that never change, some look changed
each time: what is said of a day or a change is what holds among all of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

import msgspec
import numpy as np

from survey.figures import SHOW_FROM, Days, Difference, Figure, difference, holding, rho
from survey.questions import SHARED_KINDS, Kind
from sync_server.insight.chain_days import ChainDays, Counts, LocationDays, days_by_group
from sync_server.insight.days import WEEKS, Verdict, usual_day_by, verdicts
from sync_server.insight.holidays import is_holiday
from sync_server.results.location import Standing, Trends, days_before, standing_of
from sync_server.results.periods import Period, last_days
from sync_server.results.shared import Measure, measure_of
from sync_server.results.spread import MEASURES, figure_of_days
from sync_server.store.places import LocationRow


class Brief(msgspec.Struct, frozen=True):
    """figure: None under 10 answers. verdict: of a single day. change: of a longer period, against the one before.

    Of many, worse and better are what holds among all of theirs (docs/figures.md, "Above, same, below").
    """

    measure: Measure
    answers: int
    figure: Figure | None
    verdict: Verdict | None
    change: Standing | None


def brief_of(found: Trends, verdict: Verdict | None) -> Brief:
    """verdict: None for more than a day."""
    change = found.change.standing if found.change and verdict is None else None
    return Brief(found.measure, found.answers, found.figure, verdict, change)


def briefs(chain_days: ChainDays, locations: Sequence[LocationRow], period: Period) -> dict[str, Brief]:
    """By location. Left out is where nothing is asked, or more than one question is shared."""
    by_id = {location.location_id: location for location in locations}
    held = chain_days.of(by_id)
    questions = Counter(one.asked.location_id for one in held)
    found: dict[str, Brief] = {}
    for kind in SHARED_KINDS:
        of_kind = [one for one in held if one.asked.question.kind is kind and questions[one.asked.location_id] == 1]
        if of_kind:
            days = _Days(kind, of_kind, period)
            found |= days.judged(by_id) if period.days == 1 else days.compared()
    return found


class _Days:
    """Of locations with one kind of shared question: the days of the period, and those that they are compared with."""

    def __init__(self, kind: Kind, held: Sequence[LocationDays], period: Period) -> None:
        self._shown, self._measure, self._period = measure_of(kind), MEASURES[kind], period
        self._ids = [one.asked.location_id for one in held]
        self._all = Period(days_before(period).first, period.last)
        self._counts = np.stack([one.within(self._all).sum(axis=0) for one in held])  # locations x days x steps

    def judged(self, locations: Mapping[str, LocationRow]) -> dict[str, Brief]:
        """A single day, against the usual ones of the weeks before it."""
        day, before = self._period.last, last_days(7 * WEEKS, self._period.before.last)
        now, usual = self._sums(self._period), self._by_weekday(before, self._usual(locations))
        judged, found = {}, {}
        for location_id in self._ids:
            days, is_free = now.get(location_id), partial(is_holiday, time_zone=locations[location_id].time_zone)
            counts = days.counts if days else ()
            judged[location_id] = usual_day_by(self._measure, day, counts, usual[location_id], is_holiday=is_free)
        for location_id, verdict in verdicts(judged).items():
            days = now.get(location_id)
            found[location_id] = Brief(self._shown, days.n if days else 0, self._figure(days, 0.0), verdict, None)
        return found

    def compared(self) -> dict[str, Brief]:
        """A longer period, against the one before it."""
        now, before = self._sums(self._period), self._sums(self._period.before)
        weekdays = self._by_weekday(self._all, self._counts)
        found, differences = {}, {}
        for location_id in self._ids:
            days = now.get(location_id)
            alike = rho(self._measure, weekdays[location_id].values())
            figure, then = self._figure(days, alike), self._figure(before.get(location_id), alike)
            if figure and then:
                differences[location_id] = difference(figure, then)
            found[location_id] = Brief(self._shown, days.n if days else 0, figure, None, None)
        for location_id, change in _changes(differences).items():
            found[location_id] = msgspec.structs.replace(found[location_id], change=change)
        return found

    def _figure(self, days: Days | None, alike: float) -> Figure | None:
        return figure_of_days(self._measure, days, alike) if days else None

    def _sums(self, period: Period) -> dict[str, Days]:
        begin = (period.first - self._all.first).days
        return days_by_group(self._measure, self._counts[:, begin : begin + period.days], self._ids)

    def _by_weekday(self, period: Period, counts: Counts) -> dict[str, dict[int, Days]]:
        """counts: of all days."""
        found: dict[str, dict[int, Days]] = {location_id: {} for location_id in self._ids}
        begin, end = ((day - self._all.first).days for day in (period.first, period.last))
        for number in range(7):
            of_weekday = days_by_group(self._measure, counts[:, begin + number : end + 1 : 7], self._ids)
            for location_id, days in of_weekday.items():
                found[location_id][(period.first.weekday() + number) % 7] = days
        return found

    def _usual(self, locations: Mapping[str, LocationRow]) -> Counts:
        """Without the holidays and the days with too few answers."""
        time_zones = [locations[location_id].time_zone for location_id in self._ids]
        workdays = {name: [not is_holiday(day, name) for day in self._all] for name in set(time_zones)}
        is_usual = np.array([workdays[name] for name in time_zones]) & (self._counts.sum(axis=2) >= SHOW_FROM)
        usual: Counts = self._counts * is_usual[:, :, np.newaxis]
        return usual


def _changes(differences: Mapping[str, Difference]) -> dict[str, Standing]:
    """By location: which of them all hold."""
    holds = holding([found.p for found in differences.values()])
    return {
        name: standing_of(found) if is_held else "same"
        for (name, found), is_held in zip(differences.items(), holds, strict=True)
    }
