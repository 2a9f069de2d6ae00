"""What a store writes by itself, without HTTP, as a share of its raw limit (sqlite3's executemany, a text COPY).

The same answers on both sides, 1,000 a transaction; ours with heads, rollups, days and words beside them. What comes
before the store (decoding, chain, which question was answered) is not in it: that is part of `ingest`. Turns are
interleaved.
"""

import statistics
import tempfile
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

from benchmarks.answers import answers, bodies
from benchmarks.plain import PlainCopy, PlainSqlite, timed
from benchmarks.report import Measured
from hymy.demo import CHAIN
from survey.entries import Head
from survey.exchange import EnrolmentRequest, decode_request
from sync_server.exchange.arrival import Arrival
from sync_server.exchange.handler import authenticate
from sync_server.exchange.incoming import Incoming, incoming
from sync_server.exchange.writes import Writes
from sync_server.fleet.chain import load_chain, read_chain
from sync_server.fleet.enrolment import enrol, make_code
from sync_server.fleet.surveys import Questions
from sync_server.store import Store, journals, open_store
from sync_server.store.journals import Asking, Move
from tests.postgresql import Cluster

BATCH, TOGETHER, TRANSACTIONS, TURNS = 500, 2, 10, 7
NOW = 1_790_100_000_000


def measure() -> list[Measured]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=Path.cwd())))
        cluster = Cluster(fsync="on", full_page_writes="on").make().start()
        stack.callback(cluster.remove)
        entries = answers(BATCH * TOGETHER * TRANSACTIONS)
        for name in ("plain", "hymy"):
            cluster.sql(f"CREATE DATABASE {name}")
        sqlite = PlainSqlite(folder / "plain.db", entries, together=BATCH * TOGETHER)
        copy = PlainCopy(cluster.url("plain"), entries, together=BATCH * TOGETHER)
        return [
            _measured("SQLite", folder / "data", sqlite),
            _measured("PostgreSQL", cluster.url("hymy"), copy),
        ]


def _measured(name: str, place: Path | str, plain: PlainSqlite | PlainCopy) -> Measured:
    ratios = []
    with closing(open_store(place)) as store:
        load_chain(store, read_chain(CHAIN), NOW)
        askings = [_enrolled(store) for _ in range(TOGETHER)]
        streams = [_comes(asking, number) for number, asking in enumerate(askings, 1)]
        ask = Questions(store)
        for turn in range(TURNS):
            first = turn * TRANSACTIONS
            groups = list(zip(*(stream[first : first + TRANSACTIONS] for stream in streams), strict=True))
            arrived = [[(come, _arrival(come, ask)) for come in group] for group in groups]
            before = plain.turn()
            rate = BATCH * TOGETHER * TRANSACTIONS / timed(partial(_write, store, arrived))
            ratios.append(rate / statistics.mean([before, plain.turn()]))
    share = statistics.median(ratios)
    return Measured(f"store alone: {name}, share of its raw limit", share, "of plain", limit=1.2, at_least=True)


def _arrival(come: Incoming, ask: Questions) -> Arrival:
    boots, place = come.request.boots, come.asking.place
    return Arrival(come.lines, come.chains, boots, place=place, journal_id=come.journal_id, ask=ask)


def _write(store: Store, groups: list[list[tuple[Incoming, Arrival]]]) -> None:
    for group in groups:
        with store.write() as transaction:
            writes = Writes(NOW)
            wanted = [(come.asking, come.asking.place, come.journal_id) for come, _ in group]
            for (come, arrival), journal in zip(group, journals.open_journals(transaction, wanted, NOW), strict=True):
                writes.add(journal, arrival)
                writes.moves.append(Move(journal, Head(come.lines.seqs[-1], come.chains[-1]), len(come.chains)))
            writes.carry_out(transaction)


def _enrolled(store: Store) -> Asking:
    token = enrol(store, EnrolmentRequest(make_code(store, "kamppi-checkout", NOW)), NOW).token
    return authenticate(store, f"Bearer {token}")


def _comes(asking: Asking, number: int) -> list[Incoming]:
    made = bodies(answers(BATCH * TRANSACTIONS * TURNS, seed=number), journal=number, size=BATCH)
    return [incoming(asking, decode_request(body)) for body in made]
