"""The thread that exchanges: at once when there is news, and as seldom as `step` says when something is wrong."""

import logging
import threading
from collections.abc import Callable

from kiosk.exchange import Wait

AFTER_FAULT_S = 60.0
GATHER_S = 0.05  # thanks is drawn first: sending at the same moment would make it late

log = logging.getLogger(__name__)


class Online:
    """when_over: called at the end, from the thread that called step."""

    def __init__(self, step: Callable[[], Wait], *, when_over: Callable[[], None] = lambda: None) -> None:
        self._step = step
        self._when_over = when_over
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="exchange", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There is news: an entry, or it is time for the heartbeat. From any thread."""
        self._news.set()

    def stop(self, *, timeout_s: float) -> None:
        """Ends between two rounds; a round that hangs on the network is left to itself."""
        self._stopping.set()
        self._news.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._news.clear()
            wait = self._round()
            if wait.until_news:
                self._news.wait()
                self._stopping.wait(GATHER_S)
            else:
                self._stopping.wait(wait.seconds)  # waits by the monotonic clock
        self._when_over()

    def _round(self) -> Wait:
        try:
            return self._step()
        except Exception:  # outermost round of the loop: whatever it was, the next round may do better
            log.exception("The exchange failed; trying again in %s s", AFTER_FAULT_S)
            return Wait(AFTER_FAULT_S)
