"""What the server does by itself beside answering: each night, and every few seconds. Wired in main.py."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from apscheduler.schedulers.background import BackgroundScheduler

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
    """In threads of their own while the block lasts."""
    scheduler = BackgroundScheduler(
        executors={"default": {"type": "threadpool", "max_workers": len(jobs)}},  # none waits for another
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs:
        scheduler.add_job(_carefully(job.step), "interval", seconds=job.every_s)
    scheduler.start()
    try:
        yield
    finally:
        for job in jobs:
            job.stop()
        scheduler.shutdown()


def _carefully(step: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            step()
        except StoreAway as error:
            log.warning("%s", error)
        except Exception:  # the outermost round: the next one may do better
            log.exception("What was to be done by itself failed.")

    return run
