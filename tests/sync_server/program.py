"""The server as a program of its own, and the commands beside it, as IT runs them."""

import signal
import subprocess
from pathlib import Path

import httpx

from hymy import programs
from hymy.demo import CHAIN

ROOT = Path(__file__).parents[2]
LIMIT_S = 60


def hymy(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = programs.hymy(*map(str, arguments))
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False, cwd=ROOT)


class Program:
    """`hymy server` on a free port, with the demo's chain loaded. database: where its store is, if not in `data`."""

    def __init__(self, data: Path, *, database: str = "", processes: int = 1) -> None:
        self.data = data
        self.place: Path | str = database or data
        where = ("--database", database) if database else ("--data", data)
        programs.run_hymy("chain", "load", CHAIN, *where)
        listen = f"127.0.0.1:{programs.free_port(0)}"
        command = programs.hymy("server", *where, "--listen", listen, "--processes", str(processes))
        self._program = programs.Program("server", command, log=data / "server.log")
        self._program.start()
        self.client = httpx.Client(base_url=f"http://{listen}", timeout=LIMIT_S)
        programs.wait_for_server(f"http://{listen}", self._program)

    @property
    def pid(self) -> int:
        return self._program.pid

    def end(self, how: signal.Signals) -> int | None:
        """Returns the exit status. Whatever state it is in."""
        self.client.close()
        return self._program.stop(how)

    def stop(self) -> None:
        self.client.close()
        assert self._program.stop() == 0, self._program.log.read_text()
