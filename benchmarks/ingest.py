"""Answers per second through HTTP into SQLite, as a share of what plain sqlite3 writes, in one run.

Plain: the same rows into the same table by executemany, 500 a transaction, with the same durability. Server: its own
process, reached over HTTP in batches of 500 by several terminals at once. Turns are interleaved; the median counts.
"""

import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

import requests

from benchmarks.answers import answers, bodies
from benchmarks.report import Measured
from hymy.demo import CHAIN
from hymy.programs import Program, free_port, hymy, run_hymy, wait_for_server
from survey.entries import Entry
from survey.exchange import PATH
from sync_server.store.migrate import migrations

BATCH, BATCHES, TERMINALS, TURNS = 500, 15, 8, 7


def measure() -> list[Measured]:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        data = Path(folder)
        run_hymy("chain", "load", CHAIN, "--data", data)
        url = f"http://127.0.0.1:{free_port(8090)}"
        server = Program("server", hymy("server", "--data", data, "--listen", url[7:]), log=data / "log")
        server.start()
        try:
            wait_for_server(url, server)
            terminals = [_Terminal(url, _enrol(url, data), number) for number in range(1, TERMINALS + 1)]
            ratios, rates = _turns(data, terminals)
        finally:
            server.stop()
    return [
        Measured("ingest: answers a second over HTTP into SQLite", statistics.median(rates), "answers/s"),
        Measured("ingest: share of plain sqlite3", statistics.median(ratios), "of plain", limit=0.6, at_least=True),
    ]


def _turns(data: Path, terminals: list["_Terminal"]) -> tuple[list[float], list[float]]:
    ratios, rates = [], []
    plain = _Plain(data / "plain.db")
    for _ in range(TURNS):
        before = plain.turn()
        took = _timed(lambda: _all_at_once(terminals))
        rate = BATCH * BATCHES * len(terminals) / took
        rates.append(rate)
        ratios.append(rate / statistics.mean([before, plain.turn()]))
    return ratios, rates


class _Terminal:
    """A terminal that always has more to send; plain http.client, because it shares this computer with the server."""

    def __init__(self, url: str, token: str, number: int) -> None:
        entries = answers(BATCH * BATCHES * TURNS, seed=number)
        self._bodies = iter(bodies(entries, journal=number, size=BATCH))
        self._connection = HTTPConnection(url.removeprefix("http://"), timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Encoding": "gzip"}

    def send(self) -> None:
        for _ in range(BATCHES):
            self._connection.request("POST", PATH, next(self._bodies), self._headers)
            reply = self._connection.getresponse()
            assert reply.read() and reply.status == 200, reply.status


class _Plain:
    """What sqlite3 writes with nothing around it."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        statements = [statement for migration in migrations() for statement in migration.statements]
        self._connection.execute(next(text for text in statements if text.startswith("CREATE TABLE answers")))
        self._entries = answers(BATCH * BATCHES)
        self._turn = 0

    def turn(self) -> float:
        """Answers a second."""
        self._turn += 1
        rows = [_row(entry, self._turn) for entry in self._entries]
        return len(rows) / _timed(lambda: self._write(rows))

    def _write(self, rows: list[tuple[object, ...]]) -> None:
        for first in range(0, len(rows), BATCH):
            self._connection.execute("BEGIN")
            self._connection.executemany(
                "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows[first : first + BATCH]
            )
            self._connection.execute("COMMIT")


def _row(entry: Entry, journal_id: int) -> tuple[object, ...]:
    context = entry.context
    value = len(entry.value) if isinstance(entry.value, str) else entry.value
    at = context.clock_ms + entry.uptime_ms
    place = ("kamppi", journal_id, entry.seq, 7_233_201_443_822_123_001, at, "server", "kamppi-checkout")
    return (*place, context.survey, context.about, entry.visit, value, context.language, context.source)


def _all_at_once(terminals: list[_Terminal]) -> None:
    threads = [threading.Thread(target=terminal.send) for terminal in terminals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _enrol(url: str, data: Path) -> str:
    code = run_hymy("terminals", "code", "--touchpoint", "kamppi-checkout", "--data", data)
    return str(requests.post(f"{url}/api/enrol", json={"code": code}, timeout=10).json()["token"])


def _timed(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
