"""What the server does by itself beside answering: each night, and every few seconds. Wired in main.py.

A thread for each, which waits by no clock that can be set: one that plans by the time of day does nothing for an hour
where that goes back by one, and after years that were missed makes up a list of all rounds in between.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import NamedTuple

from sync_server.errors import StoreAway

NIGHTLY_EVERY_S = 15 * 60
MASK_EVERY_S = 2  # once only, soon after the start
SETTLE_EVERY_S = 2
SETTLE_MOST_S = 0.2  # of those: what comes in goes first
SEND_EVERY_S = 5
REPORT_EVERY_S = 60
WATCH_EVERY_S = 30  # of several processes one makes each minute's round
READ_EVERY_S = 2

log = logging.getLogger(__name__)


class Job(NamedTuple):
    """step: one round. stop: from another thread, a round that is being done ends soon."""

    step: Callable[[], object]
    every_s: float
    stop: Callable[[], None] = lambda: None


@contextmanager
def repeating(jobs: Sequence[Job]) -> Iterator[None]:
    """In threads of their own while the block lasts; none waits for another. At its end, for rounds to end."""
    stopping = Event()
    threads = [Thread(target=_repeat, args=(job, stopping)) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for job in jobs:
            job.stop()
        for thread in threads:
            thread.join()


def _repeat(job: Job, stopping: Event) -> None:
    while not stopping.wait(job.every_s):
        try:
            job.step()
        except StoreAway as error:
            log.warning("%s", error)
        except Exception:  # the outermost round: the next one may do better
            log.exception("What was to be done by itself failed.")
