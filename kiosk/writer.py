"""The one thread that writes the journal: it commits together whatever queued while the last commit ran.

What can't be kept is kept later: after a fault it opens the journal anew, looks what is there, and tries again.
"""

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from kiosk.clock import Clock
from kiosk.drafts import Draft, event
from kiosk.errors import KioskError, NotKept
from kiosk.journal import FolderLock, Journal
from survey.entries import Head

RETRY_S = 2.0

log = logging.getLogger(__name__)
T = TypeVar("T")
Waiting = tuple[Draft, int]  # with its clock_ms
Job = Callable[[], None]


class Writer:
    """Opens the journal when it is made (raises JournalTaken), and writes from start() to stop()."""

    def __init__(self, folder: Path, clock: Clock, *, retry_s: float = RETRY_S) -> None:
        self._lock = FolderLock(folder)
        self._folder = folder
        self._clock = clock
        self._retry_s = retry_s
        self._queue: queue.SimpleQueue[Waiting | Job] = queue.SimpleQueue()
        self._backlog: list[Waiting] = []
        self._doubtful: NotKept | None = None  # a commit that failed, or perhaps did not
        self._retry_at = 0.0
        self._stopping = False
        self._journal: Journal | None = Journal.open(folder)
        self._pressed_before = self._journal.tallies().pressed
        self._pressed_since = 0  # changed by the thread that appends answers; _pressed_before by the writer's
        self.last_visit = self._journal.last_visit
        self._last_seq = self._journal.last_seq
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        if self._journal.begin_boot(clock.boot_id, clock_ms=clock.clock_ms(), uptime_ms=clock.uptime_ms()):
            self.append(event("booted", clock.boot_id, clock.uptime_ms()))

    @property
    def pressed(self) -> int:
        """Answers taken from people, kept or not yet."""
        return self._pressed_before + self._pressed_since

    def start(self, *, when_kept: Callable[[Draft], None], when_not_kept: Callable[[str], None]) -> None:
        """when_kept: called from the writer's thread with each draft that has become durable, in order.

        when_not_kept: called when the journal begins to fail; the drafts stay here, and are tried again every retry_s.
        """
        self._when_kept = when_kept
        self._when_not_kept = when_not_kept
        self._thread.start()

    def stop(self) -> None:
        """Keep what still waits, if it can be kept, and close the journal."""
        self._queue.put(self._finish)
        self._thread.join()
        if self._journal:
            self._journal.close()
        self._lock.close()

    def append(self, draft: Draft) -> None:
        """Have it kept; returns at once. An answer counts as pressed from here on."""
        if draft.kind == "answer":
            self._pressed_since += 1
        self._queue.put((draft, self._clock.clock_ms()))

    def last_seq(self, source: str) -> int:
        """The newest press of this source that is durable. From any thread."""
        return self._last_seq(source)

    def do(self, job: Callable[[Journal], T]) -> Future[T]:
        """Have the writer's thread do something else with the journal. The future also carries what went wrong."""
        done: Future[T] = Future()

        def run() -> None:
            try:
                done.set_result(job(self._opened()))
            except Exception as error:  # noqa: BLE001  it belongs to who asked for the job
                if isinstance(error, sqlite3.Error | OSError):
                    self._give_up(str(error))
                done.set_exception(error)

        self._queue.put(run)
        return done

    def fork(self, common: Head) -> Future[None]:
        """Close the journal and go on in a new one that carries over what follows `common`."""

        def swap(journal: Journal) -> None:
            before = journal.tallies().pressed
            self._journal = journal.fork(common)
            self._last_seq = self._journal.last_seq
            self._pressed_before += self._journal.tallies().pressed - before

        return self.do(swap)

    def ping(self, answer: Job) -> None:
        """Have `answer` called by the writer's thread: it is alive, also while the journal can't be written."""
        self._queue.put(answer)

    def _run(self) -> None:
        while not self._stopping:
            jobs = self._take()
            if self._backlog and time.monotonic() >= self._retry_at:
                self._keep()
            for job in jobs:
                job()

    def _finish(self) -> None:
        if self._backlog:
            self._keep()
        self._stopping = True

    def _take(self) -> list[Job]:
        """Wait until there is something to do, and take all there is."""
        jobs: list[Job] = []
        try:
            item = self._queue.get(timeout=self._retry_s if self._backlog else None)
            while True:
                if isinstance(item, tuple):
                    self._backlog.append(item)
                else:
                    jobs.append(item)
                item = self._queue.get_nowait()
        except queue.Empty:
            return jobs

    def _keep(self) -> None:
        try:
            journal = self._opened()
            doubtful, self._doubtful = self._doubtful, None
            count = len(self._backlog)
            if doubtful and journal.chain_at(doubtful.last_seq) == doubtful.last_chain:
                count = doubtful.count  # that commit had gone through
            else:
                journal.append(self._backlog, pressed=self.pressed)
        except (KioskError, sqlite3.Error, OSError) as error:
            self._doubtful = error if isinstance(error, NotKept) else self._doubtful
            self._begin_to_fail(str(error))
            return
        kept, self._backlog = self._backlog[:count], self._backlog[count:]
        self._retry_at = 0.0
        for draft, _ in kept:
            self._when_kept(draft)

    def _begin_to_fail(self, reason: str) -> None:
        was_well = not self._retry_at
        self._retry_at = time.monotonic() + self._retry_s
        self._give_up(reason)
        if was_well:
            self._when_not_kept(reason)

    def _opened(self) -> Journal:
        if self._journal is None:
            self._journal = Journal.open(self._folder)
            self._last_seq = self._journal.last_seq
        return self._journal

    def _give_up(self, reason: str) -> None:
        """After a fault the connection is not to be trusted: the file is, once it is opened anew."""
        log.error("The journal can't be written: %s", reason)
        if self._journal:
            self._journal.close()
            self._journal = None
