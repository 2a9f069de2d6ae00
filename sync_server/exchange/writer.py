"""The one writer: takes whatever exchanges came while its last commit ran, and commits once for all of them."""

import logging
import queue
import threading
from concurrent.futures import Future

from sync_server.changes import Changes
from sync_server.clock import Clock
from sync_server.errors import Busy, ServerError
from sync_server.exchange.arrival import Ask
from sync_server.exchange.ingest import Incoming, Received, receive
from sync_server.store import Store, Transaction

MAX_WAITING = 200  # exchanges; more can't be answered before their time-outs (design.md 3.7)
MAX_TOGETHER = 50  # exchanges in one commit
RETRY_AFTER_S = 15

log = logging.getLogger(__name__)
_Task = tuple[Incoming, "Future[Received]"]


class Writer:
    """submit() from any thread; the answer comes when what was appended is durable."""

    def __init__(self, store: Store, *, ask: Ask, clock: Clock, changes: Changes) -> None:
        self._store, self._ask, self._clock, self._changes = store, ask, clock, changes
        self._tasks: queue.Queue[_Task | None] = queue.Queue(MAX_WAITING)
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, come: Incoming) -> "Future[Received]":
        """Raises Busy where the wait would be too long."""
        future: Future[Received] = Future()
        try:
            self._tasks.put_nowait((come, future))
        except queue.Full:
            raise Busy(RETRY_AFTER_S) from None
        return future

    def stop(self) -> None:
        """What was submitted is still written."""
        self._tasks.put(None)
        self._thread.join()

    def step(self) -> bool:
        """Write what waits, in one commit; False once stop() was called."""
        tasks, goes_on = self._take()
        if not tasks:
            return goes_on
        try:
            with self._store.write() as transaction:
                done = [(future, self._receive(transaction, come)) for come, future in tasks]
        except Exception as error:  # nothing was committed: every terminal keeps its entries and tries again
            log.exception("A commit failed.")
            for _, future in tasks:
                future.set_exception(ServerError(f"The store could not write: {error}.", "Look at the server's log."))
            return goes_on
        for future, result in done:
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)
        self._tell(tasks, done)
        return goes_on

    def _run(self) -> None:
        while self.step():
            pass

    def _take(self) -> tuple[list[_Task], bool]:
        tasks: list[_Task] = []
        task = self._tasks.get()
        while task is not None:
            if task[1].set_running_or_notify_cancel():  # else its caller went away, and will send again
                tasks.append(task)
            if len(tasks) == MAX_TOGETHER:
                return tasks, True
            try:
                task = self._tasks.get_nowait()
            except queue.Empty:
                return tasks, True
        return tasks, False

    def _receive(self, transaction: Transaction, come: Incoming) -> Received | Exception:
        """One exchange; a fault in it undoes that one alone."""
        try:
            with transaction.undo_if_it_fails():
                return receive(transaction, come, ask=self._ask, now_ms=self._clock())
        except Exception as error:
            log.exception("An exchange of terminal %s failed.", come.asking.terminal_id)
            return error

    def _tell(self, tasks: list[_Task], done: "list[tuple[Future[Received], Received | Exception]]") -> None:
        changed = {
            come.asking.location_id
            for (come, _), (_, result) in zip(tasks, done, strict=True)
            if isinstance(result, Received) and result.appended
        }
        if changed:
            self._changes.tell(changed)
