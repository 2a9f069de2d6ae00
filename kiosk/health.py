"""How the terminal and its computer are, as the server and the staff are told (survey.exchange.Health)."""

import importlib.metadata
import time
from collections.abc import Callable, Mapping

from hardware.health import interface as hardware
from survey.exchange import Health

LOOK_EVERY_S = 60.0  # a Pi's firmware is asked by a program of its own
MB = 1_000_000


class HealthReport:
    """look: at the computer. devices: how each is, in a word. From any thread."""

    def __init__(
        self,
        look: Callable[[], hardware.Health],
        devices: Callable[[], Mapping[str, str]],
        *,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look = look
        self._devices = devices
        self._now_s = now_s
        self._seen: tuple[float, hardware.Health] | None = None  # when, and what; replaced whole
        self._version = importlib.metadata.version("hymy")

    def __call__(self) -> Health:
        computer = self._computer()
        devices = {**self._devices(), **complaints(computer)}
        return Health(self._version, devices=devices, readings=readings(computer))

    def _computer(self) -> hardware.Health:
        now_s = self._now_s()
        if self._seen is None or now_s - self._seen[0] >= LOOK_EVERY_S:
            self._seen = now_s, self._look()
        return self._seen[1]


def readings(computer: hardware.Health) -> dict[str, float]:
    """What the computer tells of itself, by name and unit; what it does not tell is left out."""
    told = {
        "temperature_c": computer.temperature_c,
        "disk_free_mb": _mb(computer.disk_free_bytes),
        "memory_free_mb": _mb(computer.memory_free_bytes),
        "card_worn_percent": computer.card_used_percent,
        "load": computer.load,
        "uptime_s": computer.uptime_s,
    }
    return {name: value for name, value in told.items() if value is not None}


def complaints(computer: hardware.Health) -> dict[str, str]:
    """Of the supply's voltage and the card's spare blocks; nothing while all is well."""
    told = {}
    if computer.power:
        told["power"] = ", ".join(computer.power)
    if computer.card_reserve not in (None, "normal"):
        told["card"] = f"reserve: {computer.card_reserve}"
    return told


def _mb(size_bytes: int | None) -> float | None:
    return None if size_bytes is None else round(size_bytes / MB, 1)
