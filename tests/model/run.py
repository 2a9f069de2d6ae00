"""Many histories, on several processors; also by hand: python -m tests.model.run --histories 1000 --steps 60."""

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import NamedTuple

from tests.model.history import Failed, failures, shortened
from tests.model.watching import BRANCHES

TOGETHER = 50  # histories handed to a process at once

Tell = Callable[[int, int], None]  # so many histories are done, and so many of them failed


class Outcome(NamedTuple):
    """shortest: the first failure, made short; None where there was none."""

    histories: int
    failed: list[int]
    shortest: Failed | None
    seen: Counter[str]

    @property
    def told(self) -> str:
        rows = [f"  {self.seen[branch]:>12,}  {branch}" for branch in [*BRANCHES, *sorted({*self.seen} - {*BRANCHES})]]
        failed = f"{len(self.failed)} failed: {self.failed[:20]}" if self.failed else "none failed"
        return "\n".join([f"{self.histories:,} histories, {failed}", *rows])


def run(histories: int, steps: int, *, processes: int = 2, most_failures: int = 1, tell: Tell | None = None) -> Outcome:
    """Ends early after so many failures."""
    failed: list[Failed] = []
    done, seen = 0, Counter[str]()
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        parts = (range(first, min(histories, first + TOGETHER)) for first in range(0, histories, TOGETHER))
        waiting = [pool.submit(_some, part, steps) for part in islice(parts, 2 * processes)]
        while waiting:
            found, branches, count = waiting.pop(0).result()
            failed, done = failed + found, done + count
            seen.update(branches)
            if tell:
                tell(done, len(failed))
            if len(failed) < most_failures and (part := next(parts, None)):
                waiting.append(pool.submit(_some, part, steps))
    shortest = shortened(failed[0]) if failed else None
    return Outcome(done, [one.seed for one in failed], shortest, seen)


def _some(seeds: range, steps: int) -> tuple[list[Failed], Counter[str], int]:
    seen: Counter[str] = Counter()
    return list(failures(seeds, steps, seen)), seen, len(seeds)


def progress(histories: int) -> Tell:
    """A line every ten seconds."""
    began = last = time.monotonic()

    def tell(done: int, failed: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last > 10 or done == histories:
            last = now
            rate = done / (now - began)
            print(f"{done:,} of {histories:,} histories, {rate:.1f} a second, {failed} failed", flush=True)  # noqa: T201

    return tell


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=2_000)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--failures", type=int, default=1, help="go on until so many have failed")
    asked = parser.parse_args()
    outcome = run(
        asked.histories,
        asked.steps,
        processes=asked.processes,
        most_failures=asked.failures,
        tell=progress(asked.histories),
    )
    print(outcome.told)  # noqa: T201
    if outcome.shortest:
        print(outcome.shortest.told)  # noqa: T201
    return bool(outcome.failed)


if __name__ == "__main__":
    sys.exit(main())
