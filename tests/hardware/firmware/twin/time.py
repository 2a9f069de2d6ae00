"""The twin of the Pico's `time` module: between two looks at it 1 to 5 ms go by, however busy the computer is."""

from utime import *  # noqa: F403
from utime import ticks_diff
from utime import ticks_ms as real_ms

_ticks = _seen = real_ms()


def ticks_ms():
    global _ticks, _seen
    real = real_ms()
    _ticks += min(max(ticks_diff(real, _seen), 1), 5)
    _seen = real
    return _ticks
