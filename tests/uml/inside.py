"""The first process inside the machine (machine.py): mounts what is needed, then does what it is told from outside."""

import ctypes
import errno
import multiprocessing
import os
import subprocess
import termios
import time
import traceback
import tty
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

OUTSIDE = Path("/media")
LOOP = Path("/dev/loop0")
FLAKY, NAME = Path("/dev/dm-0"), "flaky"
MOUNTED = Path("/mnt")
BOX = Path("/dev/ttyS2")
CONSOLE = Path("/dev/console")
SCRATCH = Path("/run")
READY, DONE = "ready", "done"
FINIT_MODULE = 313  # system call; kmod's insmod would be a package more

_libc = ctypes.CDLL(None, use_errno=True)


def serial(number: int) -> Connection:
    """A serial port, as a line for Python's objects."""
    port = os.open(f"/dev/ttyS{number}", os.O_RDWR | os.O_NOCTTY)
    tty.setraw(port, termios.TCSANOW)  # whatever came already is not thrown away
    return Connection(port)


def run(*command: object) -> str:
    """What the command printed. Fails, with its errors, if it fails."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def load(*modules: str) -> None:
    """Kernel modules, in order: each after the ones it needs."""
    for module in modules:
        (path,) = Path("/usr/lib/uml/modules", os.uname().release).rglob(f"{module}.ko")
        with path.open("rb") as file:
            _libc.syscall(FINIT_MODULE, file.fileno(), b"", 0)


def attach(image: Path) -> None:
    """The file outside becomes the disk LOOP. It has a cache, lost with the power, until the kernel has it flushed.

    Not a ubd device: in Linux 6.1 that takes the order to flush, and does nothing.
    """
    load("loop")
    run("mount", "-t", "hostfs", "-o", image.parent, "hostfs", OUTSIDE)
    run("losetup", LOOP, OUTSIDE / image.name)


def mount(device: Path = LOOP) -> None:
    """With the journal of ext4 replayed, if the power went before."""
    run("mount", "-t", "ext4", "-o", "errors=remount-ro", device, MOUNTED)


def put_flaky() -> None:
    """FLAKY stands before LOOP, and is well."""
    load("dm-mod", "dm-flakey")
    run("dmsetup", "create", "--noudevsync", NAME, "--table", _table("linear"))


def fail_writes() -> None:
    """From now on FLAKY gives an I/O error for each write."""
    _become("flakey", "0 1 1 error_writes")


def heal() -> None:
    _become("linear")


def _become(target: str, how: str = "") -> None:
    run("dmsetup", "suspend", "--noudevsync", "--nolockfs", "--noflush", NAME)
    run("dmsetup", "load", NAME, "--table", _table(target, how))
    run("dmsetup", "resume", "--noudevsync", NAME)


def _table(target: str, how: str = "") -> str:
    return f"0 {int(run('blockdev', '--getsz', LOOP))} {target} {LOOP} 0 {how}"


def is_read_only() -> bool:
    """Whether ext4 has made it so: it does at the first change after it failed to write its own journal.

    A change tells: since Linux 6.12, and 6.1 with its later repairs, the mount goes on to say that it can be written.
    """
    os.sync()
    try:
        (MOUNTED / "probe").touch()
    except OSError as error:
        return error.errno == errno.EROFS
    return False


def set_clock(epoch_s: float) -> None:
    time.clock_settime(time.CLOCK_REALTIME, epoch_s)


def begin(life: Callable[..., None], *values: object) -> None:
    multiprocessing.get_context("fork").Process(target=life, args=values, daemon=True).start()


def _answer(control: Connection, function: Callable[..., object], values: tuple[object, ...]) -> None:
    try:
        result = function(*values)
    except Exception:  # noqa: BLE001  whoever asked is told
        control.send(traceback.format_exc())
    else:
        control.send(DONE)
        control.send(result)


def _main() -> None:
    for kind, folder in (("proc", "/proc"), ("sysfs", "/sys"), ("tmpfs", SCRATCH)):
        run("mount", "-t", kind, kind, folder)
    run("ip", "link", "set", "lo", "up")
    os.environ.update(TMPDIR=str(SCRATCH), HOME=str(SCRATCH), PATH="/usr/sbin:/usr/bin:/sbin:/bin")
    control, _line = serial(0), serial(1)  # raw from now on, whoever opens it later
    control.send(READY)
    while True:
        _answer(control, *control.recv())


if __name__ == "__main__":
    _main()
