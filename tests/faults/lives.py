"""What is killed: the real parts, each life in a process of its own, which is forked from one that imported them all.

So a life begins in some 10 ms instead of the 500 that Python and its imports take.
"""

import logging
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

LIMIT_S = 60
LATEST_S = 0.06

context = get_context("forkserver")
IMPORTED_LATE = ["hardware.buttons.serial", "hardware.health.linux"]  # by a terminal, once it is told of a box
context.set_forkserver_preload(
    ["__main__", "tests.faults.terminals", "tests.faults.stores", "tests.faults.servers", *IMPORTED_LATE]
)


class Life:
    """A process from its birth to kill -9."""

    def __init__(self, target: Callable[..., None], *values: object) -> None:
        self._process = context.Process(target=target, args=values, daemon=True)
        self._process.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    def kill(self) -> None:
        self._process.kill()
        self._process.join(LIMIT_S)


class Moment:
    """When the fault comes: in one of four lives at any time of its beginning, else soon after its first work."""

    def __init__(self, random: Random, has_begun: Callable[[], bool]) -> None:
        self._has_begun: Callable[[], bool] | None = has_begun
        self._delay_s = random.uniform(0, LATEST_S)
        self._until = time.monotonic() + LIMIT_S
        if random.random() < 0.25:
            self._begin()

    def has_come(self) -> bool:
        if self._has_begun is not None and self._has_begun():
            self._begin()
        is_over = time.monotonic() >= self._until
        assert not is_over or self._has_begun is None, "There was no sign of life."
        return is_over

    def _begin(self) -> None:
        self._has_begun = None
        self._until = time.monotonic() + self._delay_s


def guarded() -> None:
    """The product as it is: no guard is taken away."""


def write_log(log: Path) -> None:
    """What a life has to say goes where nobody is disturbed by it."""
    logging.basicConfig(level=logging.INFO, filename=log, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    sys.stderr = log.open("a")
