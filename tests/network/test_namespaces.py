"""A terminal and a server in two network namespaces, each a computer of its own, and a line between them that fails."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hymy.demo import CHAIN
from hymy.programs import Program, hymy, run_hymy
from sync_server.store import open_store
from tests.network.waiting import wait_until
from tests.soak import Progress, long, share_of

SERVER, PORT = "10.77.31.1", 8080
SLOW_AND_LOSSY = ["tbf", "rate", "128kbit", "burst", "2kb", "limit", "4kb"]  # what does not fit the queue is lost
SHORT, LONG = 6, share_of(120)  # rounds
LIMIT_S = 120.0


def _may_make_namespaces() -> str:
    """Why not; empty if it may."""
    if os.geteuid() != 0:
        return "network namespaces ask for root"
    if not (shutil.which("ip") and shutil.which("tc")):
        return "ip and tc are not here (Debian's iproute2)"
    name = f"hymy-try-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return made.stderr.strip()


pytestmark = pytest.mark.skipif(bool(_may_make_namespaces()), reason=_may_make_namespaces() or "-")


class Line:
    """Two computers and the cable between them."""

    def __init__(self) -> None:
        self.shop, self.office = f"hymy-shop-{os.getpid()}", f"hymy-office-{os.getpid()}"
        for name in (self.shop, self.office):
            _ip("netns", "add", name)
        _ip("-n", self.shop, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", self.office)
        for name, address in ((self.shop, "10.77.31.2"), (self.office, SERVER)):
            _ip("-n", name, "address", "add", f"{address}/24", "dev", "cable")
            for link in ("lo", "cable"):
                _ip("-n", name, "link", "set", link, "up")

    def cut(self) -> None:
        _ip("-n", self.office, "link", "set", "cable", "down")

    def join(self) -> None:
        _ip("-n", self.office, "link", "set", "cable", "up")

    def worsen(self) -> None:
        for name in (self.shop, self.office):
            _run("tc", "-n", name, "qdisc", "replace", "dev", "cable", "root", *SLOW_AND_LOSSY)

    def mend(self) -> None:
        for name in (self.shop, self.office):
            _run("tc", "-n", name, "qdisc", "del", "dev", "cable", "root")

    def remove(self) -> None:
        for name in (self.shop, self.office):
            _ip("netns", "del", name)


def _ip(*arguments: str) -> None:
    _run("ip", *arguments)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"


class Shop:
    """A terminal with a button box in one namespace, the server in the other."""

    def __init__(self, folder: Path, line: Line, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        data = folder / "server"
        run_hymy("chain", "load", CHAIN, "--data", data)
        code = run_hymy("terminals", "code", "--touchpoint", "kamppi-checkout", "--data", data)
        self._start("server", line.office, hymy("server", "--data", data, "--listen", f"{SERVER}:{PORT}"))
        self.store = open_store(data)
        stack.callback(self.store.close)
        link = folder / "box"
        self.box = self._start("box", line.shop, hymy("box", link))
        url = f"http://{SERVER}:{PORT}"
        where = ("--data", folder / "terminal", "--server", url, "--code", code)
        self._start("terminal", line.shop, hymy("kiosk", *where, "--headless", "--buttons", f"serial:{link}"))
        wait_until(lambda: bool(self.store.read("SELECT 1 FROM journals")), LIMIT_S)

    def press(self, *buttons: int) -> None:
        for button in buttons:
            self.box.input.write(f"{button}\n")

    def kept(self, count: int) -> bool:
        """Whether the terminal has told its box that it keeps so many presses."""
        return f"acked {count}\n" in self.box.log.read_text()

    def pressed(self) -> list[int]:
        """As the box itself has written them down."""
        return [int(line.split()[3]) for line in self.box.log.read_text().splitlines() if line.startswith("press ")]

    def stored(self) -> list[int]:
        rows = self.store.read("SELECT value FROM answers WHERE question_id = 'overall' ORDER BY journal_id, seq")
        return [value for (value,) in rows]

    def _start(self, name: str, namespace: str, argv: list[str]) -> Program:
        program = Program(name, ["ip", "netns", "exec", namespace, *argv], log=self._folder / f"{name}.log")
        program.start()
        self._stack.callback(program.stop)
        return program


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    yield line
    line.remove()


@pytest.mark.parametrize("rounds", [SHORT, long(LONG, timeout_s=60 * LONG)])
def test_a_line_that_is_cut_and_slow_and_lossy_loses_no_press(tmp_path: Path, line: Line, rounds: int) -> None:
    """Rule 3.2: each round cuts the line while presses are on their way, and gives it back worse than it was."""
    with ExitStack() as stack:
        shop, progress = Shop(tmp_path, line, stack), Progress()
        for done in range(rounds):
            progress.say(f"{done} of {rounds} rounds")
            shop.press(5, 4)
            line.cut()
            shop.press(3, 1)
            wait_until(lambda: shop.kept(7 * done + 4), LIMIT_S)  # noqa: B023  waited for at once
            line.worsen()
            line.join()
            shop.press(2, 5, 5)
            wait_until(lambda: shop.kept(7 * done + 7), LIMIT_S)  # noqa: B023
            line.mend()
        wait_until(lambda: len(shop.stored()) >= 7 * rounds, LIMIT_S)

        assert shop.stored() == shop.pressed() == [5, 4, 3, 1, 2, 5, 5] * rounds
