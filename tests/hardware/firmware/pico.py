"""A Pico with our firmware: a real MicroPython runs it as it is, and a bridge joins its line to a pty.

Only the Pico's pins, PWM, watchdog and clock are twins (in twin/).
"""

import fcntl
import os
import select
import shutil
import subprocess
import sys
import threading
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Self

import pytest

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[2] / "hardware/firmware/pico"
HEAP = "384k"  # two times the 192 kB of a Pico: words have twice its size here
LIMIT_S = 60
BUTTON_PINS = (2, 3, 4, 5, 6)
LAMP_PINS = (8, 9, 10, 11, 12)
BUZZER_PIN, SERVICE_PIN = 13, 22
REST = 80  # samples of an open contact between two presses of a button, a millisecond or more each
SMALL_PIPE = 4096


def micropython(*arguments: str) -> list[str]:
    """The command of a real MicroPython with a Pico's memory."""
    beside = Path(sys.executable).with_name("micropython")
    command = str(beside) if beside.exists() else shutil.which("micropython")
    if command is None:
        pytest.skip("No MicroPython: there is no wheel for this computer, and Debian has micropython from 13 on.")
    return [command, "-X", f"heapsize={HEAP}", *arguments]


def closings(buttons: Sequence[int], *, bounce: str) -> dict[int, str]:
    """The levels of the pins while those buttons are pressed one after the other, each end of a press with a bounce."""
    levels = dict.fromkeys(buttons, "")
    at = 0
    for button in buttons:
        at = max(at + 5, len(levels[button]) + REST)
        levels[button] = levels[button].ljust(at, "1") + bounce + "000" + bounce[::-1] + "1"
    return levels


class Pico:
    """Plugged in from the start, at `link`, and with a battery: it goes on while it is unplugged.

    settings: what its settings.py holds besides what ours does. closed: the pins that are closed before it starts.
    flips: the share of bytes on the line, either way, that get a bit flipped.
    """

    def __init__(self, link: Path, *, settings: str = "", closed: Sequence[int] = ()) -> None:
        command = micropython("-c", "import main")
        self.link = link
        self.record: list[str] = []
        self.flips = 0.0
        self._random = Random(11)
        own = link.parent / "own"
        own.mkdir(exist_ok=True)
        (own / "settings.py").write_text((FIRMWARE / "settings.py").read_text() + settings)
        self._news = threading.Condition()  # over the record and the pty
        self._record_rest = b""
        self._pty: tuple[int, int] | None = None
        self._is_stalled = False
        self._is_on = True
        self._woken, self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        orders, self._orders = os.pipe()
        self._from_box, self._to_host = os.pipe()
        self._recorded, record = os.pipe()
        for pin in closed:
            self._order(pin, "0")
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=self._to_host,
            bufsize=0,
            pass_fds=(orders, record),
            cwd=own,
            env={
                "ORDERS": str(orders),
                "RECORD": str(record),
                "MICROPYPATH": f"{HERE / 'twin'}:{FIRMWARE}",
            },
        )
        os.close(orders)
        os.close(record)
        self.plug()
        self._thread = threading.Thread(target=self._run, name=f"pico {link}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._is_on = False
        os.write(self._wake, b".")
        self._thread.join()
        self._process.kill()
        self._process.communicate()
        self.unplug()
        for fd in (self._woken, self._wake, self._orders, self._recorded, self._from_box, self._to_host):
            os.close(fd)

    def press(self, *buttons: int, bounce: str = "") -> None:
        """One after the other; comes back when the last is over."""
        read = [f"read {BUTTON_PINS[button - 1]}" for button in set(buttons)]
        target = {note: self.record.count(note) + 1 for note in read}
        for button, levels in closings(buttons, bounce=bounce).items():
            self._order(BUTTON_PINS[button - 1], levels)
        self.wait_for(lambda record: all(record.count(note) >= target[note] for note in read))

    def hold(self, button: int) -> None:
        """Open for as long as a contact bounces, then closed for good."""
        self._order(BUTTON_PINS[button - 1], "1" * REST + "0")

    def plug(self) -> None:
        with self._news:
            master, slave = self._pty = os.openpty()  # the slave stays open here too: so the host may come and go
            os.set_blocking(master, False)
            tty.setraw(slave)
            self.link.symlink_to(os.ttyname(slave))
        os.write(self._wake, b".")

    def unplug(self) -> None:
        with self._news:
            if self._pty:
                self.link.unlink()
                for fd in self._pty:
                    os.close(fd)
                self._pty = None

    def stall(self) -> None:
        """A host that is there and reads no more, and a line that is all but full already."""
        with self._news:
            self._is_stalled = True
            fcntl.fcntl(self._to_host, fcntl.F_SETPIPE_SZ, SMALL_PIPE)
            os.write(self._to_host, b"~" * (SMALL_PIPE - 100))
        os.write(self._wake, b".")

    def read_again(self) -> None:
        with self._news:
            self._is_stalled = False
        os.write(self._wake, b".")

    def make_noise(self, data: bytes) -> None:
        """Bytes of any kind on both lines."""
        with self._news:
            os.write(self._pty[0], data)
            self._process.stdin.write(data)

    @contextmanager
    def flooded(self, noise: bytes) -> Iterator[None]:
        """Noise without end on the line to the box."""
        is_over = threading.Event()

        def flood() -> None:
            while not is_over.is_set():
                self._process.stdin.write(noise)

        flooding = threading.Thread(target=flood, daemon=True)
        flooding.start()
        yield
        is_over.set()
        flooding.join()

    def wait_for(self, is_so: Callable[[list[str]], bool]) -> None:
        with self._news:
            assert self._news.wait_for(lambda: is_so(self.record), LIMIT_S), self.record[-30:]

    def wait_for_feeds(self, feeds: int) -> None:
        """Until the watchdog was fed fifty times as often, 50 ms or more each."""
        target = self.record.count("fed") + feeds
        self.wait_for(lambda record: record.count("fed") >= target)

    def wait_until_off(self) -> int:
        return self._process.wait(LIMIT_S)

    def _order(self, pin: int, levels: str) -> None:
        os.write(self._orders, f"{pin} {levels}\n".encode())

    def _run(self) -> None:
        while self._is_on:
            ready = self._wait()
            with self._news:
                self._carry(ready)
                self._news.notify_all()

    def _wait(self) -> set[int]:
        with self._news:
            fds = {self._woken, self._recorded}
            fds |= set() if self._is_stalled else {self._from_box}
            fds |= {self._pty[0]} if self._pty else set()
        ready, _, _ = select.select(fds, [], [], 0.1)  # a pty may be unplugged meanwhile
        return set(ready)

    def _carry(self, ready: set[int]) -> None:
        if self._woken in ready:
            os.read(self._woken, 100)
        if self._recorded in ready:
            *lines, self._record_rest = (self._record_rest + os.read(self._recorded, 65536)).split(b"\n")
            self.record += [line.decode() for line in lines]
        if self._from_box in ready and not self._is_stalled:
            data = self._flipped(os.read(self._from_box, 65536))
            if self._pty:
                with suppress(BlockingIOError):  # nobody reads: a serial line loses it too
                    os.write(self._pty[0], data)
        if self._pty and self._pty[0] in ready:
            with suppress(BrokenPipeError):  # it is off
                self._process.stdin.write(self._flipped(os.read(self._pty[0], 65536)))

    def _flipped(self, data: bytes) -> bytes:
        drawn = self._random
        return bytes(byte ^ 1 << drawn.randrange(8) if drawn.random() < self.flips else byte for byte in data)
