"""One boot of the terminal: its process, what it shows, and the words that it obeys."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import Empty, SimpleQueue

import msgspec

from tests.month.terminal import Life, Told

LIMIT_S = 30.0
NOTHING = Told()


class Boot:
    """view: what is shown. pressed: the answers that the screen showed as given, since the list was last emptied.

    is_dated: it has met the true time.
    """

    def __init__(self, life: Life, *, log: Path, environment: Mapping[str, str]) -> None:
        self.life = life
        self.view = NOTHING
        self.pressed: list[Told] = []
        self.is_dated = False
        self._log = log
        self._news = threading.Condition()
        self._done: SimpleQueue[Told] = SimpleQueue()
        command = [sys.executable, "-m", "tests.month.terminal", msgspec.json.encode(life).decode()]
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment
            )
        self._reader = threading.Thread(target=self._read, name="reader", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def leap(self, ms: int) -> Told:
        """Returns when the terminal has come round to it, and how it is."""
        told = self._order(f"leap {ms}")
        self.is_dated = told.is_dated
        return told

    def touch(self, name: str) -> bool:
        """Whether that was on the screen. Returns when the screen has taken it."""
        return bool(self._order(f"touch {name}").done)

    def hold_the_corner(self) -> None:
        self._order("corner")

    def until(self, is_so: Callable[[Told], bool], limit_s: float = LIMIT_S) -> bool:
        """Whether it showed that within the time."""
        with self._news:
            return self._news.wait_for(lambda: is_so(self.view), limit_s)

    def until_done(self, is_so: Callable[[Told], bool]) -> None:
        """As `until`, of what is not shown."""
        until = time.monotonic() + LIMIT_S
        while not is_so(told := self.leap(0)):
            assert time.monotonic() < until, f"It is {told}. {self._last_words()}"

    def until_device(self, name: str, state: str) -> None:
        self.until_done(lambda told: told.devices.get(name) == state)

    def kill(self) -> None:
        """As a power cut does, but for what the disk had not written."""
        self._end(signal.SIGKILL)

    def end(self) -> int:
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        self._process.send_signal(how)
        status = self._process.wait(LIMIT_S)
        self._reader.join(LIMIT_S)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        return status

    def _order(self, line: str) -> Told:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()
        try:
            return self._done.get(timeout=LIMIT_S)
        except Empty:
            raise AssertionError(f"The terminal did not answer {line!r}. {self._last_words()}") from None

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            told = msgspec.json.decode(line, type=Told)
            if told.done is not None:
                self._done.put(told)
                continue
            with self._news:
                self.view = told
                if told.pressed is not None:
                    self.pressed.append(told)
                self._news.notify_all()

    def _last_words(self) -> str:
        return f"It shows {self.view}; its last words:\n{self._log.read_text()[-3000:]}"
