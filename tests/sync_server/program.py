"""The server as a program of its own, and the commands beside it, as IT runs them."""

import subprocess
from pathlib import Path

import httpx

from hymy import programs
from hymy.demo import CHAIN

ROOT = Path(__file__).parents[2]
LIMIT_S = 30


def hymy(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = programs.hymy(*map(str, arguments))
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False, cwd=ROOT)


class Program:
    """`hymy server` on a free port, with the demo's chain loaded."""

    def __init__(self, data: Path) -> None:
        self.data = data
        programs.run_hymy("chain", "load", CHAIN, "--data", data)
        listen = f"127.0.0.1:{programs.free_port(0)}"
        command = programs.hymy("server", "--data", data, "--listen", listen)
        self._program = programs.Program("server", command, log=data / "server.log")
        self._program.start()
        self.client = httpx.Client(base_url=f"http://{listen}", timeout=LIMIT_S)
        programs.wait_for_server(f"http://{listen}", self._program)

    def stop(self) -> None:
        self.client.close()
        assert self._program.stop() == 0, self._program.log.read_text()
