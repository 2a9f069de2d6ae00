"""The true time of a simulated world, shared by its processes: it runs at the pace of real time, and leaps.

So what people and programs do takes as long as it does, and only the time between two of them is left out.
"""

import mmap
import struct
import time
from pathlib import Path

_OFFSET = struct.Struct("@q")  # in one piece, as only the native form is: others read while one writes


class TrueTime:
    """file: what the processes share."""

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as opened:
            self._map = mmap.mmap(opened.fileno(), _OFFSET.size)

    @classmethod
    def begin(cls, file: Path, at_ms: int) -> "TrueTime":
        """at_ms: the instant that it is now (UTC, epoch ms)."""
        file.write_bytes(_OFFSET.pack(at_ms - _real_ms()))
        return cls(file)

    def ms(self) -> int:
        (offset_ms,) = _OFFSET.unpack_from(self._map)
        return int(offset_ms) + _real_ms()

    def s(self) -> float:
        """In place of time.monotonic."""
        return self.ms() / 1000

    def leap(self, ms: int) -> None:
        (offset_ms,) = _OFFSET.unpack_from(self._map)
        _OFFSET.pack_into(self._map, 0, offset_ms + ms)


def _real_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1_000_000
