"""What the server does by itself beside answering: each night, and every few seconds. Wired in main.py."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from apscheduler.schedulers.background import BackgroundScheduler

from sync_server.errors import StoreAway
from sync_server.results.settling import Settling
from sync_server.upkeep.nightly import Nightly

NIGHTLY_EVERY_S = 15 * 60
SETTLE_EVERY_S = 2
SETTLE_MOST_S = 0.2  # of those: what comes in goes first

log = logging.getLogger(__name__)


@contextmanager
def repeating(nightly: Nightly, settling: Settling) -> Iterator[None]:
    """In threads of their own while the block lasts."""
    scheduler = BackgroundScheduler(job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
    scheduler.add_job(nightly.step, "interval", seconds=NIGHTLY_EVERY_S)
    scheduler.add_job(_carefully(lambda: settling.settle(most_s=SETTLE_MOST_S)), "interval", seconds=SETTLE_EVERY_S)
    scheduler.start()
    try:
        yield
    finally:
        nightly.stop()
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
