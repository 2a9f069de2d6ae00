"""Histories: drawn by a seed, carried out, and made short where one fails."""

import logging
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.model import judge
from tests.model.watching import Watch
from tests.model.world import RULES, Rule, World

MEMORY = Path("/dev/shm")  # noqa: S108  a power cut is not among the faults here: tests/faults/ has it


class Step(NamedTuple):
    """salt: what the rule draws its random numbers from."""

    rule: Rule
    salt: int

    @property
    def told(self) -> str:
        return f"({self.rule.__name__}, {self.salt})"


class Failed(NamedTuple):
    seed: int
    steps: list[Step]
    faults: list[str]

    @property
    def told(self) -> str:
        steps = "\n    ".join(step.told for step in self.steps)
        return f"History {self.seed} fails:\n  " + "\n  ".join(self.faults[:12]) + f"\nSteps:\n    {steps}"


def drawn(seed: int, length: int) -> list[Step]:
    random = Random(seed)
    rules, weights = zip(*RULES, strict=True)
    return [Step(rule, random.getrandbits(32)) for rule in random.choices(rules, weights, k=length)]


def carried_out(steps: Sequence[Step], folder: Path, seen: Counter[str]) -> list[str]:
    """The faults found, none when all is well."""
    with a_world(folder, seen) as world:
        try:
            for step in steps:
                step.rule(world, Random(step.salt))
                if world.faults:
                    return world.faults
            world.settle()
        except Exception:  # noqa: BLE001  whatever it is, it is a finding
            return [*world.faults, traceback.format_exc(limit=-6)]
        return judge.faults(world)


@contextmanager
def a_world(folder: Path, seen: Counter[str]) -> Iterator[World]:
    """Watched; its journals are named by a random row that is always the same."""
    watch = Watch()
    with watch.on(None, 1):  # type: ignore[arg-type]
        world = World.__new__(World)
        watch.world = world
        world.__init__(folder, seen)  # type: ignore[misc]
        try:
            yield world
        finally:
            world.close()


@contextmanager
def quiet() -> Iterator[None]:
    """A terminal has much to complain about here."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def failures(seeds: Sequence[int], length: int, seen: Counter[str]) -> Iterator[Failed]:
    """Those of these seeds' histories that fail."""
    with quiet(), TemporaryDirectory(dir=MEMORY) as folder:
        for seed in seeds:
            steps = drawn(seed, length)
            if faults := carried_out(steps, Path(folder), seen):
                yield Failed(seed, steps, faults)


def shortened(failed: Failed) -> Failed:
    """As few steps as still fail: ever smaller pieces are left out while it fails without them."""
    steps, faults = failed.steps, failed.faults
    size = len(steps) // 2
    with quiet(), TemporaryDirectory(dir=MEMORY) as folder:
        while size:
            place = 0
            while place < len(steps):
                fewer = steps[:place] + steps[place + size :]
                found = carried_out(fewer, Path(folder), Counter())
                if found:
                    steps, faults = fewer, found
                else:
                    place += size
            size //= 2
    return Failed(failed.seed, steps, faults)
