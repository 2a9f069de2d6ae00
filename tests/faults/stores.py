"""The life of a server without HTTP: its writer and its store."""

from concurrent.futures import Future
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import apsw

from sync_server.changes import Changes
from sync_server.clock import now_ms
from sync_server.exchange.handler import authenticate, decode
from sync_server.exchange.ingest import Received
from sync_server.exchange.writer import Writer
from sync_server.fleet.surveys import Questions
from sync_server.store import open_store, sqlite
from tests.faults.lives import write_log


def live(data: Path, token: str, line: Connection, log: Path, guarded: bool = True) -> None:
    """Takes (sender, request) from the line, and answers (sender, head) when that is durable."""
    write_log(log)
    if not guarded:
        _trust_the_disk()
    store = open_store(data)
    asking = authenticate(store, f"Bearer {token}")
    writer = Writer(store, ask=Questions(store), clock=now_ms, changes=Changes())

    def answer(sender: int, done: "Future[Received]") -> None:
        if done.exception() is None:
            line.send((sender, done.result().head))

    while True:
        sender, body = line.recv()
        writer.submit(decode(asking, body)).add_done_callback(partial(answer, sender))


def _trust_the_disk() -> None:
    """Take the guard away: a commit is no longer synced."""
    connect = sqlite.SqliteStore._connect

    def connect_normal(store: sqlite.SqliteStore) -> apsw.Connection:
        connection = connect(store)
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    sqlite.SqliteStore._connect = connect_normal  # type: ignore[method-assign]
