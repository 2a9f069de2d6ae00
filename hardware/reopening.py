"""A device that comes and goes: opened again until it is there, in a thread of its own, each change told once."""

import logging
import threading
from collections.abc import Callable

from hardware.errors import DeviceUnplugged

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 5.0

log = logging.getLogger(__name__)


class Reopening:
    """Runs `session` again and again until it is stopped.

    session: opens the device, calls `tell("plugged")` when that answers, works until `stopping` is set, and raises
    DeviceUnplugged when the device is gone. wake: has a session that waits look at `stopping`.
    """

    def __init__(self, name: str, *, session: Callable[[], None], wake: Callable[[], None]) -> None:
        self.stopping = threading.Event()
        self._name = name
        self._session = session
        self._wake = wake
        self._state = ""  # what was told last
        self._wait_s = FIRST_WAIT_S
        self._thread: threading.Thread | None = None

    def start(self, when_changed: Callable[[str], None]) -> None:
        self._when_changed = when_changed
        self._state = ""
        self.stopping.clear()
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self._wake()
        if self._thread:
            self._thread.join()

    def tell(self, state: str, why: str = "") -> None:
        """The device is "plugged", "unplugged", or there with a fault of its own; told once until it changes."""
        if state == self._state:
            return
        if state == "unplugged":
            log.warning("%s: missing, tried again until it is there: %s", self._name, why)
        elif state == "plugged":
            self._wait_s = FIRST_WAIT_S
            log.info("%s: there", self._name)
        else:
            log.warning("%s: %s: %s", self._name, state, why)
        self._state = state
        self._when_changed(state)

    def _run(self) -> None:
        while not self.stopping.is_set():
            try:
                self._session()
            except DeviceUnplugged as error:
                self.tell("unplugged", str(error))
            except Exception:  # a fault of ours must not silence the device for ever
                log.exception("%s: starting over", self._name)
            self.stopping.wait(self._wait_s)
            self._wait_s = min(2 * self._wait_s, LONGEST_WAIT_S)
