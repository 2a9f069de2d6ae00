"""Buttons on the pins of the board, each between its pin and ground.

A board has no memory of its own, so a press lives here until it is kept. One thread debounces, hands over, and looks
for buttons that are stuck; while no button is touched it sleeps.
"""

import logging
import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from threading import Lock

from hardware.buttons.debounce import QUIET_S, Debounce
from hardware.buttons.interface import Press
from hardware.pins import Board, Input
from hardware.reopening import Reopening
from hardware.wiring import Lines

CAPACITY = 1000  # presses that wait to be kept; as in a button box
RETRY_S = 0.3  # after a press was refused
STUCK_AFTER_S = 10.0  # nobody presses that long
STUCK_LOOK_S = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    seq: int
    button: int
    at: float


@dataclass(frozen=True, slots=True)
class _Edge:
    button: int
    is_down: bool
    at: float


class GpioButtons:
    """Button 1 is on the first of `lines`. missed: presses given up because too many waited to be kept."""

    def __init__(
        self, lines: Lines, board: Board, *, stuck_after_s: float = STUCK_AFTER_S, capacity: int = CAPACITY
    ) -> None:
        self.source = f"gpio:{secrets.token_hex(4)}"
        self.missed = 0
        self._lines = lines
        self._board = board
        self._stuck_after_s = stuck_after_s
        self._capacity = capacity
        self._edges: SimpleQueue[_Edge | None] = SimpleQueue()  # None: look round
        self._lock = Lock()  # over _held
        self._held: dict[int, _Held] = {}  # by seq, in order: what is not kept
        self._seq = 0
        self._handed = 0
        self._refused_at = float("-inf")
        self._reopening = Reopening("GPIO buttons", session=self._listen, wake=self._wake)

    def start(
        self,
        *,
        when_pressed: Callable[[Press], None],
        when_changed: Callable[[str], None],
        last_seq: Callable[[str], int],
    ) -> None:
        self._when_pressed = when_pressed
        self._handed = last_seq(self.source)
        self._reopening.start(when_changed)

    def kept(self, press: Press) -> None:
        with self._lock:
            self._held.pop(press.seq, None)

    def stop(self) -> None:
        self._reopening.stop()

    def _wake(self) -> None:
        self._edges.put(None)

    def _listen(self) -> None:
        with ExitStack() as opened:
            inputs = [
                opened.enter_context(self._listen_to(button, pin))
                for button, pin in enumerate(self._lines.pins, start=1)
            ]
            now = time.monotonic()
            lines = [Debounce(is_down=line.is_active(), at=now) for line in inputs]
            self._reopening.tell("plugged")
            while not self._reopening.stopping.is_set():
                self._take_edges(lines)
                self._hand_over()
                self._look(inputs, lines)

    def _listen_to(self, button: int, pin: int) -> Input:
        high = self._lines.active_high
        return self._board.listen(
            pin, active_high=high, pull="down" if high else "up", when_edge=partial(self._put, button)
        )

    def _put(self, button: int, is_down: bool, at: float) -> None:
        self._edges.put(_Edge(button, is_down, at))

    def _take_edges(self, lines: list[Debounce]) -> None:
        """Wait for an edge, or for the time to look again; take all there are."""
        try:
            edge = self._edges.get(timeout=self._patience_s(lines))
            while True:
                if edge and lines[edge.button - 1].edge(is_down=edge.is_down, at=edge.at):
                    self._hold(edge)
                edge = self._edges.get_nowait()
        except Empty:
            pass

    def _patience_s(self, lines: list[Debounce]) -> float | None:
        now = time.monotonic()
        if self._handed < self._seq:
            return max(0.0, self._refused_at + RETRY_S - now)
        held_s = [line.held_s(now) for line in lines if line.is_down]
        if not held_s:
            return None
        return STUCK_LOOK_S if min(held_s) >= self._stuck_after_s else QUIET_S

    def _hold(self, edge: _Edge) -> None:
        self._seq += 1
        with self._lock:
            self._held[self._seq] = _Held(self._seq, edge.button, edge.at)
            if len(self._held) > self._capacity:
                del self._held[next(iter(self._held))]
                self.missed += 1
                log.warning("No room for more: %d presses lost since the start", self.missed)

    def _hand_over(self) -> None:
        """All that was not handed over, in order; what is refused comes again."""
        now = time.monotonic()
        if now < self._refused_at + RETRY_S:
            return
        with self._lock:
            due = [held for held in self._held.values() if held.seq > self._handed]
        for held in due:
            try:
                self._when_pressed(Press(self.source, held.seq, held.button, round((now - held.at) * 1000)))
            except Exception:  # whatever it was, the press is not durable: it has to come again
                log.exception("Press %s of %s was refused; it is handed over again", held.seq, self.source)
                self._refused_at = now
                return
            self._handed = held.seq

    def _look(self, inputs: list[Input], lines: list[Debounce]) -> None:
        now = time.monotonic()
        down = [(pin, line) for pin, line in zip(inputs, lines, strict=True) if line.is_down]
        for pin, line in down:
            line.look(is_down=pin.is_active(), at=now)
        stuck = [pin.name for pin, line in down if line.held_s(now) >= self._stuck_after_s]
        if stuck:
            self._reopening.tell("stuck", ", ".join(stuck))
        else:
            self._reopening.tell("plugged")
