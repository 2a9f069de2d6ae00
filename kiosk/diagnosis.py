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

DURATIONS = ((2 * 86_400, "days", 86_400), (2 * 3600, "hours", 3600), (120, "minutes", 60), (0, "seconds", 1))


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

    online = None if facts.online_s is None else said("ago", time=_duration(facts.online_s, language))
    lines = {
        said("network"): named("standings", facts.standing) or said("never"),
        said("exchange"): online or said("never"),
        said("waiting"): str(facts.waiting),
        said("clock"): f"{facts.wall} ({said(f'clock_{facts.clock_source}')})",
        said("disk"): disk or said("well"),
        **{device(name): named("states", state) for name, state in devices.items()},
        **{named("readings", name): _measured(name, value, language) for name, value in readings.items()},
        said("version"): version,
    }
    return tuple(Row(label, value) for label, value in lines.items())


def _measured(name: str, value: float, language: str) -> str:
    """With the unit that the name ends with."""

    def said(unit: str, value: float, decimals: int = 0) -> str:
        return text(language, f"units.{unit}", n=_number(f"{value:.{decimals}f}", language))

    match name.rpartition("_")[2]:
        case "s":
            return _duration(int(value), language)
        case "mb":
            return said("gigabytes", value / 1000, 1) if value >= 1000 else said("megabytes", value)
        case "c":
            return said("celsius", value)
        case "percent":
            return said("percent", value)
    return _number(f"{value:g}", language)


def _duration(seconds: int, language: str) -> str:
    """In the largest unit of which there are two."""
    unit, one = next((unit, one) for least, unit, one in DURATIONS if seconds >= least)
    return text(language, f"units.{unit}", n=seconds // one)


def _number(digits: str, language: str) -> str:
    return digits.replace(".", text(language, "units.decimal"))
