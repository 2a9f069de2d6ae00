"""A people counter on a pin of the board: a light beam across the door, or a motion sensor (PIR).

Its thread sleeps while nobody passes.
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
MOST_WAITING = 1000  # edges of a line that flaps faster than they are looked at
LOOK_S = 0.5  # while it sees somebody: an edge may have been lost


@dataclass(frozen=True, slots=True)
class _Edge:
    is_active: bool
    at: float


class GpioCounter:
    """`line` has one pin."""

    def __init__(self, sensor: Sensor, line: Lines, board: Board) -> None:
        self._sensor = sensor
        self._line = line
        self._board = board
        self._edges: SimpleQueue[_Edge | None] = SimpleQueue()  # None: look round
        self._plausible = Plausible(MOST_PER_S)
        self._calm = Plausible(MOST_EDGES_PER_S)  # a line that flickers too fast for anybody is amiss as well
        self._reopening = Reopening("Counter on GPIO", session=self._listen, wake=lambda: self._edges.put(None))

    def start(self, *, when_counted: Callable[[int], None], when_changed: Callable[[str], None]) -> None:
        self._when_counted = when_counted
        self._reopening.start(when_changed)

    def stop(self) -> None:
        self._reopening.stop()

    def _listen(self) -> None:
        # Pulled up: most sensors have an open collector, and one whose cable is cut soon counts as stuck.
        high = self._line.active_high
        with self._board.listen(self._line.pins[0], active_high=high, pull="up", when_edge=self._put) as line:
            passages = Passages(self._sensor, is_active=line.is_active(), at=time.monotonic())
            while not self._reopening.stopping.is_set():
                self._tell(passages)
                self._take_edges(line, passages)

    def _put(self, is_active: bool, at: float) -> None:
        if self._edges.qsize() < MOST_WAITING:
            self._edges.put(_Edge(is_active, at))

    def _take_edges(self, line: Input, passages: Passages) -> None:
        """Wait for an edge, or for the time to look again; take those there are."""
        edge = self._next_edge(line, passages)
        for _ in range(MOST_WAITING):
            if edge:
                self._take(edge, passages)
            try:
                edge = self._edges.get_nowait()
            except Empty:
                return

    def _next_edge(self, line: Input, passages: Passages) -> _Edge | None:
        """None: somebody has us look round. Without an edge for a while: what the line is now."""
        is_restless = passages.is_active or self._is_in_doubt(time.monotonic())
        try:
            return self._edges.get(timeout=LOOK_S if is_restless else None)
        except Empty:
            return _Edge(line.is_active(), time.monotonic())

    def _take(self, edge: _Edge, passages: Passages) -> None:
        self._calm.take(1, edge.at)
        if passages.edge(is_active=edge.is_active, at=edge.at) and self._plausible.take(1, edge.at):
            self._when_counted(1)

    def _tell(self, passages: Passages) -> None:
        now = time.monotonic()
        if self._is_in_doubt(now):
            self._reopening.tell("suspicious", "it sees more than can pass: look at its cable, its mirror and the sun")
        elif passages.is_stuck(now):
            self._reopening.tell("stuck", "it has not been idle for long: look what stands in front of it")
        else:
            self._reopening.tell("plugged")

    def _is_in_doubt(self, now: float) -> bool:
        return self._plausible.is_in_doubt(now) or self._calm.is_in_doubt(now)
