"""What systemd is told (sd_notify): the terminal is ready, and it is alive. Silent where systemd does not listen.

Alive is: the screen's loop turns, and the turn's and the writer's threads answered lately.
"""

import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

PATIENCE_S = 0.5  # with a systemd that is too busy to listen: the screen waits too
LATE_S = 20.0  # a memory card may stall for seconds; beyond this a restart is the better bet


def notifier(environment: Mapping[str, str]) -> Callable[[str], None]:
    """A function that tells systemd, e.g. READY=1."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return lambda state: None
    if address.startswith("@"):  # Linux' abstract sockets begin with a zero byte
        address = "\0" + address[1:]

    def notify(state: str) -> None:
        kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC
        with suppress(OSError), socket.socket(socket.AF_UNIX, kind) as sender:  # whoever does not listen is not told
            sender.settimeout(PATIENCE_S)
            sender.sendto(state.encode(), address)

    return notify


class Watchdog:
    """ping: has its argument called once the other threads have come round to it."""

    def __init__(
        self,
        notify: Callable[[str], None],
        ping: Callable[[Callable[[], None]], None],
        *,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._notify = notify
        self._ping = ping
        self._now_s = now_s
        self._answered_at = now_s()
        self._is_waiting = False
        self._is_ready = False

    def beat(self) -> None:
        """Called every few seconds from the screen's loop."""
        if not self._is_ready:
            self._is_ready = True
            self._notify("READY=1")
        if not self._is_waiting:
            self._is_waiting = True
            self._ping(self._answer)
        if self._now_s() - self._answered_at < LATE_S:
            self._notify("WATCHDOG=1")

    def _answer(self) -> None:
        self._answered_at = self._now_s()
        self._is_waiting = False
