"""Pins of one board wired to each other: what drives a pin stands for a finger, what reads one for an eye.

On gpiozero's mock pins, unless HYMY_TEST_BOARD names another pin factory: with `HYMY_TEST_BOARD=lgpio` the same tests
run on a real Pi on which GPIO 17 is wired to 5, 27 to 6 and 22 to 13, each through a resistor of 1 kOhm.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Condition

from gpiozero.pins.mock import MockConnectedPin

from hardware.pins import Board, Output

LIMIT_S = 60
FACTORY = os.environ.get("HYMY_TEST_BOARD", "mock")
DEVICE, OUTSIDE = (17, 27, 22), (5, 6, 13)  # the device's pins, and what each of them is wired to


def wire(board: Board, source: int, target: int) -> None:
    """What `source` is driven to, `target` sees."""
    if board.factory_name == "mock":
        board.factory.pin(source, pin_class=MockConnectedPin, input_pin=board.factory.pin(target))


class Finger:
    """Closes and opens one contact, or breaks and clears one beam."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def down(self) -> None:
        self._output.drive(active=True)

    def up(self) -> None:
        self._output.drive(active=False)

    def tap(self, *, bounces: int = 0) -> None:
        for _ in range(bounces + 1):
            self.down()
            self.up()


@contextmanager
def fingers(board: Board, *, active_high: bool = False) -> Iterator[list[Finger]]:
    for source, target in zip(OUTSIDE, DEVICE, strict=True):
        wire(board, source, target)
    outputs = [board.drive(pin, active_high=active_high) for pin in OUTSIDE]
    yield [Finger(output) for output in outputs]
    for output in outputs:
        output.close()


class Eyes:
    """seen: which of the lamps were lit (1 is the first), after each change."""

    def __init__(self) -> None:
        self.seen: list[set[int]] = []
        self._lit: set[int] = set()
        self._looked_at = 0  # of `seen`
        self._news = Condition()

    def look(self, lamp: int, is_lit: bool, at: float) -> None:
        with self._news:
            self._lit = self._lit | {lamp} if is_lit else self._lit - {lamp}
            self.seen.append(self._lit)
            self._news.notify_all()

    def wait_for(self, lit: set[int]) -> None:
        """Until just these were lit, after what was waited for last."""
        with self._news:
            assert self._news.wait_for(lambda: lit in self.seen[self._looked_at :], LIMIT_S), f"seen: {self.seen}"
            self._looked_at = self.seen.index(lit, self._looked_at) + 1


@contextmanager
def eyes(board: Board, *, active_high: bool = True) -> Iterator[Eyes]:
    """Lamps are on DEVICE's pins."""
    for source, target in zip(DEVICE, OUTSIDE, strict=True):
        wire(board, source, target)
    watching = Eyes()
    inputs = [
        board.listen(pin, active_high=active_high, pull="down", when_edge=partial(watching.look, lamp))
        for lamp, pin in enumerate(OUTSIDE, start=1)
    ]
    yield watching
    for line in inputs:
        line.close()
