"""The server's time; the only caller of the system clock in this part."""

import time
from collections.abc import Callable

Clock = Callable[[], int]  # UTC, epoch ms


def now_ms() -> int:
    return time.time_ns() // 1_000_000
