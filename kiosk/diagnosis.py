"""How the terminal is, as lines that the staff read and tell IT over the telephone."""

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from kiosk.clock import Clock
from kiosk.journal import Records
from kiosk.texts import text
from kiosk.views import Row
from survey.exchange import ClockSource
from survey.opening_hours import on_calendar, zone


class Facts(msgspec.Struct, frozen=True):
    """standing: how the last exchange went. online_s: since one went well, None if none has since the start.

    waiting: entries that the server does not hold. wall: date and time at the location.
    """

    standing: str
    online_s: int | None
    waiting: int
    wall: str
    clock_source: ClockSource


def look(folder: Path, clock: Clock, *, online_at_ms: int | None) -> Facts:
    """What journal and clock tell. Raises NoJournal, and what SQLite raises."""
    now = clock.now()
    with closing(Records.open(folder)) as records:
        local = datetime.fromtimestamp(on_calendar(now.wall_ms) / 1000, UTC).astimezone(zone(records.time_zone()))
        return Facts(
            standing=records.standing(),
            online_s=None if online_at_ms is None else (now.uptime_ms - online_at_ms) // 1000,
            waiting=records.newest().seq - records.head().seq,
            wall=f"{local:%Y-%m-%d %H:%M}",
            clock_source=records.boots()[-1].how,
        )


def rows(
    facts: Facts, language: str, *, version: str, disk: str, devices: Mapping[str, str], readings: Mapping[str, float]
) -> tuple[Row, ...]:
    """disk, devices, readings: as in the health that the server is told."""

    def said(key: str, **values: object) -> str:
        return text(language, f"diagnostics.{key}", **values)

    lines = {
        said("network"): facts.standing or said("never"),
        said("exchange"): said("never") if facts.online_s is None else said("ago", time=_time(facts.online_s)),
        said("waiting"): str(facts.waiting),
        said("clock"): f"{facts.wall} ({said(f'clock_{facts.clock_source}')})",
        said("disk"): disk or said("well"),
        **devices,
        **{name: f"{value:g}" for name, value in readings.items()},
        said("version"): version,
    }
    return tuple(Row(label, value) for label, value in lines.items())


def _time(seconds: int) -> str:
    """As h:mm:ss."""
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
