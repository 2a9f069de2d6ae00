"""The one thread that writes the journal: it commits together what queued while the last commit ran.

What can't be kept is kept later: after a fault it closes the journal, opens it anew, looks what is there, and tries
again (faults.md 1.5). A damaged one it gives up for a new one; a full disk it gives some room.
"""

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from kiosk.ballast import Ballast, is_full
from kiosk.clock import Clock
from kiosk.drafts import Draft, event
from kiosk.errors import DamagedJournal, JournalTaken, KioskError, NotKept
from kiosk.journal import FolderLock, Journal
from kiosk.journal.files import damaged_journals
from kiosk.journal.salvage import is_damage, open_checked, open_sound, salvage
from survey.entries import Birth, Head

RETRY_S = 2.0
REASON_CHARACTERS = 200
SPOILT = 2  # journals: one may be bad luck

log = logging.getLogger(__name__)
T = TypeVar("T")
Waiting = tuple[Draft, int]  # with its clock_ms
Job = Callable[[], None]


class Writer:
    """Opens the journal when it is made, or as soon as that can be done; writes from start() to stop().

    Raises JournalTaken. ballast_bytes: kept on the disk, to be given up when it is full.
    """

    def __init__(self, folder: Path, clock: Clock, *, retry_s: float = RETRY_S, ballast_bytes: int = 0) -> None:
        self._folder = folder
        self._clock = clock
        self._retry_s = retry_s
        self._ballast = Ballast(folder, ballast_bytes)
        self._queue: queue.SimpleQueue[Waiting | Job] = queue.SimpleQueue()
        self._pings: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._backlog: list[Waiting] = []
        self._is_keeping = False  # part of the backlog, which may stand in the journal already
        self._births: Sequence[str] = ()  # where its first ones stand if the commit that failed did not fail
        self._fault = ""  # why the journal can't be written
        self._damage = ""  # why it is to be salvaged
        self._is_opening = False
        self._is_spoiling = False  # the disk gave back what was never written, since the start or time and again
        self._retry_at = 0.0
        self._stopping = False
        self._lock: FolderLock | None = None
        self._journal: Journal | None = None
        self.journal_id = ""
        self.last_visit = 0
        self.was_heard: range | None = None  # when somebody was answering what they heard as the program ended
        self._last_seq: Callable[[str], int] = lambda source: 0
        self._pressed_before = 0  # changed by the writer's thread, as is _kept_since
        self._pressed_since = 0  # changed by the thread that appends answers
        self._kept_since = 0
        self._when_opened: Callable[[Journal], None] = lambda journal: None
        self._when_kept: Callable[[Draft], None] = lambda draft: None
        self._when_not_kept: Callable[[str], None] = lambda reason: None
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._try(self._opened)
        self._ballast.restore()

    @property
    def pressed(self) -> int:
        """Answers taken from people, kept or not yet."""
        return self._pressed_before + self._pressed_since

    def unkept(self) -> list[Waiting]:
        """What waits to be kept, each with its clock_ms; nothing while some of it is being kept. From any thread."""
        return [] if self._is_keeping else list(self._backlog)

    def start(
        self,
        *,
        when_kept: Callable[[Draft], None],
        when_not_kept: Callable[[str], None],
        when_opened: Callable[[Journal], None] = lambda journal: None,
    ) -> None:
        """when_kept: called from the writer's thread with each draft that has become durable, in order.

        when_not_kept: called when the journal begins to fail; the drafts stay here, and are tried again every retry_s.
        when_opened: called with the journal whenever it was opened.
        """
        self._when_kept, self._when_not_kept, self._when_opened = when_kept, when_not_kept, when_opened
        if self._journal:
            when_opened(self._journal)
        if self._fault:
            when_not_kept(self._fault)
        self._thread.start()

    def stop(self) -> None:
        """Keep what still waits, if it can be kept, and close the journal."""
        self._queue.put(self._finish)
        self._thread.join()
        self._close()
        if self._lock:
            self._lock.close()

    @property
    def is_saving(self) -> bool:
        """Whether the journal is damaged, and saved as soon as the writer is started. From any thread."""
        return bool(self._damage)

    def disk(self) -> str:
        """How the disk does, in a word for the health; empty while it is well. From any thread."""
        if self._ballast.is_given_up:
            return "full"
        return "failing" if self._fault or self._is_spoiling else ""

    def look_after_disk(self) -> None:
        """Now and then: once there is room again, some of it is kept for when there is none. From any thread."""
        self._ballast.restore()

    def damaged(self, reason: str) -> None:
        """Somebody read in the journal what was never written: go on in a new one. From any thread."""

        def give_up(journal: Journal) -> None:
            raise DamagedJournal(reason)

        self.do(give_up)

    def append(self, draft: Draft) -> None:
        """Have it kept; returns at once. An answer counts as pressed from here on."""
        if draft.kind == "answer":
            self._pressed_since += 1
        self._queue.put((draft, self._clock.clock_ms()))

    def last_seq(self, source: str) -> int:
        """The newest press of this source that is durable. From any thread."""
        return self._last_seq(source)

    def do(self, job: Callable[[Journal], T]) -> Future[T]:
        """Have the writer's thread do something else with the journal. The future also carries what went wrong.

        Once the writer has stopped it is cancelled: whoever waits for it would keep the program from ending.
        """
        done: Future[T] = Future()

        def run() -> None:
            if self._stopping:
                done.cancel()
                return
            try:
                done.set_result(job(self._opened()))
            except Exception as error:  # noqa: BLE001  it belongs to who asked for the job
                if isinstance(error, sqlite3.Error | OSError | DamagedJournal):
                    self._give_up(error)
                done.set_exception(error)

        self._queue.put(run)
        if self._stopping:
            done.cancel()
        return done

    def fork(self, common: Head) -> Future[None]:
        """Close the journal and go on in a new one that carries over what follows `common`."""

        return self.do(lambda journal: self._swap(journal, common))

    def renew(self, newest: Head) -> Future[bool]:
        """Close the journal and begin an empty one, unless something came after `newest` or can't be kept yet."""

        def swap(journal: Journal) -> bool:
            if self._backlog or journal.newest() != newest:
                return False
            self._swap(journal, newest)
            return True

        return self.do(swap)

    def ping(self, answer: Job) -> None:
        """Have `answer` called by the writer's thread: it is alive, also while the journal can't be written.

        Saving a large damaged journal takes a minute; that is no reason to end the program and begin again.
        """
        self._pings.put(answer)
        if self._is_opening:
            self._answer_pings()
        else:
            self._queue.put(self._answer_pings)

    def _answer_pings(self) -> None:
        with suppress(queue.Empty):
            while True:
                self._pings.get_nowait()()

    def _run(self) -> None:
        while not self._stopping:
            jobs = self._take(self._patience_s())
            if (self._backlog or not self._journal) and time.monotonic() >= self._retry_at:
                self._try(self._keep)
            for job in jobs:
                job()
        for job in self._take(0):
            job()

    def _finish(self) -> None:
        if self._backlog:
            self._try(self._keep)
        self._stopping = True

    def _swap(self, journal: Journal, common: Head) -> None:
        before = journal.tallies().pressed
        self._journal = journal.fork(common)
        self.journal_id, self._last_seq = self._journal.journal_id, self._journal.last_seq
        self._pressed_before += self._journal.tallies().pressed - before

    def _patience_s(self) -> float | None:
        if self._journal and not self._backlog:
            return None
        return max(0, self._retry_at - time.monotonic())

    def _take(self, patience_s: float | None) -> list[Job]:
        """Wait so long for something to do, and take all there is."""
        jobs: list[Job] = []
        try:
            item = self._queue.get(timeout=patience_s)
            while True:
                if isinstance(item, tuple):
                    self._backlog.append(item)
                else:
                    jobs.append(item)
                item = self._queue.get_nowait()
        except queue.Empty:
            return jobs

    def _keep(self) -> None:
        """All that waits."""
        journal = self._opened()
        while self._backlog:
            commit = _for_one_commit(self._backlog)
            self._is_keeping = True
            try:
                journal.append(commit, pressed=self.pressed)
                self._backlog = self._backlog[len(commit) :]
            finally:
                self._is_keeping = False
            self._tell(commit)

    def _tell(self, kept: Sequence[Waiting]) -> None:
        if kept:
            self._fault = ""  # should the next commit fail, that is news again
        for draft, _ in kept:
            self._kept_since += draft.kind == "answer"
            self._when_kept(draft)

    def _try(self, work: Callable[[], object]) -> None:
        """Once more if there was some room to give up."""
        try:
            work()
        except (KioskError, sqlite3.Error, OSError) as error:
            if isinstance(error, JournalTaken) and not self._thread.is_alive():
                raise
            cause: Exception = error
            if isinstance(error, NotKept):
                self._births, cause = error.births, error.cause
            self._give_up(cause)
            if is_full(cause, self._folder) and self._ballast.give_up():
                self._try(work)
            else:
                self._fail(str(cause))
        else:
            self._fault, self._retry_at = "", 0.0

    def _fail(self, reason: str) -> None:
        self._retry_at = time.monotonic() + (0 if self.is_saving and not self._fault else self._retry_s)
        if self._fault:
            return
        log.error("The journal in %s can't be written: %s. Is the disk full, or read-only?", self._folder, reason)
        self._fault = reason
        # Once this is kept the journal works again, whether somebody presses or not.
        self._backlog.append(
            (event("out_of_order", reason[:REASON_CHARACTERS], self._clock.uptime_ms()), self._clock.clock_ms())
        )
        self._when_not_kept(reason)

    def _give_up(self, error: Exception) -> None:
        """After a fault the connection is not to be trusted: the file is, once it is opened anew and looked at."""
        if is_damage(error):
            self._damage = str(error)
        self._close()

    def _close(self) -> None:
        if self._journal:
            with suppress(sqlite3.Error):
                self._journal.close()
            self._journal = None

    def _opened(self) -> Journal:
        if self._journal is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock = self._lock or FolderLock(self._folder)
            journal = self._open()
            try:
                self._adopt(journal)
            except BaseException:
                journal.close()
                raise
            self._journal = journal
            self._when_opened(journal)
        return self._journal

    def _open(self) -> Journal:
        self._is_opening = True
        self._answer_pings()
        try:
            if not self._thread.is_alive():
                return open_checked(self._folder)  # to save it takes too long before there is a screen
            if not self._damage:
                return open_sound(self._folder, self._clock)
            return salvage(self._folder, self._clock, self._damage)
        finally:
            self._is_opening = False
            self._is_spoiling |= len(damaged_journals(self._folder)) >= SPOILT or bool(self._damage)

    def _adopt(self, journal: Journal) -> None:
        """What was written last, or perhaps was not, is looked up by where it was born: also in a salvaged journal."""
        self._damage = ""
        if journal.begin_boot(self._clock.boot_id, clock_ms=self._clock.clock_ms(), uptime_ms=self._clock.uptime_ms()):
            self.append(event("booted", self._clock.boot_id, self._clock.uptime_ms()))
        held = [journal.holds(Birth.from_text(birth)) for birth in self._births]
        doubtful, waiting = self._backlog[: len(held)], self._backlog[len(held) :]
        lost = [item for item, is_held in zip(doubtful, held, strict=True) if not is_held]
        self._backlog, self._births = lost + waiting, ()
        self._tell([item for item, is_held in zip(doubtful, held, strict=True) if is_held])
        if journal.journal_id != self.journal_id:
            self.journal_id = journal.journal_id
            self._pressed_before = journal.tallies().pressed - self._kept_since
        self.last_visit = max(self.last_visit, journal.last_visit)
        self.was_heard = journal.was_heard()
        self._last_seq = journal.last_seq


def _for_one_commit(backlog: Sequence[Waiting]) -> Sequence[Waiting]:
    """At most one press of a box: a torn commit then has it or not, never a later one without it (salvage.py)."""
    presses = (number for number, (draft, _) in enumerate(backlog, 1) if draft.press)
    return backlog[: next(presses, len(backlog))]
