"""A keypad that the kernel itself takes for a real one (/dev/uinput), for machines that have it."""

import fcntl
import os
import struct
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from hardware.buttons.simulated_keypad import SimulatedKeypad

UINPUT = Path("/dev/uinput")
SET_KIND, SET_KEY, SET_UP, CREATE, NAME = 0x40045564, 0x40045565, 0x405C5503, 0x5501, 0x8040552C
KEY = 1
USB = 3
VENDOR, PRODUCT = 0x1A2C, 0x2124


def why_not() -> str:
    """Why there can be no such keypad here; empty where there can."""
    return "" if os.access(UINPUT, os.W_OK) else f"no {UINPUT}, or not for this user"


class KernelKeypad(SimulatedKeypad):
    """`path` is a link to the device, as udev makes them."""

    def __init__(self, path: Path, codes: Sequence[int]) -> None:
        self._keys = codes
        super().__init__(path, codes)

    def plug(self) -> None:
        self._end = os.open(UINPUT, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.ioctl(self._end, SET_KIND, KEY)
        for code in self._keys:
            fcntl.ioctl(self._end, SET_KEY, code)
        fcntl.ioctl(self._end, SET_UP, struct.pack("HHHH80sI", USB, VENDOR, PRODUCT, 1, b"Hymy test keypad", 0))
        fcntl.ioctl(self._end, CREATE)
        name = fcntl.ioctl(self._end, NAME, bytes(64)).rstrip(b"\0").decode()
        event = next(Path("/sys/devices/virtual/input", name).glob("event*"))
        self.path.symlink_to(f"/dev/input/{event.name}")

    def unplug(self) -> None:
        with suppress(FileNotFoundError):
            super().unplug()
