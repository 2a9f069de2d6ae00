"""A server process of its own, and terminals that always have more to send."""

import threading
from contextlib import ExitStack
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import requests

from benchmarks.answers import answers, bodies
from benchmarks.plain import timed
from hymy.demo import CHAIN
from hymy.programs import Program, free_port, hymy, run_hymy, wait_for_server
from survey.exchange import ENROLMENT_PATH, PATH


class Senders:
    """So many terminals before one server; in each turn all send at once, so many batches each."""

    def __init__(
        self,
        stack: ExitStack,
        log: Path,
        place: tuple[str, str | Path],
        *,
        terminals: int,
        batch: int,
        batches: int,
        turns: int,
        program: list[str] | None = None,
    ) -> None:
        """place: the option that names the store, and what it says. program: another server than ours as it is."""
        self._answers, self._batches = terminals * batch * batches, batches
        run_hymy("chain", "load", CHAIN, *place)
        self.url = f"http://127.0.0.1:{free_port(8090)}"
        argv = [*(program or hymy("server")), *map(str, place), "--listen", self.url[7:]]
        server = Program("server", argv, log=log)
        server.start()
        stack.callback(server.stop)
        wait_for_server(self.url, server)
        size = batch * batches * turns
        self._terminals = [
            _Terminal(self.url, self._enrol(place), bodies(answers(size, seed=number), journal=number, size=batch))
            for number in range(1, terminals + 1)
        ]

    def turn(self) -> float:
        """Answers a second."""
        return self._answers / timed(self._all_at_once)

    def _enrol(self, place: tuple[str, str | Path]) -> str:
        code = run_hymy("terminals", "code", "--touchpoint", "kamppi-checkout", *place)
        reply = requests.post(f"{self.url}{ENROLMENT_PATH}", json={"code": code}, timeout=10)
        return str(reply.json()["token"])

    def _all_at_once(self) -> None:
        threads = [threading.Thread(target=partial(one.send, self._batches)) for one in self._terminals]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


class _Terminal:
    """Plain http.client, because it shares this computer with the server."""

    def __init__(self, url: str, token: str, bodies: list[bytes]) -> None:
        self._bodies = iter(bodies)
        self._connection = HTTPConnection(url.removeprefix("http://"), timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Encoding": "gzip"}

    def send(self, batches: int) -> None:
        for _ in range(batches):
            self._connection.request("POST", PATH, next(self._bodies), self._headers)
            reply = self._connection.getresponse()
            assert reply.read() and reply.status == 200, reply.status
