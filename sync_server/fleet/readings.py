"""What a terminal measures of itself, and what of that, or of its devices, somebody should look at. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from sync_server.texts.say import whole

UNPLUGGED = "unplugged"  # a device's state, as terminals tell it
FAULTS = (UNPLUGGED, "stuck", "suspicious")  # and a configuration that is "not used: ...", with the reason
ONLY_FAULTS = ("display", "speech")  # of these a terminal tells only what is wrong
DISK = ("full", "failing", "nearly full")
POWER = ("under-voltage", "throttled", " now")  # "slowed down since start" is over, and does no harm


class Limit(NamedTuple):
    """Where a look is needed: at this value and above it; or under it."""

    value: float
    is_least: bool = False


LIMITS: Mapping[str, Limit] = {
    "temperature_c": Limit(80),  # a Pi slows down
    "card_worn_percent": Limit(80),
    "disk_free_mb": Limit(200, is_least=True),
    "memory_free_mb": Limit(50, is_least=True),
}
SHOWN = ("temperature_c", "disk_free_mb", "memory_free_mb", "card_worn_percent", "load", "uptime_s")


def is_beyond(name: str, value: float) -> bool:
    limit = LIMITS.get(name)
    if limit is None:
        return False
    return value < limit.value if limit.is_least else value >= limit.value


def is_fault(device: str, state: str) -> bool:
    """Whether it needs a look; by the device's name as the terminal tells it."""
    if device in ONLY_FAULTS:
        return True
    if device == "disk":
        return state in DISK
    if device == "power":
        return any(complaint in state for complaint in POWER)
    if device == "card":
        return state.startswith("reserve:")
    return state in FAULTS or state.startswith("not used")


def in_order(readings: Mapping[str, float]) -> list[str]:
    """The names, those that pages have words for first."""
    return [*(name for name in SHOWN if name in readings), *sorted(readings.keys() - {*SHOWN})]


def in_figures(name: str, value: float) -> str:
    """As few of them as say something; the time since the start in hours."""
    if name == "uptime_s":
        return whole(value / 3600)
    return whole(value) if name in SHOWN and name != "load" else f"{value:.4g}"
