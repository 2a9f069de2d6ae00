"""The one writer: takes whatever exchanges came while its last commit ran, and commits once for all of them."""

import logging
import queue
import threading
import time
from concurrent.futures import Future

from sync_server.changes import Changes
from sync_server.clock import Clock
from sync_server.errors import Busy, Refused, ServerError, StoreAway
from sync_server.exchange.arrival import Ask
from sync_server.exchange.incoming import Incoming, with_rows
from sync_server.exchange.ingest import Received, receive
from sync_server.store import Store

MAX_WAITING = 200  # exchanges; more can't be answered before their time-outs (design.md 3.7)
MAX_TOGETHER = 50  # exchanges in one commit
RETRY_AFTER_S = 15
PATIENCE_S, RETRY_S = 8.0, 0.2  # with a store that is away; a terminal waits 20 s for its reply

log = logging.getLogger(__name__)
_Task = tuple[Incoming, "Future[Received]"]


class Writer:
    """submit() from any thread; the answer comes when what was appended is durable."""

    def __init__(self, store: Store, *, ask: Ask, clock: Clock, changes: Changes) -> None:
        self._store, self._ask, self._clock, self._changes = store, ask, clock, changes
        self._tasks: queue.Queue[_Task | None] = queue.Queue(MAX_WAITING)
        self._stopping = threading.Event()
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
        self._stopping.set()
        self._tasks.put(None)
        self._thread.join()

    def step(self) -> bool:
        """Write what waits, in as few commits as can be; False once stop() was called."""
        tasks, goes_on = self._take()
        together, others = _sorted(tasks)
        for group in (together, *([task] for task in others)):
            if group:
                self._write(group)
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

    def _write(self, tasks: list[_Task]) -> None:
        """In one commit; where that fails each in its own, so that a fault in one undoes that one alone."""
        try:
            received = self._commit([come for come, _ in tasks])
        except Exception as error:  # nothing was acknowledged: every terminal keeps its entries and tries again
            if len(tasks) > 1 and not isinstance(error, StoreAway):
                for task in tasks:
                    self._write([task])
                return
            if not isinstance(error, Refused):
                log.exception("Exchanges of %s failed.", ", ".join(come.asking.terminal_id for come, _ in tasks))
            for _, future in tasks:
                future.set_exception(error if isinstance(error, ServerError) else _told(error))
            return
        for (come, future), result in zip(tasks, received, strict=True):
            if lost := result.lost:
                text = "Terminal %s does not hold entries %d to %d of journal %s any more: see hymy missing list."
                log.warning(text, come.asking.terminal_id, lost.first, lost.last, come.request.journal)
            future.set_result(result)
        changed = {result.place.location_id for result in received if result.appended}
        if changed:
            self._changes.tell(changed)

    def _commit(self, comes: list[Incoming]) -> list[Received]:
        """Tried again while the store is away, e.g. failing over: what was kept after all is found as held."""
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                ready = [with_rows(come, self._ask) for come in comes]
                with self._store.write() as transaction:
                    return receive(transaction, ready, ask=self._ask, now_ms=self._clock())
            except StoreAway:
                if time.monotonic() > until or self._stopping.wait(RETRY_S):
                    raise


def _sorted(tasks: list[_Task]) -> tuple[list[_Task], list[_Task]]:
    """Those that go together, in an order that all processes keep, and those that go alone, as they came."""
    together: dict[int, _Task] = {}
    others = []
    for task in tasks:
        if task[0].goes_alone or task[0].journal_id in together:
            others.append(task)
        else:
            together[task[0].journal_id] = task
    return [task for _, task in sorted(together.items())], others


def _told(error: Exception) -> ServerError:
    return ServerError(f"The store could not write: {error}.", "Look at the server's log.")
