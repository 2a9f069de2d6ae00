"""A button box on a serial line: the host's side of docs/button_box.md.

One thread owns the port: it waits in a read, hands presses over, and acknowledges what is kept.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from hardware.buttons import protocol
from hardware.buttons.interface import BOX, Press
from hardware.buttons.sequence import Sequence
from hardware.errors import DeviceUnplugged
from hardware.reopening import Reopening
from hardware.serial_line import SerialLine

SILENT_AFTER_S = 7.0  # three hellos are missing
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
        self._line = SerialLine(path, baud=protocol.BAUD, timeout_s=silent_after_s)
        self._silent_after_s = silent_after_s
        self._lock = threading.Lock()  # over the sequences and _to_acknowledge
        self._sequences: dict[str, Sequence] = {}
        self._to_acknowledge: set[str] = set()
        self._light: protocol.Lit | None = None  # what its lamps show; said again after each hello
        self._to_light: deque[protocol.Lit] = deque(maxlen=MOST_LIGHTS)
        self._reopening = Reopening(f"Buttons at {path}", session=self._session, wake=self._line.wake)
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
        self._last_seq = last_seq
        self._reopening.start(when_changed)

    def kept(self, press: Press) -> None:
        with self._lock:
            self._sequences[press.source].keep(press.seq)
            self._to_acknowledge.add(press.source)
        self._line.wake()

    def counts(self, source: str) -> bool:
        """Whether a press of that source came from this box. From any thread."""
        return source in self._sequences

    def light(self, light: protocol.Lit) -> None:
        """Have the box's lamps show that. From any thread; never waits for the box. Thanks are said once."""
        if light.mode != "thanks":
            self._light = light
        self._to_light.append(light)
        self._line.wake()

    def stop(self) -> None:
        self._reopening.stop()

    def _session(self) -> None:
        with self._line.opened():
            self._listen()

    def _listen(self) -> None:
        self._reader.feed(b"\n")  # what an unplugging cut off is no beginning of what comes now
        self._to_light.clear()
        self._line.write(b"\n" + protocol.encode(protocol.Asked()))
        heard_at = time.monotonic()
        while not self._reopening.stopping.is_set():
            messages = self._reader.feed(self._line.read())
            for message in messages:
                self._reopening.tell("plugged")
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


def _source(message: protocol.Pressed | protocol.Hello) -> str:
    return f"{BOX}{message.box}/{message.session}"
