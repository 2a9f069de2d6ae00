"""How the terminal is, as lines that the staff read and tell IT over the telephone."""

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from kiosk.clock import Clock
from kiosk.journal import Records
from kiosk.texts import text, texts
from kiosk.views import Row
from survey.exchange import ClockSource
from survey.opening_hours import on_calendar, zone

UNITS = {"_c": " °C", "_mb": " MB", "_percent": " %"}


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

    def named(part: str, name: str) -> str:
        return texts(language).get(f"{part}.{name}", name)  # a counter's name is the shop's own

    def device(name: str) -> str:
        kind, space, number = name.partition(" ")  # as in "buttons 2"
        return f"{named('devices', kind)}{space}{number}"

    lines = {
        said("network"): named("standings", facts.standing) or said("never"),
        said("exchange"): said("never") if facts.online_s is None else said("ago", time=_time(facts.online_s)),
        said("waiting"): str(facts.waiting),
        said("clock"): f"{facts.wall} ({said(f'clock_{facts.clock_source}')})",
        said("disk"): disk or said("well"),
        **{device(name): named("states", state) for name, state in devices.items()},
        **{named("readings", name): _measured(name, value) for name, value in readings.items()},
        said("version"): version,
    }
    return tuple(Row(label, value) for label, value in lines.items())


def _measured(name: str, value: float) -> str:
    """With the unit that the name ends with."""
    if name.endswith("_s"):
        return _time(int(value))
    unit = next((unit for ending, unit in UNITS.items() if name.endswith(ending)), "")
    return f"{value:.0f}{unit}" if unit else f"{value:g}"


def _time(seconds: int) -> str:
    """As h:mm:ss."""
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
