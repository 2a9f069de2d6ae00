"""An alert, and the facts that it was opened with. One cause, a kind at a location about a subject, has one alert."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

import msgspec

from survey.figures import Figure
from sync_server.results.shared import Measure
from sync_server.store import Store
from sync_server.store import alerts as stored
from sync_server.store.alerts import AlertRow

Cause = tuple[str, str, str]  # location_id, kind, subject


class Kind(StrEnum):
    """What there are alerts about."""

    NEGATIVE = "negative"
    DAY = "day"
    SLIDE = "slide"
    SILENT = "silent"


class Negative(msgspec.Struct, frozen=True, tag="negative"):
    """So many of the answers of the last minutes were of the two worst faces, or detractors'."""

    negative: int
    answers: int
    minutes: int


class Day(msgspec.Struct, frozen=True, tag="day"):
    """A day below its usual range, low to high, in the figure's unit."""

    local_date: str
    measure: Measure
    figure: Figure
    low: float
    high: float


class Slide(msgspec.Struct, frozen=True, tag="slide"):
    """The last `days` days up to this date, and the weeks before them."""

    local_date: str
    measure: Measure
    days: int
    figure: Figure
    before: Figure


class Silent(msgspec.Struct, frozen=True, tag="silent"):
    """since: when it was last heard of (epoch ms)."""

    terminal: str
    since: int


Facts = Negative | Day | Slide | Silent


class Look(NamedTuple):
    """What was found in a round. on: goes on, or begins. over: of what went on."""

    on: Mapping[Cause, Facts]
    over: set[Cause]


class Alert(msgspec.Struct, frozen=True):
    """As people see it: open until it closes by itself or somebody closes it."""

    row: AlertRow
    facts: Facts

    @property
    def is_open(self) -> bool:
        return self.row.closed_at is None


def alert(row: AlertRow) -> Alert:
    return Alert(row, msgspec.json.decode(row.facts, type=Facts))


def open_alerts(store: Store, location_ids: Sequence[str]) -> list[Alert]:
    """Newest first."""
    return [alert(row) for row in stored.open_at(store, location_ids)]


def new_row(cause: Cause, facts: Facts, now_ms: int) -> AlertRow:
    """An alert that begins now."""
    location_id, kind, subject = cause
    alert_id = sha256(f"{kind} {subject} {now_ms}".encode()).hexdigest()[:16]
    return AlertRow(location_id, alert_id, kind, subject, now_ms, now_ms, None, msgspec.json.encode(facts).decode())
