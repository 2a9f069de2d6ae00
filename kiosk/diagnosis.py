"""How the terminal is, as lines that the staff read and tell IT over the telephone. Pure."""

from collections.abc import Mapping

import msgspec

from kiosk.texts import text
from kiosk.views import Row
from survey.exchange import ClockSource


class Facts(msgspec.Struct, frozen=True):
    """standing: how the last exchange went. exchanged_s: since the last one that went well, None before the first.

    wall: date and time at the location. devices, readings: as in the health that the server is told.
    """

    version: str
    standing: str
    exchanged_s: int | None
    waiting: int
    wall: str
    clock_source: ClockSource
    disk: str = ""
    devices: Mapping[str, str] = {}
    readings: Mapping[str, float] = {}


def rows(facts: Facts, language: str) -> tuple[Row, ...]:
    def said(key: str, **values: object) -> str:
        return text(language, f"diagnostics.{key}", **values)

    exchanged = said("never") if facts.exchanged_s is None else said("ago", time=_time(facts.exchanged_s))
    lines = {
        said("network"): facts.standing or said("never"),
        said("exchange"): exchanged,
        said("waiting"): str(facts.waiting),
        said("clock"): f"{facts.wall} ({said(f'clock_{facts.clock_source}')})",
        said("disk"): facts.disk or said("well"),
        **facts.devices,
        **{name: f"{value:g}" for name, value in facts.readings.items()},
        said("version"): facts.version,
    }
    return tuple(Row(label, value) for label, value in lines.items())


def _time(seconds: int) -> str:
    """As h:mm:ss."""
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
