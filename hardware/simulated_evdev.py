"""The twin of an input device: a pipe with the kernel's own records in it.

Unlike the kernel it keeps what comes while nobody reads; and it types nowhere, so it takes no request to be alone.
"""

import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from hardware.errors import LinkTaken
from hardware.evdev import KEY, RECORD, SWITCH, SYN, SYN_DROPPED, SYN_REPORT


class SimulatedInput:
    """Plugged in at `path` from the start."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._end: int | None = None
        self.plug()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.unplug()

    def press(self, code: int, *, repeats: int = 0) -> None:
        """Down and up again; repeats: how often the key repeats while it is held."""
        for value in (1, *[2] * repeats, 0):
            self.send((KEY, code, value))

    def switch(self, code: int, *, on: bool) -> None:
        self.send((SWITCH, code, int(on)))

    def overrun(self) -> None:
        """Lose events, as the kernel does for who reads too slowly."""
        self.send((SYN, SYN_DROPPED, 0), report=False)

    def send(self, *events: tuple[int, int, int], report: bool = True) -> None:
        seconds, nanoseconds = divmod(time.time_ns(), 10**9)
        told = [*events, (SYN, SYN_REPORT, 0)] if report else events
        self.send_bytes(b"".join(RECORD.pack(seconds, nanoseconds // 1000, *event) for event in told))

    def send_bytes(self, data: bytes) -> None:
        """Bytes of any kind, such as a recording."""
        if self._end is not None:
            os.write(self._end, data)

    def plug(self) -> None:
        if self._end is not None:
            return
        try:
            os.mkfifo(self.path)
        except FileExistsError as error:
            if not self.path.is_fifo():  # else left behind by a twin that was killed
                raise LinkTaken(f"{self.path} is taken. Name a path that is free.") from error
        self._end = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)  # both ends: so that the reader may come and go

    def unplug(self) -> None:
        if self._end is not None:
            self.path.unlink()
            os.close(self._end)
            self._end = None
