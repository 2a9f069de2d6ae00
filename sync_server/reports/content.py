"""What a report tells: of one place what its period holds, of several how they stand and where to look first."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from sync_server.insight.chain_days import ChainDays
from sync_server.insight.comparing import Side
from sync_server.insight.days import Verdict
from sync_server.reports.schedule import Kind
from sync_server.results.comparison import by_location, compared
from sync_server.results.location import Trends, trends
from sync_server.results.periods import USUAL, Period, last_days
from sync_server.results.trend import Point
from sync_server.store import Store
from sync_server.store.places import LocationRow

LOOKS = 3  # at so many places first; who is shown all looks at none
LATE_DAYS = 6  # before a day: how far back a daily report tells of answers that came later


class Told(msgspec.Struct, frozen=True):
    """Of one location. verdict: of a single day; None for longer periods. side: beside the reader's other places.

    points: the days that the chart shows, up to the period's last.
    """

    location: LocationRow
    found: Trends
    points: list[Point]
    verdict: Verdict | None
    side: Side | None

    @property
    def is_worse(self) -> bool:
        """Than is usual for it, or than the others: more than chance."""
        before = self.found.change and self.verdict is None and self.found.change.standing == "worse"
        return self.verdict is Verdict.WORSE or self.side == "below" or bool(before)

    @property
    def late(self) -> list[Point]:
        """Days before a single one to which answers came when they were over."""
        if self.verdict is None:
            return []
        since = self.found.period.first - timedelta(days=LATE_DAYS)
        return [point for point in self.points if since <= point.period.first < self.found.period.first and point.late]


class Report(msgspec.Struct, frozen=True):
    """places: by name. looks: those that need a look first, the lowest before the others."""

    kind: Kind
    period: Period
    places: list[Told]
    looks: list[Told]


class Contents:
    """Makes reports; what is told of a location is worked out once for all who read it."""

    def __init__(self, store: Store, chain_days: ChainDays, now_ms: int) -> None:
        self._store, self._chain_days, self._now_ms = store, chain_days, now_ms
        self._told: dict[tuple[str, Period, str], Told] = {}

    def report(self, kind: Kind, period: Period, locations: Sequence[LocationRow], language: str) -> Report:
        """locations: by name; at least one."""
        sides = self._sides(locations, period) if len(locations) > 1 else {}
        told = [self._of(location, period, language) for location in locations]
        places = [msgspec.structs.replace(one, side=sides.get(one.location.location_id)) for one in told]
        worse = [one for one in places if one.is_worse]
        return Report(kind, period, places, sorted(worse, key=_value)[:LOOKS] if len(places) > 1 else places)

    def _of(self, location: LocationRow, period: Period, language: str) -> Told:
        key = location.location_id, period, language
        if key not in self._told:
            found = trends(self._store, location, period, self._now_ms, language)
            charted = last_days(max(USUAL, period.days), period.last)
            points = trends(self._store, location, charted, self._now_ms, language).points
            verdict = points[-1].verdict if period.days == 1 else None
            self._told[key] = Told(location, found, points, verdict, None)
        return self._told[key]

    def _sides(self, locations: Sequence[LocationRow], period: Period) -> Mapping[str, Side]:
        parts = compared(self._chain_days, locations, by_location, period)
        return {row.place.place_id: row.side for part in parts for rows in part.rows.values() for row in rows}


def _value(told: Told) -> float:
    return told.found.figure.value if told.found.figure else 0.0
