"""The true time of a simulated world, shared by its processes: it runs at the pace of real time, and leaps.

So what people and programs do takes as long as it does, and only the time between two of them is left out.
"""

import mmap
import sys
import time
from pathlib import Path

_BYTES = 8


class TrueTime:
    """file: what the processes share."""

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as opened:
            shared = mmap.mmap(opened.fileno(), _BYTES)
        self._offset_ms = memoryview(shared).cast("q")  # written in one piece: struct would write noughts first

    @classmethod
    def begin(cls, file: Path, at_ms: int) -> "TrueTime":
        """at_ms: the instant that it is now (UTC, epoch ms)."""
        file.write_bytes((at_ms - _real_ms()).to_bytes(_BYTES, sys.byteorder, signed=True))
        return cls(file)

    def ms(self) -> int:
        return self._offset_ms[0] + _real_ms()

    def s(self) -> float:
        """In place of time.monotonic."""
        return self.ms() / 1000

    def leap(self, ms: int) -> None:
        self._offset_ms[0] += ms


def _real_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1_000_000
