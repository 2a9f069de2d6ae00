"""The programs that the demo and the benchmarks start: each in a process of its own, with its own log."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import requests

STOP_S = 8.0
POLL_S = 0.05


class Program:
    """One process. It is started in a session of its own, so that Ctrl-C reaches it only through stop()."""

    def __init__(self, name: str, argv: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None) -> None:
        self.name, self.argv, self.log = name, list(argv), log
        self._env = {**os.environ, **(env or {})}
        self._process: subprocess.Popen[str] | None = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def killed_by(self) -> str:
        """The signal that ended it, as in SIGKILL; empty where it ended by itself."""
        status = self._process.returncode if self._process else None
        return signal.Signals(-status).name if status is not None and status < 0 else ""

    @property
    def last_words(self) -> str:
        """The last line of its log, for whoever has to tell that it has ended."""
        lines = self.log.read_text(errors="replace").split("\n") if self.log.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "It said nothing.")

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} was not started"  # noqa: S101
        return self._process.pid

    @property
    def input(self) -> IO[str]:
        """What the process reads as its standard input."""
        assert self._process is not None and self._process.stdin is not None, f"{self.name} was not started"  # noqa: S101
        return self._process.stdin

    def start(self) -> None:
        self.stop()  # whatever ended by itself has its pipe still
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                self.argv,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._env,
                text=True,
                bufsize=1,
                start_new_session=True,
            )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        """Returns the exit status; one who does not end in time is killed."""
        if self._process is None:
            return None
        if self.is_running:
            self._process.send_signal(how)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        return self._process.returncode


def bound(argv: Sequence[str]) -> list[str]:
    """The same program, told to end when the thread that starts it ends, also by `kill -9`.

    Where util-linux has no setpriv it outlives that.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--", *argv] if setpriv else [*argv]


def hymy(*arguments: str | Path) -> list[str]:
    """The command line of one of our own programs, in this Python."""
    return [sys.executable, "-m", "hymy.main", *map(str, arguments)]


def run_hymy(*arguments: str | Path, text: str | None = None) -> str:
    """What a command printed. Raises RuntimeError with its own words if it failed."""
    done = subprocess.run(hymy(*arguments), input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip() or f"hymy {arguments[0]} ended with {done.returncode}")
    return done.stdout.strip()


def free_port(preferred: int) -> int:
    """The preferred one, or any other where somebody listens there already."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise RuntimeError("No port is free on 127.0.0.1.")


def wait_for_server(url: str, program: Program, limit_s: float = 20.0) -> None:
    """Until it answers. Raises RuntimeError, with the last line of its log, if it never does."""
    until = time.monotonic() + limit_s
    while time.monotonic() < until and program.is_running:
        with contextlib.suppress(requests.RequestException):
            requests.get(f"{url}/sign-in", timeout=2)
            return
        time.sleep(POLL_S)
    raise RuntimeError(f"The server did not start: {program.last_words}\nIts log: {program.log}")


def virtual_screen(log: Path, size: str = "1024x600", *, is_bound: bool = False) -> tuple[Program, str]:
    """An X server without a screen, and its display; is_bound: to this thread. Raises RuntimeError without Xvfb."""
    if shutil.which("Xvfb") is None:
        raise RuntimeError("There is no display here, and no Xvfb to stand in for one. Install Debian's xvfb.")
    log.unlink(missing_ok=True)  # what it says next is its number
    argv = ["Xvfb", "-displayfd", "1", "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
    program = Program("screen", bound(argv) if is_bound else argv, log=log)
    program.start()
    until = time.monotonic() + 10
    while not (told := re.search(r"^(\d+)\n", log.read_text(), re.MULTILINE)):
        if time.monotonic() > until or not program.is_running:
            program.stop()
            raise RuntimeError(f"Xvfb did not start: {program.last_words}\nIts log: {log}")
        time.sleep(POLL_S)
    return program, f":{told[1]}"
