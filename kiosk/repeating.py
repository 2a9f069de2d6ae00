"""What repeats on a terminal, safe against a clock that jumps.

APScheduler plans by the wall clock: after a step back nothing would run, after one from 1970 to today missed runs would
fill the memory. Hence a trigger that knows no past, and a guard that plans anew when the clock was set.
"""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from kiosk.clock import Clock

LOOK_EVERY_S = 1.0
STEP_MS = 2_000

log = logging.getLogger(__name__)


class After(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """So long after now, whatever was missed."""

    def __init__(self, delta: timedelta) -> None:
        self.delta = delta

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        return now + self.delta


class Repeating:
    """when_clock_set: called from the guard's thread with the step in milliseconds."""

    def __init__(self, clock: Clock, *, when_clock_set: Callable[[int], None]) -> None:
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = BackgroundScheduler(timezone=UTC, job_defaults=defaults)
        self._clock = clock
        self._when_clock_set = when_clock_set
        self._difference_ms = clock.difference_ms()
        self._stopping = threading.Event()
        self._guard = threading.Thread(target=self._run, name="clock guard", daemon=True)

    def every(self, delta: timedelta, work: Callable[[], object]) -> None:
        self._scheduler.add_job(work, After(delta))

    def start(self) -> None:
        self._scheduler.start()
        self._guard.start()

    def stop(self) -> None:
        self._stopping.set()
        self._guard.join()
        self._scheduler.shutdown(wait=False)

    def look(self) -> bool:
        """Whether the wall clock was set since the last look; then everything is planned anew."""
        difference_ms = self._clock.difference_ms()
        step_ms, self._difference_ms = difference_ms - self._difference_ms, difference_ms
        if abs(step_ms) <= STEP_MS:
            return False
        log.info("The clock was set by %+.1f s", step_ms / 1000)
        for job in self._scheduler.get_jobs():
            job.reschedule(job.trigger)
        self._when_clock_set(step_ms)
        return True

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            self.look()
