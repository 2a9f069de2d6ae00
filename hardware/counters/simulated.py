"""The twin of a people counter on a serial line: the same bytes on a pty."""

import secrets
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from hardware.buttons import protocol
from hardware.simulated_line import Pty

SAY_EVERY_S = 2.0


class SimulatedCounter:
    """A counter with a battery, plugged in at `link` from the start. Its methods may be called from any thread."""

    def __init__(self, link: Path, *, say_every_s: float = SAY_EVERY_S) -> None:
        self.link = link
        self._say_every_s = say_every_s
        self._lock = threading.Lock()  # over the pty, the session and the total
        self._pty: Pty | None = None
        self.restart()
        self.plug()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"counter {link}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def pass_by(self, people: int = 1) -> None:
        with self._lock:
            self._total += people
        self._say()

    def plug(self) -> None:
        with self._lock:
            self._pty = self._pty or Pty(self.link)

    def unplug(self) -> None:
        """Pull the cable. The counter goes on counting."""
        with self._lock:
            if self._pty:
                self._pty.close()
                self._pty = None

    def restart(self) -> None:
        """Take the battery out: it counts from 0 again, in a new session."""
        with self._lock:
            self._session, self._total = secrets.token_hex(4), 0

    def make_noise(self, data: bytes) -> None:
        with self._lock:
            if self._pty:
                self._pty.write(data)

    def close(self) -> None:
        self._stopping.set()
        self._thread.join()
        self.unplug()

    def _run(self) -> None:
        while not self._stopping.wait(self._say_every_s):
            self._say()

    def _say(self) -> None:
        with self._lock:
            if self._pty:
                self._pty.write(protocol.encode(protocol.Counted(self._session, self._total)))
