"""One answer a request: what writing several exchanges in one commit is worth, and what storing costs at all.

The same server three times: as it is, with a commit for each exchange, and with no store. Turns are interleaved.
"""

import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.report import Measured
from benchmarks.senders import Senders

TERMINALS, REQUESTS, TURNS = 32, 40, 5
BARE = [sys.executable, "-m", "benchmarks.bare_server"]
WAYS = {"as it is": None, "commit-each": [*BARE, "commit-each"], "no-store": [*BARE, "no-store"]}


def measure() -> list[Measured]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=Path.cwd())))
        size = {"terminals": TERMINALS, "batch": 1, "batches": REQUESTS, "turns": TURNS}
        servers = {
            name: Senders(stack, folder / f"{name}.log", ("--data", folder / name), program=program, **size)
            for name, program in WAYS.items()
        }
        rates: dict[str, list[float]] = {name: [] for name in WAYS}
        for _ in range(TURNS):
            for name, server in servers.items():
                rates[name].append(server.turn())
    rate, each, bare = (statistics.median(rates[name]) for name in WAYS)
    return [
        Measured("single: requests of one answer a second", rate, "requests/s"),
        Measured("single: times a commit for each", rate / each, "times", limit=3, at_least=True),
        Measured("single: share of no store at all", rate / bare, "of no store", limit=0.5, at_least=True),
    ]
