"""A shop to measure in: a server of its own, in a folder that goes with it, and terminals before it."""

import secrets
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from hymy.programs import Program, free_port, hymy, run_hymy, virtual_screen, wait_for_server

CHAIN = Path(__file__).with_name("shop_chain") / "chain.toml"
TOUCHPOINT = "kamppi-checkout"
WHO = "aino"
LIMIT_S, POLL_S = 30.0, 0.02


class Shop:
    """What begins here ends with the stack."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=Path.cwd())))
        self.password = secrets.token_urlsafe(9)
        self.url = f"http://127.0.0.1:{free_port(8090)}"
        run_hymy("chain", "load", CHAIN, "--data", self.data)
        add = ("add", WHO, "--role", "it", "--password-stdin", "--data", self.data)
        run_hymy("people", *add, text=f"{self.password}\n")
        wait_for_server(self.url, self.begin("server", hymy("server", "--data", self.data, "--listen", self.url[7:])))

    def code(self) -> str:
        """To enrol one terminal with."""
        return run_hymy("terminals", "code", "--touchpoint", TOUCHPOINT, "--data", self.data)

    def begin(self, name: str, argv: list[str], env: dict[str, str] | None = None) -> Program:
        return begin(self._stack, Program(name, argv, log=self.data / f"{name}.log", env=env))


def begin(stack: ExitStack, program: Program) -> Program:
    """Starts it, to be stopped with the stack."""
    program.start()
    stack.callback(program.stop)
    return program


def new_screen(stack: ExitStack, folder: Path) -> dict[str, str]:
    """The environment of a program whose window is on a virtual screen of its own."""
    screen, display = virtual_screen(folder / "screen.log")
    stack.callback(screen.stop)
    return {"DISPLAY": display}


def wait_until(condition: Callable[[], bool], program: Program, *, limit_s: float = LIMIT_S) -> None:
    """Until a program has done something. Raises RuntimeError with its own last words if it never does."""
    until = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > until or not program.is_running:
            words = program.log.read_text()[-2000:]
            raise RuntimeError(f"{program.name} ended, or took more than {limit_s:.0f} s:\n{words}")
        time.sleep(POLL_S)
