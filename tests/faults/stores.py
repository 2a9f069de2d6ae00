"""The life of a server without HTTP (its writer and its store), and terminals that send as fast as it takes it."""

import shutil
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from unittest.mock import patch

import apsw

from survey.entries import Context, Entry, Head, chain
from survey.exchange import Boot, EnrolmentRequest, Request, encode_request, to_columns
from sync_server.changes import Changes
from sync_server.clock import now_ms
from sync_server.exchange.handler import authenticate, decode
from sync_server.exchange.ingest import Received
from sync_server.exchange.writer import Writer
from sync_server.fleet.enrolment import enrol, make_code
from sync_server.fleet.surveys import Questions
from sync_server.store import Store, open_store, sqlite
from tests import cast
from tests.faults.lives import Moment, guarded, write_log

OPENED = cast.at("2026-11-21 08:00")
CONTEXT = Context("answer", "overall", "shop@1", "fi", "button", 1, OPENED)
BETWEEN_S = 0.002
MOST_ENTRIES = 40  # in a batch


def live(place: Path | str, token: str, line: Connection, log: Path, guards: Callable[[], None] = guarded) -> None:
    """Takes (sender, request) from the line, answers (sender, head) when that is durable, no head where it is not."""
    write_log(log)
    guards()
    store = open_store(place)
    asking = authenticate(store, f"Bearer {token}")
    writer = Writer(store, ask=Questions(store), clock=now_ms, changes=Changes())

    def answer(sender: int, done: "Future[Received]") -> None:
        line.send((sender, None if done.exception() else done.result().head))

    while True:
        sender, body = line.recv()
        writer.submit(decode(asking, body)).add_done_callback(partial(answer, sender))


def begin(place: Path | str) -> str:
    """A new store with the cast in it; returns the token of a terminal."""
    store = open_store(place)
    cast.settle(store)
    token = enrol(store, EnrolmentRequest(make_code(store, "kamppi-checkout", OPENED)), OPENED).token
    store.close()
    return token


class Sender:
    """A terminal that keeps everything, and knows of each entry whether it was acknowledged."""

    def __init__(self, name: str, random: Random) -> None:
        self.name, self._random = name, random
        self.entries: list[Entry] = []
        self._links = [0]
        self.acknowledged = Head()

    def follow(self, head: Head) -> None:
        """The server's word."""
        assert head == self.head(head.seq), "The server has another history."
        assert head.seq >= self.acknowledged.seq, "The server has lost what it acknowledged."
        self.acknowledged = head

    def request(self) -> bytes:
        """What is not acknowledged; a few new answers where that is nothing."""
        after = self.acknowledged
        if after.seq == len(self.entries):
            self._answer(self._random.randint(1, MOST_ENTRIES))
        batch = self.entries[after.seq : after.seq + MOST_ENTRIES]
        return encode_request(Request(self.name, after, to_columns(batch), [Boot(1, "b", OPENED, "server")]))

    def head(self, seq: int) -> Head:
        return Head(seq, self._links[seq])

    def _answer(self, count: int) -> None:
        first = len(self.entries) + 1
        new = [
            Entry(seq, seq, 1000 * seq, self._random.randint(1, 5), CONTEXT, "") for seq in range(first, first + count)
        ]
        self.entries += new
        self._links += chain(self._links[-1], new)


def senders(random: Random) -> list[Sender]:
    return [Sender(f"{number:015x}", random) for number in range(1, 5)]


def send_on(line: Connection, senders: list[Sender], random: Random) -> None:
    """Each sender has one request under way at a time, until the moment of the fault."""
    before = acknowledged(senders)
    fault = Moment(random, lambda: acknowledged(senders) > before)
    for number, sender in enumerate(senders):
        line.send((number, sender.request()))
    while not fault.has_come():
        if line.poll(BETWEEN_S):
            number = _take(line, senders)
            line.send((number, senders[number].request()))


def take_the_rest(line: Connection, senders: list[Sender]) -> None:
    """What the server had acknowledged before its end."""
    with suppress(EOFError, ConnectionResetError):
        while True:
            _take(line, senders)


def _take(line: Connection, senders: list[Sender]) -> int:
    number: int
    number, head = line.recv()
    if head:
        senders[number].follow(head)
    return number


def acknowledged(senders: list[Sender]) -> int:
    return sum(sender.acknowledged.seq for sender in senders)


def lost(store: Store, senders: list[Sender]) -> int:
    """Acknowledged, and not in the store; the senders take notice. Asserts that the rows have no holes."""
    sql = "SELECT journal_id, CAST(MAX(seq) AS BIGINT), COUNT(*) FROM answers GROUP BY journal_id"
    held = {f"{journal:015x}": (last, count) for journal, last, count in store.read(sql)}
    assert all(last == count for last, count in held.values()), held
    missing = 0
    for sender in senders:
        last, _ = held.get(sender.name, (0, 0))
        missing += max(0, sender.acknowledged.seq - last)
        sender.acknowledged = sender.head(last)
    return missing


def check(store: Store, senders: list[Sender]) -> None:
    """Every row is what was sent, each once, and the results count just these."""
    held = [_values(store, sender) for sender in senders]
    for sender, values in zip(senders, held, strict=True):
        assert values == [entry.value for entry in sender.entries[: len(values)]]
        assert len(values) >= sender.acknowledged.seq
    assert counted(store) == Counter(value for values in held for value in values)


def copied(data: Path, aside: Path) -> Store:
    """A copy of the store, so that the next life finds what the fault left behind."""
    shutil.rmtree(aside, ignore_errors=True)
    shutil.copytree(data, aside)
    return open_store(aside)


def _values(store: Store, sender: Sender) -> list[int]:
    sql = "SELECT value FROM answers WHERE location_id = 'kamppi' AND journal_id = ? ORDER BY seq"
    return [value for (value,) in store.read(sql, (int(sender.name, 16),))]


def counted(store: Store) -> Counter[int]:
    """Answers per value, as the results see them."""
    return Counter(dict(store.read("SELECT value, CAST(SUM(answers) AS BIGINT) FROM rollups GROUP BY value")))


def trust_the_disk() -> None:
    """A guard taken away: a commit is no longer synced."""
    connect = sqlite.SqliteStore._connect

    def connect_normal(store: sqlite.SqliteStore, **options: int) -> apsw.Connection:
        connection = connect(store, **options)
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    patch.object(sqlite.SqliteStore, "_connect", connect_normal).start()
