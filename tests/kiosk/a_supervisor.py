"""What systemd does for a terminal: it listens whether the program is alive, and ends it once it is silent."""

import signal
import socket
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.kiosk.a_terminal import LIMIT_S

BEAT_S, LATE_S, SILENCE_S = 0.05, 0.2, 1.5
QUICKLY = f"""
from kiosk import watchdog
from kiosk.screens import window
main.BEAT_S = window.HEARTBEAT_S = {BEAT_S}
watchdog.LATE_S = {LATE_S}
"""  # so that a test need not wait for as long as a shop may


class Supervisor:
    """environment: what the program has to be given."""

    def __init__(self, folder: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(folder / "notify"))
        self.environment = {"NOTIFY_SOCKET": str(folder / "notify")}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def wait_for(self, *states: str) -> None:
        """Each in turn, whatever else is told between."""
        self._socket.settimeout(LIMIT_S)
        for state in states:
            while self._socket.recv(100).decode() != state:
                pass

    def aborts_once_silent(self, process: subprocess.Popen[str]) -> None:
        """As systemd does at the end of WatchdogSec."""
        self._socket.settimeout(SILENCE_S)
        for _ in range(round(LIMIT_S / BEAT_S)):
            try:
                self._socket.recv(100)
            except TimeoutError:
                process.send_signal(signal.SIGABRT)
                return
        raise AssertionError("It went on saying that it is alive.")
