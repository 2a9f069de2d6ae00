"""A server process of its own, and terminals that always have more to send."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from socket import create_connection

import requests

from benchmarks.answers import answers, bodies
from benchmarks.plain import timed
from hymy.demo import CHAIN
from hymy.programs import Program, free_port, hymy, run_hymy, wait_for_server
from survey.exchange import ENROLMENT_PATH, PATH

MARGIN = 1.5  # how many more batches a terminal has than it sends on the average
_LENGTH = re.compile(rb"content-length: ([0-9]+)", re.IGNORECASE)


class Senders:
    """So many terminals before one server; in each turn all send at once, so many batches each on the average."""

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
        processes: int = 1,
    ) -> None:
        """place: the option that names the store, and what it says. program: another server than ours as it is."""
        self._batch, self._batches = batch, terminals * batches
        run_hymy("chain", "load", CHAIN, *place)
        self.url = f"http://127.0.0.1:{free_port(8090)}"
        argv = [*(program or hymy("server")), *map(str, place), "--listen", self.url[7:], "--processes", str(processes)]
        server = Program("server", argv, log=log)
        server.start()
        stack.callback(server.stop)
        wait_for_server(self.url, server)
        self._pool = stack.enter_context(ThreadPoolExecutor(terminals))
        size = batch * int(batches * turns * MARGIN)
        self._terminals = [
            _Terminal(self.url, self._enrol(place), bodies(answers(size, seed=number), journal=number, size=batch))
            for number in range(1, terminals + 1)
        ]

    def turn(self) -> float:
        """Answers a second."""
        return self._batch * self._batches / timed(self._all_at_once)

    def _enrol(self, place: tuple[str, str | Path]) -> str:
        code = run_hymy("terminals", "code", "--touchpoint", "kamppi-checkout", *place)
        reply = requests.post(f"{self.url}{ENROLMENT_PATH}", json={"code": code}, timeout=10)
        return str(reply.json()["token"])

    def _all_at_once(self) -> None:
        tickets = iter(range(self._batches))  # who is served sooner sends more: all are busy to the end
        for sent in [self._pool.submit(one.send, tickets) for one in self._terminals]:
            sent.result()


class _Terminal:
    """A socket and bytes made beforehand, because it shares this computer with the server."""

    def __init__(self, url: str, token: str, bodies: list[bytes]) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        head = f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Length: "
        self._requests = iter([f"{head}{len(body)}\r\n\r\n".encode() + body for body in bodies])
        self._address = host, int(port)

    def send(self, tickets: Iterator[int]) -> None:
        with create_connection(self._address, timeout=60) as connection:  # the server ends those that are idle
            for _ in tickets:
                connection.sendall(next(self._requests))
                reply = connection.recv(65_536)
                assert reply.startswith(b"HTTP/1.1 200 "), reply
                head, _, body = reply.partition(b"\r\n\r\n")
                missing = int(_LENGTH.search(head)[1]) - len(body)
                while missing > 0:
                    missing -= len(connection.recv(missing))
