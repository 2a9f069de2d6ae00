"""A people counter on a pin of the board: a light beam across the door, or a motion sensor (PIR).

Its thread sleeps while nobody passes. A line that flaps is left alone for a minute at a time, so that it costs nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from hardware.counters.passages import Passages, Plausible, Sensor
from hardware.pins import Board, Input
from hardware.reopening import Reopening
from hardware.wiring import Lines

MOST_PER_S = 2.0  # through one beam, for minutes
MOST_EDGES_PER_S = 50.0
LOOK_S = 0.5  # while it sees somebody: an edge may have been lost
REST_S = 60.0


@dataclass(frozen=True, slots=True)
class _Edge:
    is_active: bool
    at: float


class GpioCounter:
    """`line` has one pin. rest_s: for how long a flapping line is left alone."""

    def __init__(self, sensor: Sensor, line: Lines, board: Board, *, rest_s: float = REST_S) -> None:
        self._sensor = sensor
        self._line = line
        self._board = board
        self._rest_s = rest_s
        self._edges: SimpleQueue[_Edge | None] = SimpleQueue()  # None: look round
        self._plausible = Plausible(MOST_PER_S)
        self._calm = Plausible(MOST_EDGES_PER_S)
        self._reopening = Reopening("Counter on GPIO", session=self._session, wake=lambda: self._edges.put(None))

    def start(self, *, when_counted: Callable[[int], None], when_changed: Callable[[str], None]) -> None:
        self._when_counted = when_counted
        self._reopening.start(when_changed)

    def stop(self) -> None:
        self._reopening.stop()

    def _session(self) -> None:
        """Listen until the line flaps, then leave it alone for a while; what called this comes back."""
        began_at = time.monotonic()
        with self._open() as line:
            passages = Passages(self._sensor, is_active=line.is_active(), at=began_at)
            while not self._reopening.stopping.is_set() and self._calm.doubted_at < began_at:
                self._tell(passages)
                self._take(self._next_edge(line, passages), passages)
            self._tell(passages)
        self._edges = SimpleQueue()
        self._reopening.stopping.wait(self._rest_s)

    def _open(self) -> Input:
        """Pulled up: most sensors have an open collector, and one whose cable is cut soon counts as stuck."""
        return self._board.listen(
            self._line.pins[0],
            active_high=self._line.active_high,
            pull="up",
            when_edge=lambda *edge: self._edges.put(_Edge(*edge)),
        )

    def _next_edge(self, line: Input, passages: Passages) -> _Edge | None:
        """None: somebody has us look round. Without an edge for a while: what the line is now."""
        try:
            is_restless = passages.is_active or self._in_doubt(time.monotonic())
            return self._edges.get(timeout=LOOK_S if is_restless else None)
        except Empty:
            return _Edge(line.is_active(), time.monotonic())

    def _take(self, edge: _Edge | None, passages: Passages) -> None:
        if edge is None:
            return
        self._calm.take(1, edge.at)
        if passages.edge(is_active=edge.is_active, at=edge.at) and self._plausible.take(1, edge.at):
            self._when_counted(1)

    def _tell(self, passages: Passages) -> None:
        now = time.monotonic()
        if self._in_doubt(now):
            self._reopening.tell(
                "suspicious", "it counts more than can pass: look at its cable, its mirror and the sun"
            )
        elif passages.is_stuck(now):
            self._reopening.tell("stuck", "it has not been idle for long: look what stands in front of it")
        else:
            self._reopening.tell("plugged")

    def _in_doubt(self, now: float) -> bool:
        return self._plausible.is_in_doubt(now) or self._calm.is_in_doubt(now)
