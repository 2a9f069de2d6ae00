"""What a terminal is told of the computer that it runs on."""

from collections.abc import Callable
from dataclasses import dataclass

Board = Callable[[], "Health"]  # asked now and then; never raises


@dataclass(frozen=True, slots=True)
class Health:
    """None: this computer does not say.

    temperature_c: of its hottest part. power: what the firmware complains of, in words, "now" or "since start".
    card_used_percent: how much of the card's life is used, in tenths, over 100 beyond it.
    card_reserve: its spare blocks, "normal", "warning" (80 % used) or "urgent" (90 % used).
    load: runnable tasks of the last minute, on average.
    """

    temperature_c: float | None = None
    power: tuple[str, ...] | None = None
    disk_free_bytes: int | None = None
    disk_free_share: float | None = None
    memory_free_bytes: int | None = None
    card_used_percent: int | None = None
    card_reserve: str | None = None
    uptime_s: float | None = None
    load: float | None = None
