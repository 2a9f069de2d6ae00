"""A whole shop for the tests: server, window, button box, each started as its users start it."""

import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from hymy.demo import CHAIN
from hymy.programs import Program, free_port, hymy, run_hymy, virtual_screen, wait_for_server
from sync_server.fleet.reconcile import reconcile
from sync_server.fleet.terminals import TerminalRow
from sync_server.store import open_store

FACES_X = {1: 127, 2: 319, 3: 512, 4: 704, 5: 896}  # on a window of 1024 x 600
FACES_Y = 336
BELOW_THE_EYES_Y = 336
BEST_FACE = "#1c7a55"
LIMIT_S = 60
PASSWORD = "a-long-password-of-the-tests"


class Shop:
    """Every part in a process of its own; `close()` ends them all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        self.server_data = folder / "server"
        run_hymy("chain", "load", CHAIN, "--data", self.server_data)
        account = ("people", "add", "Aino", "--role", "owner", "--password-stdin", "--data", self.server_data)
        run_hymy(*account, text=f"{PASSWORD}\n")
        self.url = f"http://127.0.0.1:{free_port(0)}"
        listen = self.url.removeprefix("http://")
        self.server = self._program("server", hymy("server", "--data", self.server_data, "--listen", listen))
        self.start_server()

    def start_server(self) -> None:
        self.server.start()
        wait_for_server(self.url, self.server)

    def open_window(self, touchpoint: str) -> None:
        """A terminal with a touch screen."""
        screen, self.display = virtual_screen(self.folder / "screen.log")
        self._stack.callback(screen.stop)
        self._terminal(touchpoint, "--windowed", env={"DISPLAY": self.display})
        wait_until(lambda: self._colour(FACES_X[5], BELOW_THE_EYES_Y) == BEST_FACE)

    def open_box(self, touchpoint: str) -> None:
        """A terminal with a button box alone."""
        link = self.folder / "box"
        self.box = self._program("box", hymy("box", link))
        self.box.start()
        self._terminal(touchpoint, "--headless", "--buttons", f"serial:{link}")

    def touch_face(self, value: int) -> None:
        self.touch(FACES_X[value], FACES_Y)

    def touch(self, x: int, y: int) -> None:
        """A true pointer event of the X server (XTEST)."""
        command = ["xdotool", "mousemove", str(x), str(y), "click", "1"]
        subprocess.run(command, env={"DISPLAY": self.display, "PATH": "/usr/bin:/bin"}, check=True)

    def _colour(self, x: int, y: int) -> str:
        """What is seen at this place of the screen, e.g. `#1c7a55`."""
        command = ["import", "-window", "root", "-crop", f"1x1+{x}+{y}", "-depth", "8", "rgb:-"]
        env = {"DISPLAY": self.display, "PATH": "/usr/bin:/bin"}
        return f"#{subprocess.run(command, env=env, capture_output=True, check=True).stdout.hex()}"

    def press(self, button: int) -> None:
        self.box.input.write(f"{button}\n")

    def box_record(self) -> list[int]:
        """The buttons that were pressed, as the box itself has written them down."""
        lines = self.box.log.read_text().splitlines()
        return [int(line.split()[3]) for line in lines if line.startswith("press ")]

    def terminals(self) -> dict[str, TerminalRow]:
        """By place, e.g. `Kamppi Checkout`, with `counted` counted anew from the rows."""
        store = open_store(self.server_data)
        try:
            return {f"{row.location_name} {row.touchpoint_name}": row for row in reconcile(store)}
        finally:
            store.close()

    def values(self, location_id: str, question_id: str) -> list[int]:
        """Every answer that the store holds, in the order in which it was given."""
        store = open_store(self.server_data)
        try:
            sql = "SELECT value FROM answers WHERE location_id = ? AND question_id = ? ORDER BY journal_id, seq"
            return [value for (value,) in store.read(sql, (location_id, question_id))]
        finally:
            store.close()

    def close(self) -> None:
        self._stack.close()

    def _terminal(self, touchpoint: str, *options: str | Path, env: dict[str, str] | None = None) -> None:
        code = run_hymy("terminals", "code", "--touchpoint", touchpoint, "--data", self.server_data)
        data = self.folder / touchpoint
        argv = hymy("kiosk", "--data", data, "--server", self.url, "--code", code, *options)
        self._program(touchpoint, argv, env).start()
        wait_until(lambda: any(row.journal for row in self.terminals().values()))

    def _program(self, name: str, argv: list[str], env: dict[str, str] | None = None) -> Program:
        program = Program(name, argv, log=self.folder / f"{name}.log", env=env)
        self._stack.callback(program.stop)
        return program


def wait_until(is_so: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
    """Looks again every 50 ms: what is waited for happens in other processes, which send no event here."""
    until = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < until, "It did not come about in time."
        time.sleep(0.05)
