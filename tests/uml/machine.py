"""A computer of its own, with a real kernel and a real ext4: user-mode Linux, from boot until its power goes.

Its root is this computer's file system, read-only; so it runs this very code. Inside, inside.py is the first process.
The button box stands outside, at its serial port: no power cut reaches the box's record.
"""

import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from tests.uml import inside

KERNEL = "linux.uml"
MEMORY = "256M"
LIMIT_S = 40.0
DISK_BYTES = 24 << 20  # too small for the terminal's ballast
HERE = Path(__file__).parents[2]

T = TypeVar("T")


def why_not() -> str:
    """Why there can be no such computer here; empty where there can."""
    if shutil.which(KERNEL) is None:
        return "no user-mode Linux: Debian's user-mode-linux is not installed"
    if platform.machine() != "x86_64":
        return "no user-mode Linux but on x86_64"
    tools = {"dmsetup": "dmsetup", "mkfs.ext4": "e2fsprogs", "tc": "iproute2"}
    missing = [package for tool, package in tools.items() if shutil.which(tool) is None]
    return f"no user-mode Linux: Debian's {', '.join(missing)} not installed" if missing else ""


def make_disk(path: Path) -> Path:
    """A new ext4, which is on the disk before anybody uses it."""
    with path.open("wb") as disk:
        disk.truncate(DISK_BYTES)
        subprocess.run(["mkfs.ext4", "-q", "-F", path], check=True)
        os.fsync(disk.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return path


class Machine:
    """log: takes all that its console says. line: a second connection, for whichever life inside wants it."""

    def __init__(self, log: Path, *, box: Path | None = None) -> None:
        self._log = log
        control, control_inside = socket.socketpair()
        line, line_inside = socket.socketpair()
        self._control, self.line = Connection(control.detach()), Connection(line.detach())
        wires = [control_inside.fileno(), line_inside.fileno()]
        devices = [f"ssl0=fd:{wires[0]}", f"ssl1=fd:{wires[1]}"]
        devices += [f"ssl2=tty:{box}"] if box else []
        root = ["root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro"]
        first = [
            f"PYTHONPATH={HERE}",
            "PYTHONDONTWRITEBYTECODE=1",
            f"init={sys.executable}",
            "--",
            "-m",
            inside.__name__,
        ]
        with log.open("ab") as console, control_inside, line_inside:
            self._process = subprocess.Popen(
                [KERNEL, f"mem={MEMORY}", *root, *devices, "con=null", "con0=null,fd:1", "quiet", *first],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                pass_fds=wires,
                start_new_session=True,
            )
        self._expect(inside.READY)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.cut()
        self._control.close()
        self.line.close()

    def call(self, function: Callable[..., T], *values: object) -> T:
        """What the function answers in there. It and the values are pickled."""
        self._control.send((function, values))
        self._expect(inside.DONE)
        result: T = self._control.recv()
        return result

    def begin(self, life: Callable[..., None], *values: object) -> None:
        """A process in there, that goes on by itself."""
        self.call(inside.begin, life, *values)

    def cut(self) -> None:
        """The power goes: its kernel ends at once, and all that it had not written to the disk yet is gone."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, 9)
        self._process.wait(LIMIT_S)

    def console(self) -> str:
        """What it said, in this life and those before."""
        return self._log.read_text(errors="replace")

    def _expect(self, word: str) -> None:
        said = "nothing"
        with suppress(EOFError):
            said = self._control.recv() if self._control.poll(LIMIT_S) else said
        if said != word:
            self.cut()
        assert said == word, f"The machine said {said}. Its console:\n{self.console()[-3000:]}"
