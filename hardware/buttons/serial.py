"""A button box on a serial line: the host's side of docs/button_box.md.

One thread owns the port: it waits in a read, hands presses over, and acknowledges what is kept.
"""

import logging
import termios
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import serial  # pyserial

from hardware.buttons import protocol
from hardware.buttons.interface import Press
from hardware.buttons.sequence import Sequence
from hardware.errors import DeviceUnplugged

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 5.0
SILENT_AFTER_S = 7.0  # three hellos are missing
WRITE_TIMEOUT_S = 1.0
MOST_LIGHTS = 4  # that wait to be said: what is older nobody needs to see any more

log = logging.getLogger(__name__)


class SerialButtons:
    """Opens the box at `path`, and again each time it was unplugged.

    bad_lines: what was received and was no line of the protocol. missed: presses that no box holds any more.
    """

    def __init__(self, path: str, *, silent_after_s: float = SILENT_AFTER_S) -> None:
        self.path = path
        self.missed = 0
        self._reader = protocol.LineReader()
        self._line = _Line(path, timeout_s=silent_after_s)
        self._silent_after_s = silent_after_s
        self._lock = threading.Lock()  # over the sequences and _to_acknowledge
        self._sequences: dict[str, Sequence] = {}
        self._to_acknowledge: set[str] = set()
        self._light: protocol.Lit | None = None  # what its lamps show; said again after each hello
        self._to_light: deque[protocol.Lit] = deque(maxlen=MOST_LIGHTS)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"buttons {path}", daemon=True)
        self._is_plugged: bool | None = None  # None: not told yet
        self._wait_s = FIRST_WAIT_S
        self._told: set[str] = set()

    @property
    def bad_lines(self) -> int:
        return self._reader.bad_lines

    def start(
        self,
        *,
        when_pressed: Callable[[Press], None],
        when_changed: Callable[[str], None],
        last_seq: Callable[[str], int],
    ) -> None:
        self._when_pressed = when_pressed
        self._when_changed = when_changed
        self._last_seq = last_seq
        self._thread.start()

    def kept(self, press: Press) -> None:
        with self._lock:
            self._sequences[press.source].keep(press.seq)
            self._to_acknowledge.add(press.source)
        self._line.wake()

    def light(self, light: protocol.Lit) -> None:
        """Have the box's lamps show that. From any thread; never waits for the box. Thanks are said once."""
        if light.mode != "thanks":
            self._light = light
        self._to_light.append(light)
        self._line.wake()

    def stop(self) -> None:
        self._stopping.set()
        self._line.wake()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen_until_unplugged()
            except Exception:  # a fault of ours must not silence the buttons for ever
                log.exception("Buttons at %s: starting over", self.path)
            self._stopping.wait(self._wait_s)
            self._wait_s = min(2 * self._wait_s, LONGEST_WAIT_S)

    def _listen_until_unplugged(self) -> None:
        try:
            self._line.open()
            self._listen()
        except DeviceUnplugged as error:
            self._change(is_plugged=False, why=str(error))
        finally:
            self._line.close()

    def _listen(self) -> None:
        self._reader.feed(b"\n")  # what an unplugging cut off is no beginning of what comes now
        self._to_light.clear()
        self._line.write(b"\n" + protocol.encode(protocol.Asked()))
        heard_at = time.monotonic()
        while not self._stopping.is_set():
            messages = self._reader.feed(self._line.read())
            for message in messages:
                self._change(is_plugged=True)
                self._take(message)
            self._acknowledge()
            self._say_lights()
            heard_at = time.monotonic() if messages else heard_at
            if time.monotonic() - heard_at >= self._silent_after_s:
                raise DeviceUnplugged(f"no button box answers at {self.path}: {self._reader.newest_fault}")

    def _take(self, message: protocol.Message) -> None:
        match message:
            case protocol.Pressed():
                self._take_press(message)
            case protocol.Hello():
                self._take_hello(message)

    def _take_press(self, message: protocol.Pressed) -> None:
        """Hand over what follows; acknowledge again what is kept; the box sends again what comes too early."""
        press = Press(_source(message), message.seq, message.button, message.age_ms)
        sequence = self._sequence(press.source)
        with self._lock:
            if press.seq <= sequence.kept:
                self._to_acknowledge.add(press.source)
            if not sequence.is_next(press.seq):
                return
            sequence.hand_over(press.seq)
        try:
            self._when_pressed(press)
        except Exception:  # whatever it was, the press is not durable: it has to come again
            log.exception("Press %s of %s was refused; the box will send it again", press.seq, press.source)
            with self._lock:
                sequence.take_back(press.seq)

    def _take_hello(self, hello: protocol.Hello) -> None:
        if self._light:
            self._to_light.append(self._light)
        source = _source(hello)
        sequence = self._sequence(source)
        with self._lock:
            missed = sequence.jump_to(hello.lowest)
        if missed:
            self.missed += missed
            self._warn(f"{source} no longer holds {missed} presses that this terminal lacks")
        if hello.dropped:
            self._warn(f"{source} had no room for more: {hello.dropped} presses lost since it started")
        if sequence.handed > hello.last:
            self._warn(f"{source} counts from 1 again in an old session, so presses are lost; it must draw a new one")

    def _warn(self, text: str) -> None:
        """Once, although the box says hello every two seconds."""
        if text not in self._told:
            self._told.add(text)
            log.warning(text)

    def _sequence(self, source: str) -> Sequence:
        """Where this source stands: as we know it, or as the journal does."""
        if source not in self._sequences:
            sequence = Sequence(self._last_seq(source))
            with self._lock:
                self._sequences[source] = sequence
        return self._sequences[source]

    def _acknowledge(self) -> None:
        with self._lock:
            due = [(source, self._sequences[source].kept) for source in self._to_acknowledge]
            self._to_acknowledge.clear()
        for source, seq in due:
            self._line.write(protocol.encode(protocol.Acknowledged(session=source.rpartition("/")[2], seq=seq)))

    def _say_lights(self) -> None:
        while self._to_light:
            self._line.write(protocol.encode(self._to_light.popleft()))

    def _change(self, *, is_plugged: bool, why: str = "") -> None:
        if is_plugged == self._is_plugged:
            return
        self._is_plugged = is_plugged
        if is_plugged:
            self._wait_s = FIRST_WAIT_S
            log.info("Buttons at %s answer", self.path)
        else:
            log.warning("Buttons are missing, trying again until they are there: %s", why)
        self._when_changed("plugged" if is_plugged else "unplugged")


def _source(message: protocol.Pressed | protocol.Hello) -> str:
    return f"box:{message.box}/{message.session}"


class _Line:
    """The port. Only `wake` may be called from another thread than the one that opened it."""

    def __init__(self, path: str, *, timeout_s: float) -> None:
        self._path = path
        self._port = serial.Serial(
            baudrate=protocol.BAUD, timeout=timeout_s, write_timeout=WRITE_TIMEOUT_S, exclusive=True
        )  # not open yet: it has no path
        self._lock = threading.Lock()  # so that `wake` never meets a port that is being closed

    def open(self) -> None:
        with self._faults():
            self._port.port = self._path
            self._port.open()

    def read(self) -> bytes:
        """What there is, at least one byte; nothing when woken or when the timeout is over."""
        with self._faults():
            return self._port.read(self._port.in_waiting or 1)

    def write(self, data: bytes) -> None:
        with self._faults():
            self._port.write(data)

    def wake(self) -> None:
        with self._lock:
            self._port.cancel_read()

    def close(self) -> None:
        with self._lock:
            self._port.close()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (OSError, termios.error, TypeError) as error:  # all were seen when a cable was pulled
            raise DeviceUnplugged(f"{self._path}: {error}") from error
