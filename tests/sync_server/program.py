"""The server as a program of its own, and the commands beside it, as IT runs them."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
DEMO_CHAIN = ROOT / "hymy" / "demo_chain" / "chain.toml"
LIMIT_S = 30


def hymy(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hymy.main", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False, cwd=ROOT)


class Program:
    """`hymy server` on a free port, with the demo's chain loaded."""

    def __init__(self, data: Path) -> None:
        self.data = data
        loaded = hymy("chain", "load", DEMO_CHAIN, "--data", data)
        assert loaded.returncode == 0, loaded.stderr
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            listen = f"127.0.0.1:{probe.getsockname()[1]}"
        command = [sys.executable, "-m", "hymy.main", "server", "--data", str(data), "--listen", listen]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        self.client = httpx.Client(base_url=f"http://{listen}", timeout=LIMIT_S)
        self._wait_until_it_answers()

    def stop(self) -> None:
        self.client.close()
        self._process.terminate()
        _, told = self._process.communicate(timeout=LIMIT_S)
        assert self._process.returncode == 0, told

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + LIMIT_S
        while True:
            try:
                self.client.get("/api/schema/openapi.json")
                return
            except httpx.ConnectError:
                assert self._process.poll() is None, self._process.communicate()[1]
                assert time.monotonic() < end, "The server never listened."
                time.sleep(0.02)
