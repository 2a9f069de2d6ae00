"""What a report tells: of one place what its period holds, of several how they stand and where to look first.

Of several only what is shown in whole is read: all else comes from the days in memory.
"""

from collections.abc import Sequence

import msgspec

from survey.figures import shrunken
from sync_server.errors import ServerError
from sync_server.insight.chain_days import ChainDays
from sync_server.insight.comparing import Side
from sync_server.insight.days import Verdict
from sync_server.reports.brand import Brand, brand_of
from sync_server.reports.schedule import Kind
from sync_server.results.brief import Brief, brief_of, briefs
from sync_server.results.comparison import by_location, compared
from sync_server.results.location import Trends, points, trends
from sync_server.results.periods import USUAL, Period, last_days
from sync_server.results.trend import Point
from sync_server.store import Store, late
from sync_server.store.places import LocationRow

LOOKS = 3  # at so many places first; who is shown all looks at none


class StillReading(ServerError):
    """Just after the server has started."""

    code = "report.still_reading"
    status = 503
    retry_after_s = 5

    def __init__(self) -> None:
        super().__init__("The answers are still being read.", f"Try again in {self.retry_after_s} s.")


class Line(msgspec.Struct, frozen=True):
    """Of one of several locations, as much as a line tells. side: beside the reader's other places."""

    location: LocationRow
    brief: Brief
    side: Side | None

    @property
    def is_worse(self) -> bool:
        """Than is usual for it, or than the others: more than chance."""
        return self.brief.verdict is Verdict.WORSE or self.side == "below" or self.brief.change == "worse"


class Told(Line, frozen=True):
    """Of one location in whole. points: the days that the chart shows, up to the period's last.

    changed_on: days (ISO) to which answers came since the report before this one.
    """

    found: Trends
    points: list[Point]
    changed_on: set[str]

    @property
    def late(self) -> list[Point]:
        """Days before a single one that have changed since the reader was told of them."""
        if self.brief.verdict is None:
            return []
        before = [point for point in self.points if point.period.last < self.found.period.first]
        return [point for point in before if point.late and point.period.last.isoformat() in self.changed_on]


class Report(msgspec.Struct, frozen=True):
    """places: by name. looks: those that need a look first, the lowest of them first; of one place, that one."""

    kind: Kind
    period: Period
    places: list[Line]
    looks: list[Told]
    brand: Brand = Brand()

    @property
    def one(self) -> Told | None:
        return self.looks[0] if len(self.places) == 1 else None


class Contents:
    """Makes reports; what is told of a location in whole is worked out once for all who read it."""

    def __init__(self, store: Store, chain_days: ChainDays, now_ms: int) -> None:
        self._store, self._chain_days, self._now_ms = store, chain_days, now_ms
        self._brand = brand_of(store)
        self._told: dict[tuple[str, Period, str, int], Told] = {}

    def report(
        self, kind: Kind, period: Period, locations: Sequence[LocationRow], language: str, *, since_ms: int
    ) -> Report:
        """locations: by name; at least one. Of several, raises StillReading as long as their days are being read.

        since_ms: when the reader's report before this one was due.
        """
        if len(locations) == 1:
            told = self._in_whole(locations[0], period, language, since_ms)
            return Report(kind, period, [told], [told], self._brand)
        lines = self._lines(locations, period, language, since_ms)
        worst = [line for line in lowest_first(lines) if line.is_worse][:LOOKS]
        looks = [self._look(line, period, language, since_ms) for line in worst]
        whole = {told.location.location_id: told for told in looks}  # what came late may not be in memory yet
        return Report(kind, period, [whole.get(line.location.location_id, line) for line in lines], looks, self._brand)

    def _look(self, line: Line, period: Period, language: str, since_ms: int) -> Told:
        """In whole, and what is said of the day or of a change is still what holds among all."""
        told = self._in_whole(line.location, period, language, since_ms)
        brief = msgspec.structs.replace(told.brief, verdict=line.brief.verdict, change=line.brief.change)
        return msgspec.structs.replace(told, brief=brief, side=line.side)

    def _lines(self, locations: Sequence[LocationRow], period: Period, language: str, since_ms: int) -> list[Line]:
        if self._chain_days.as_of_ms is None:
            raise StillReading
        key = "reports", period, frozenset(location.location_id for location in locations)
        held, sides = self._chain_days.once(key, lambda: self._held(locations, period))
        lines = []
        for location in locations:
            brief = held.get(location.location_id) or self._in_whole(location, period, language, since_ms).brief
            lines.append(Line(location, brief, sides.get(location.location_id)))
        return lines

    def _held(self, locations: Sequence[LocationRow], period: Period) -> tuple[dict[str, Brief], dict[str, Side]]:
        """By location, from the days in memory."""
        parts = compared(self._chain_days, locations, by_location, period)
        sides = {row.place.place_id: row.side for part in parts for rows in part.rows.values() for row in rows}
        return briefs(self._chain_days, locations, period), sides

    def _in_whole(self, location: LocationRow, period: Period, language: str, since_ms: int) -> Told:
        key = location.location_id, period, language, since_ms
        if key not in self._told:
            found = trends(self._store, location, period, self._now_ms, language, with_hours=False)
            charted = last_days(max(USUAL, period.days), period.last)
            days = points(self._store, location, charted, self._now_ms) if charted != period else found.points
            verdict = days[-1].verdict if period.days == 1 else None
            changed_on = late.days_since(self._store, location.location_id, since_ms)
            self._told[key] = Told(location, brief_of(found, verdict), None, found, days, changed_on)
        return self._told[key]


def lowest_first(lines: Sequence[Line]) -> list[Line]:
    """Those with a figure, by shrunken score: few answers do not lead."""
    known = [(line, figure) for line in lines if (figure := line.brief.figure)]
    mean = sum(figure.value * figure.n for _, figure in known) / max(1, sum(figure.n for _, figure in known))
    return [line for line, _ in sorted(known, key=lambda one: shrunken(one[1].value, one[1].n, mean=mean))]
