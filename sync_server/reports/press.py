"""Makes PDFs and pictures, one at a time, in a process of its own: they hold Python's lock, and exchange and pages must
not feel it.

The process comes with the first of them, lets everybody else go first, and goes when nothing was asked for a while.
"""

import subprocess
import sys
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection, Pipe
from typing import Final

import msgspec

from sync_server.errors import Busy, ServerError

MOST_WAITING: Final = 4  # pages; each waits in a thread of the server's
MOST_S: Final = 60.0
RETRY_S: Final = 10
NOWHERE: Final = "http://hymy.invalid"


class Sheet(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """What is to be a PDF. address: where its links lead, and of which only /static/ may be fetched."""

    html: str
    address: str = NOWHERE


class Drawing(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """An SVG of charts/ that is to be a PNG."""

    svg: str
    width_px: int


Job = Sheet | Drawing


class Printed(msgspec.Struct, frozen=True, array_like=True):
    content: bytes
    fault: str = ""


class NotPrinted(ServerError):
    """A page that could not be made into a PDF, or a drawing into a picture."""

    code = "report.not_printed"


class Press:
    """Safe to use from any thread."""

    def __init__(self, *, most_s: float = MOST_S) -> None:
        self._most_s = most_s
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_WAITING + 1)
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    def make(self, job: Job) -> bytes:
        """Raises Busy where too many wait already, NotPrinted."""
        if not self._places.acquire(blocking=False):
            raise Busy(RETRY_S)
        try:
            return self.make_in_turn(job)
        finally:
            self._places.release()

    def make_in_turn(self, job: Job) -> bytes:
        """However long it has to wait. Raises NotPrinted."""
        with self._turn:
            content = msgspec.msgpack.encode(job)
            try:
                printed = self._print(content)
            except (OSError, EOFError):  # it went just now, having had nothing to do: the next one stays
                printed = self._print_anew(content)
            if printed.fault:
                raise NotPrinted(f"The PDF could not be made: {printed.fault}", "See the server's log.")
            return printed.content

    def close(self) -> None:
        """It can be used again."""
        with self._turn:
            self._end()

    def _print_anew(self, content: bytes) -> Printed:
        self._end()
        try:
            return self._print(content)
        except (OSError, EOFError) as error:
            self._end()
            raise NotPrinted("The process that makes PDFs has ended.", "See the server's log.") from error

    def _print(self, content: bytes) -> Printed:
        connection = self._connection or self._begin()
        connection.send_bytes(content)
        if not connection.poll(self._most_s):
            self._end()
            raise NotPrinted(f"The PDF was not ready after {self._most_s:g} s.", "Choose a shorter period.")
        return msgspec.msgpack.decode(connection.recv_bytes(), type=Printed)

    def _begin(self) -> Connection:
        ours, theirs = Pipe()
        self._process = subprocess.Popen(
            _command(theirs.fileno()), pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
        )
        theirs.close()
        self._connection = ours
        return ours

    def _end(self) -> None:
        if self._connection and self._process:
            self._connection.close()
            self._process.kill()
            self._process.wait()
        self._connection = self._process = None


def _command(fd: int) -> Sequence[str]:
    return sys.executable, "-m", "sync_server.reports.printing", f"{fd}"
