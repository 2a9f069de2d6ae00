"""`hymy demo`: a server, a terminal with a window, one with a button box alone, and simulated customers at both.

The one place that knows both programs; it starts them as anybody would, by their commands.
"""

import argparse
import contextlib
import fcntl
import os
import secrets
import select
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from hymy.customers import Customers, at_the_box, at_the_screen
from hymy.history import DAYS, NAME, make_history
from hymy.programs import Program, bound, free_port, hymy, run_hymy, virtual_screen, wait_for_server
from sync_server.clock import now_ms
from sync_server.fleet.pins import fault_of
from sync_server.fleet.reconcile import Reconciled, differences, reconcile, summary
from sync_server.store import open_store

CHAIN = Path(__file__).with_name("demo_chain") / "chain.toml"
WHO = "demo"
BY_TOUCH, BY_BOX = "kamppi-checkout", "stockholm-checkout"
DRAIN_S = 20.0
READY_S = 30.0
PORT = 8080
STEADY_S, LONGEST_WAIT_S = 10.0, 60.0  # who has run so long is well again; the longest wait before another try
TRIES = """Try (type and press Enter):
  server    take the server away, or bring it back; nothing that was thanked for is lost
  box       pull the button box, or plug it in again
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--for", dest="for_s", type=float, metavar="S", help="end by itself after so many seconds")
    parser.add_argument("--data", type=Path, default=Path("demo-data"), metavar="DIR", help="default: demo-data")
    parser.add_argument("--port", type=int, help=f"default: {PORT}, or any free one")


def main(arguments: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            stack.enter_context(_alone_in(arguments.data))
            return Demo(arguments.data.resolve(), _port(arguments.port), stack).run(arguments.for_s)
    except RuntimeError as error:
        print(f"hymy demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped while starting.")
        return 130


class Retry(NamedTuple):
    """due_s: not before that, by the monotonic clock, is it begun another time."""

    wait_s: float
    due_s: float


class Demo:
    """Everything that runs, and the order in which it comes and goes."""

    def __init__(self, data: Path, port: int, stack: ExitStack) -> None:
        self.data, self.url, self._stack = data, f"http://127.0.0.1:{port}", stack
        self._programs: list[Program] = []
        self._retries: dict[Program, Retry] = {}  # of those that have ended
        self.away: Program | None = None  # the server, while it is known to be so
        self.touches, self.link, self.logs = data / "touches", data / "button-box", data / "logs"
        self.password, self.pin = secrets.token_urlsafe(9), _pin()
        server = hymy("server", "--data", data / "server", "--listen", f"127.0.0.1:{port}")
        self.server = self._program("server", server)
        self.box = self._program("button box", hymy("box", self.link))
        self.box_is_plugged = True
        self.window = "touch the window yourself, too."
        self.customers: list[Customers] = []

    def run(self, for_s: float | None) -> int:
        """Start, let people come and go, and account for every press. Returns the exit status."""
        self._start()
        self._tell(for_s)
        with contextlib.suppress(KeyboardInterrupt):
            self._go_on(for_s)
        return self._close()

    def _start(self) -> None:
        self._forget_last_run()
        server_data = self.data / "server"
        with _step("The chain's places and surveys"):
            run_hymy("chain", "load", CHAIN, "--data", server_data)
            account = ("people", "add", WHO, "--role", "owner", "--password-stdin", "--data", server_data)
            run_hymy(*account, text=f"{self.password}\n")
            run_hymy("terminals", "pin", "--location", "kamppi", "--data", server_data, text=f"{self.pin}\n")
        with _step(f"The last {DAYS} days, made up"):
            self._make_history()
        with _step("The server"):
            self._begin(self.server)
            wait_for_server(self.url, self.server)
        with _step("Two terminals: a touch screen in Kamppi, a button box alone in Stockholm"):
            self._begin(self.box)
            buttons = ("--headless", "--buttons", f"serial:{self.link}", "--lights", "box")
            self.by_box = self._terminal(BY_BOX, *buttons)
            self._begin(self.by_box)
            env = {"DISPLAY": self._display()}
            self._begin(self._terminal(BY_TOUCH, "--windowed", "--touches", self.touches, env=env))
            self._wait_for_terminals(2)
        self.customers = [Customers(at_the_screen(self.touches), seed=1), Customers(at_the_box(self._press), seed=2)]

    def _tell(self, for_s: float | None) -> None:
        command = os.path.relpath(Path(sys.executable).with_name("hymy"))
        end = f"It ends by itself after {for_s:.0f} s." if for_s else "Ctrl-C ends it."
        tries = TRIES if sys.stdin.isatty() else ""
        print(
            f"""
  {self.url}   sign in as {WHO} with password {self.password}

Today shows what customers say as they say it; Trends and Compare look back on {DAYS} days, which are made up.
Fleet and hymy reconcile show whether every press counted. The revoked ones, "{NAME}", were never terminals:
they brought those days, and hold nothing.
Simulated customers come to both terminals; {self.window}
Staff mode: hold the top left corner of the window for three seconds, PIN {self.pin}.
{tries}Kill the terminal in Stockholm: kill -9 {self.by_box.pid}; it begins again, and nothing is lost.
{end} Logs: {self.logs}
Commands for this server: {command} ... --data {self.data / "server"}
""",
            flush=True,
        )

    def _go_on(self, for_s: float | None) -> None:
        until = time.monotonic() + for_s if for_s else float("inf")
        while (left := until - time.monotonic()) > 0:
            self._begin_again()
            is_typed = sys.stdin.isatty() and select.select([sys.stdin], [], [], min(left, 1.0))[0]
            if is_typed:
                self._obey(sys.stdin.readline().strip())
            elif not sys.stdin.isatty():
                time.sleep(min(left, 1.0))

    def _begin_again(self) -> None:
        """Whatever ended though nobody asked it to, as systemd does; not the box, whose presses went with it."""
        gone = [program for program in self._programs if not program.is_running and program is not self.away]
        for program in gone:
            if program is self.box:
                print(f"{_ended(program)}\nIt stays away until the next demo, and what waited in it is lost.")
                self._programs.remove(program)
            else:
                self._retry(program, time.monotonic())

    def _retry(self, program: Program, now_s: float) -> None:
        """At once the first time, and said; then after a second, two, four ... and said that it is so."""
        last = self._retries.get(program)
        if last and now_s < last.due_s:
            return
        if last is None or now_s > last.due_s + STEADY_S:
            print(f"{_ended(program)}\nIt begins again, with all that it kept.", flush=True)
            wait_s = 1.0
        else:
            wait_s = min(2 * last.wait_s, LONGEST_WAIT_S)
            if last.wait_s == 1.0:
                print(f"{_ended(program)}\nIt is tried again, less and less often; its log says why.", flush=True)
        self._retries[program] = Retry(wait_s, now_s + wait_s)
        program.start()

    def _obey(self, word: str) -> None:
        if word == "server" and self.server.is_running:
            self.away = self.server
            self.server.stop()
            print("The server is away. People go on answering; type server to bring it back.")
        elif word == "server":
            self.server.start()
            self.away = None
            wait_for_server(self.url, self.server)
            print("The server is back. Everything that waited arrives within seconds.")
        elif word == "box":
            self.box_is_plugged = not self.box_is_plugged
            self._tell_box("plug" if self.box_is_plugged else "unplug")
            print("The box is plugged in." if self.box_is_plugged else "The box is pulled. Presses wait in it.")
        elif word:
            print(f"{word!r} is neither server nor box.")

    def _close(self) -> int:
        print("\nThe last customers leave; waiting until all is counted ...", flush=True)
        for customers in self.customers:
            customers.stop()
        if not self.server.is_running:
            self.server.start()
        if not self.box_is_plugged:
            self._tell_box("plug")
        rows = self._wait_until_counted()
        for row in rows:
            print(f"  {row.name}: {summary(row)}")
        pressed, acknowledged = self._box_record()
        print(f"  the button box's own record: pressed {pressed}, acknowledged {acknowledged}")
        if pressed != acknowledged and self.box.is_running:
            print(
                f"  {pressed - acknowledged} still wait in the box; its terminal would have taken them once it is back."
            )
        return 0 if self._is_settled(rows) else 1

    def _is_settled(self, rows: list[Reconciled]) -> bool:
        """Also what the box's terminal holds and has not told of yet."""
        pressed, acknowledged = self._box_record()
        told = sum(row.pressed for row in rows if row.name == BY_BOX)
        return pressed == acknowledged == told and not any(map(differences, rows))

    def _wait_until_counted(self) -> list[Reconciled]:
        until = time.monotonic() + DRAIN_S
        while True:
            self._begin_again()
            rows = self._reconciled()
            if self._is_settled(rows) or time.monotonic() > until:
                return rows
            time.sleep(0.5)

    def _box_record(self) -> tuple[int, int]:
        """What the box says of this run: presses made, and acknowledged by the terminal."""
        lines = self.box.log.read_text().splitlines()
        return sum(line.startswith("press ") for line in lines), sum(line.startswith("acked ") for line in lines)

    def _make_history(self) -> None:
        with closing(open_store(self.data / "server")) as store:
            make_history(store, now_ms())

    def _wait_for_terminals(self, number: int) -> None:
        until = time.monotonic() + READY_S
        while len(self._reconciled()) < number:
            for program in self._programs:
                if not program.is_running:
                    raise RuntimeError(_ended(program))
            if time.monotonic() > until:
                raise RuntimeError(f"The terminals did not find the server; see {self.logs}.")
            time.sleep(0.1)

    def _reconciled(self) -> list[Reconciled]:
        with closing(open_store(self.data / "server")) as store:
            return [row for row in reconcile(store) if row.name != NAME]

    def _forget_last_run(self) -> None:
        """Every run begins anew; only what a run has made is taken away."""
        for folder in ("server", BY_TOUCH, BY_BOX, "logs"):
            shutil.rmtree(self.data / folder, ignore_errors=True)
        for file in (self.touches, self.link):
            file.unlink(missing_ok=True)

    def _terminal(self, touchpoint: str, *options: str | Path, env: dict[str, str] | None = None) -> Program:
        code = run_hymy("terminals", "code", "--touchpoint", touchpoint, "--data", self.data / "server")
        place = ("--data", self.data / touchpoint, "--server", self.url, "--code", code)
        return self._program(touchpoint, hymy("kiosk", *place, *options), env)

    def _display(self) -> str:
        """The user's own screen, or a virtual one where there is none."""
        if display := os.environ.get("DISPLAY"):
            return display
        screen, display = virtual_screen(self.logs / "screen.log", is_bound=True)
        self._stack.callback(screen.stop)
        self.window = f"the window is on the virtual display {display}, as there is no other."
        return display

    def _press(self, button: int) -> None:
        self._tell_box(f"{button}")

    def _tell_box(self, word: str) -> None:
        with contextlib.suppress(BrokenPipeError, ValueError):  # it has ended
            self.box.input.write(f"{word}\n")

    def _program(self, name: str, argv: list[str], env: dict[str, str] | None = None) -> Program:
        return Program(name, bound(argv), log=self.logs / f"{name.replace(' ', '-')}.log", env=env)

    def _begin(self, program: Program) -> None:
        program.start()
        self._programs.append(program)
        self._stack.callback(program.stop)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """For as long as this process lives, however it ends. Raises RuntimeError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RuntimeError(f"{folder} can't be used: {error.strerror}; name another folder: --data DIR") from error
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuntimeError(f"A demo runs in {folder}; end it, or name another folder: --data DIR") from None
        yield


def _port(wanted: int | None) -> int:
    """The one that was asked for; where none was, the usual one or any other. Raises RuntimeError."""
    port = free_port(PORT if wanted is None else wanted)
    if wanted and port != wanted:
        raise RuntimeError(f"Port {wanted} is taken; name another: --port PORT")
    return port


def _ended(program: Program) -> str:
    if program.killed_by:
        return f"The {program.name} was killed ({program.killed_by})."
    return f"The {program.name} has ended. The last line of its log {program.log}:\n  {program.last_words}"


def _pin() -> str:
    """One that the server takes."""
    while fault_of(pin := f"{secrets.randbelow(10**6):06}"):
        pass
    return pin


@contextmanager
def _step(what: str) -> Iterator[None]:
    """One line of progress."""
    begun = time.monotonic()
    print(f"{what} ... ", end="", flush=True)
    try:
        yield
    except BaseException:
        print("not ready")
        raise
    print(f"ready ({time.monotonic() - begun:.1f} s)")
