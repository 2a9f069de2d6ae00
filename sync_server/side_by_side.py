"""Several processes that answer at one address, for a machine with cores to spare."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from typing import IO

STOPPING = (signal.SIGTERM, signal.SIGINT)


def side_by_side(works: Sequence[Callable[[int], int]]) -> int:
    """Do each in a process of its own. When one of them ends, all do: whoever watches this program begins it anew.

    works: each gets the reading end of a pipe, which ends when it is to stop, also if this process is killed; returns
    an exit status. Returns that of the one that ended first.
    """
    leash, end = os.pipe()
    held = os.fdopen(end, "wb")
    fork = multiprocessing.get_context("fork")  # before there is any thread; what is loaded is in memory once
    workers = [fork.Process(target=_work, args=(work, leash, held)) for work in works]
    for worker in workers:
        worker.start()
    os.close(leash)
    for number in STOPPING:
        signal.signal(number, lambda *_: held.close())
    ended = wait([worker.sentinel for worker in workers])
    held.close()
    for worker in workers:
        worker.join()
    statuses = [worker.exitcode or 0 for worker in workers if worker.sentinel in ended]
    return 1 if any(status < 0 for status in statuses) else max(statuses)


def _work(work: Callable[[int], int], leash: int, held: IO[bytes]) -> None:
    """In the process of its own. Signals are for the first one, which Ctrl-C and systemd send to all."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    held.close()
    sys.exit(work(leash))
