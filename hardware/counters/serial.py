"""A people counter on a serial line: the host's side of docs/hardware.md, "A counter on a serial line".

It says a total, so a line that is lost or comes twice changes nothing; nothing is said to it.
"""

import time
from collections.abc import Callable

from hardware.buttons import protocol
from hardware.counters.passages import Plausible
from hardware.errors import DeviceUnplugged
from hardware.reopening import Reopening
from hardware.serial_line import SerialLine

SILENT_AFTER_S = 7.0  # three totals are missing
MOST_PER_S = 5.0  # through a wide door, for minutes


class SerialCounter:
    """Opens the counter at `path`, and again each time it was unplugged."""

    def __init__(self, path: str, *, silent_after_s: float = SILENT_AFTER_S) -> None:
        self.path = path
        self._silent_after_s = silent_after_s
        self._reader = protocol.LineReader()
        self._line = SerialLine(path, baud=protocol.BAUD, timeout_s=silent_after_s)
        self._newest: protocol.Counted | None = None
        self._plausible = Plausible(MOST_PER_S)
        self._reopening = Reopening(f"Counter at {path}", session=self._session, wake=self._line.wake)

    def start(self, *, when_counted: Callable[[int], None], when_changed: Callable[[str], None]) -> None:
        self._when_counted = when_counted
        self._reopening.start(when_changed)

    def stop(self) -> None:
        self._reopening.stop()

    def _session(self) -> None:
        with self._line.opened():
            self._reader.feed(b"\n")  # what an unplugging cut off is no beginning of what comes now
            heard_at = time.monotonic()
            while not self._reopening.stopping.is_set():
                for message in self._reader.feed(self._line.read()):
                    if isinstance(message, protocol.Counted):
                        heard_at = time.monotonic()
                        self._take(message, heard_at)
                if time.monotonic() - heard_at >= self._silent_after_s:
                    raise DeviceUnplugged(f"no counter answers at {self.path}: {self._reader.newest_fault}")

    def _take(self, counted: protocol.Counted, now: float) -> None:
        passed, self._newest = self._passed(counted), counted
        believed = self._plausible.take(passed, now) if passed else 0
        if self._plausible.is_in_doubt(now):
            self._reopening.tell("suspicious", f"it counts more than can pass: {passed} at once")
        else:
            self._reopening.tell("plugged")
        if believed:
            self._when_counted(believed)

    def _passed(self, counted: protocol.Counted) -> int:
        """Since the line before. Of a counter heard for the first time nobody knows since when its total is."""
        before = self._newest
        if before is None:
            return 0
        if counted.session != before.session:  # it was switched off and on
            return counted.total
        return max(0, counted.total - before.total)
