"""Linux input devices (/dev/input/event...): their events as the kernel hands them out, for one reader alone.

The kernel's own structure and requests (include/uapi/linux/input.h, 64 bit). The package evdev is like it, but must be
compiled on each computer against kernel headers, and opens real devices alone: no twin could take their place.
"""

import errno
import fcntl
import logging
import os
import select
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from hardware.errors import DeviceUnplugged
from hardware.reopening import Reopening

RECORD = struct.Struct("@llHHi")  # seconds, microseconds, kind, code, value
READ_BYTES = 64 * RECORD.size
GRAB = 0x40044590  # EVIOCGRAB
SWITCHES = 0x8008451B  # EVIOCGSW(8): which switches are on now, as bits

SYN, KEY, SWITCH = 0, 1, 5  # kinds
SYN_REPORT, SYN_DROPPED = 0, 3  # codes of SYN

SYSTEM = Path("/sys/class/input")
DEVICES = Path("/dev/input")

log = logging.getLogger(__name__)


class Event(NamedTuple):
    """kind and code: as the kernel numbers them. value of a key: 1 down, 2 repeated while held, 0 up."""

    kind: int
    code: int
    value: int


def find(is_wanted: Callable[[Path], bool], *, system: Path = SYSTEM, devices: Path = DEVICES) -> str:
    """The path of the first device whose folder in `system` is wanted; empty if none is."""
    folders = sorted(system.glob("event*/device"))
    return next((str(devices / folder.parent.name) for folder in folders if is_wanted(folder)), "")


def read(file: Path) -> str:
    """What the kernel says of a device; nothing if that was unplugged in this very moment."""
    try:
        return file.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def read_bits(file: Path) -> int:
    """Which keys or switches a device has: words of 64 bits in hexadecimal, the highest first."""
    return sum(int(word, 16) << 64 * place for place, word in enumerate(reversed(read(file).split())))


class Followed:
    """Reads, in a thread of its own, the device whose path `find` gives, and opens it again each time it was unplugged.

    find: raises DeviceUnplugged while there is none. alone: nobody else gets the device's events (EVIOCGRAB).
    """

    def __init__(self, find: Callable[[], str], *, name: str, alone: bool) -> None:
        self._find = find
        self._alone = alone
        self._again = Reopening(name, session=self._follow, wake=self._end_wait)
        self._woken = self._waker = -1  # a pipe while it runs

    def start(
        self,
        *,
        when_event: Callable[[Event], None],
        when_changed: Callable[[str], None],
        when_opened: Callable[["Device"], None] = lambda device: None,
    ) -> None:
        """when_event: gets keys and switches; if it raises, that is logged. when_changed: "plugged" or "unplugged"."""
        self._when_event = when_event
        self._when_opened = when_opened
        self._woken, self._waker = os.pipe2(os.O_CLOEXEC)
        self._again.start(when_changed)

    def stop(self) -> None:
        self._again.stop()
        if self._waker >= 0:
            os.close(self._woken)
            os.close(self._waker)
            self._woken = self._waker = -1

    def pause(self, wait_s: float) -> bool:
        """Wait in the reading thread. Whether to go on afterwards."""
        return not self._again.stopping.wait(wait_s)

    def _follow(self) -> None:
        with closing(Device(self._find(), alone=self._alone)) as device:
            self._again.tell("plugged")
            self._when_opened(device)
            while True:
                select.select([device.fileno(), self._woken], [], [])
                if self._again.stopping.is_set():
                    return
                for event in device.read():
                    self._when_event(event)

    def _end_wait(self) -> None:
        if self._waker >= 0:
            os.write(self._waker, b".")


class Device:
    """An open input device. Every method raises DeviceUnplugged."""

    def __init__(self, path: str, *, alone: bool) -> None:
        self.path = path
        self._is_behind = False  # the kernel threw events away: what comes up to the next report is incomplete
        try:
            self._fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise DeviceUnplugged(f"{path}: {error.strerror}") from error
        if alone:
            try:
                self._ask(GRAB, 1)
            except DeviceUnplugged:
                self.close()
                raise

    def fileno(self) -> int:
        return self._fd

    def read(self) -> list[Event]:
        """The keys and switches that changed, oldest first; waits for nothing."""
        try:
            data = os.read(self._fd, READ_BYTES)
        except BlockingIOError:
            return []
        except OSError as error:
            raise DeviceUnplugged(f"{self.path}: {error.strerror}") from error
        if not data or len(data) % RECORD.size:
            raise DeviceUnplugged(f"{self.path}: it gives {len(data)} bytes, no input events")
        return [
            event
            for *_, kind, code, value in RECORD.iter_unpack(data)
            if self._counts(event := Event(kind, code, value))
        ]

    def switch_is_on(self, code: int) -> bool:
        bits = bytearray(8)
        self._ask(SWITCHES, bits)
        return bool(int.from_bytes(bits, "little") >> code & 1)

    def close(self) -> None:
        os.close(self._fd)

    def _counts(self, event: Event) -> bool:
        if event.kind == SYN and event.code == SYN_DROPPED:
            log.warning("%s: events came faster than they were read; some are lost", self.path)
            self._is_behind = True
        elif event.kind == SYN and event.code == SYN_REPORT:
            self._is_behind = False
        return event.kind in (KEY, SWITCH) and not self._is_behind

    def _ask(self, request: int, argument: int | bytearray) -> None:
        """A twin is a pipe and takes no requests (ENOTTY): nobody else hears it, and its switches are off."""
        try:
            fcntl.ioctl(self._fd, request, argument)
        except OSError as error:
            if error.errno != errno.ENOTTY:
                raise DeviceUnplugged(f"{self.path}: {error.strerror}") from error
