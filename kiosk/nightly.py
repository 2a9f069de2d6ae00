"""What a terminal tidies once a night, so that it runs for years; a night without power is made up for afterwards.

Left alone: the journal's free pages, which new answers use again (VACUUM would write the whole file anew, and wear the
card); closed journals (offering.py) and damaged ones (at most three); the log, which journald bounds.
"""

import ctypes
import logging
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from kiosk import small_file
from kiosk.clock import Clock
from kiosk.journal import Journal
from kiosk.pictures import clear_shelf
from kiosk.writer import Writer
from survey.exchange import Configuration
from survey.schedule import local_time

FILE = "nightly.json"
QUIET_HOUR = 3  # when a night's turn has come
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

log = logging.getLogger(__name__)


class Done(msgspec.Struct, frozen=True):
    """night: the local date of the newest night that had its turn."""

    night: str


class Nightly:
    """`step` is to be called every few minutes. While the time is not known, a night is 24 h after the last one."""

    def __init__(self, folder: Path, writer: Writer, clock: Clock) -> None:
        self._folder = folder
        self._writer = writer
        self._clock = clock
        self._night = _newest_done(folder / FILE)
        self._done_at_ms = clock.uptime_ms()

    def step(self) -> bool:
        """Whether it was time, and everything had its turn."""
        configuration = self._writer.do(Journal.configuration).result()
        night = self._newest_night(configuration)
        if night == self._night or (not night and self._clock.uptime_ms() - self._done_at_ms < DAY_MS):
            return False
        self._tidy(configuration)
        self._done_at_ms = self._clock.uptime_ms()
        if night:
            self._night = night
            small_file.write(self._folder / FILE, msgspec.json.encode(Done(night)))
        return True

    def _newest_night(self, configuration: Configuration | None) -> str:
        """Its date; empty while the time at the location is not known."""
        is_trusted = self._clock.offset_ms is not None or self._clock.is_synchronized()
        if configuration is None or not is_trusted:
            return ""
        wall_ms = self._clock.now().wall_ms - QUIET_HOUR * HOUR_MS
        return local_time(wall_ms, configuration.time_zone).on.isoformat()

    def _tidy(self, configuration: Configuration | None) -> None:
        named = set(configuration.pictures.values()) if configuration else set()
        wall_s = (self._clock.difference_ms() + self._clock.uptime_ms()) / 1000
        self._try("journal", lambda: self._writer.do(Journal.shorten_log).result())
        self._try("pictures", lambda: clear_shelf(self._folder, named, wall_s=wall_s))
        self._try("memory", give_back_memory)
        log.info("Tidied for the night. %s", memory())

    def _try(self, what: str, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:  # what fails one night must not keep the rest from its turn
            log.exception("Tidying the %s failed", what)


def give_back_memory() -> None:
    """To the system, as far as the C library can."""
    with suppress(AttributeError, OSError):  # another C library than Debian's
        ctypes.CDLL(None).malloc_trim(0)


def memory() -> str:
    """How much the program holds, in words for the log: what grows from night to night is a leak."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    held = dict(line.split(":\t", 1) for line in lines if line.startswith(("VmRSS", "RssAnon")))
    sizes = ", ".join(f"{name} {value.strip()}" for name, value in held.items())
    return f"Memory: {sizes}; {threading.active_count()} threads, {sys.getallocatedblocks()} blocks."


def _newest_done(file: Path) -> str:
    with suppress(OSError):
        if done := small_file.read(file, Done):
            return done.night
    return ""
