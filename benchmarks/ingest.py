"""Answers per second over HTTP, as a share of what plain sqlite3 writes; on PostgreSQL as a share of that on SQLite.

Plain: the same rows into the same table by executemany, 500 a transaction, with the same durability. Servers: each its
own process, reached over HTTP in batches of 500 by several terminals at once. Turns are interleaved; the median counts.
"""

import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.answers import answers
from benchmarks.plain import PlainSqlite
from benchmarks.report import Measured
from benchmarks.senders import Senders
from tests.postgresql import Cluster

BATCH, BATCHES, TERMINALS, TURNS = 500, 15, 8, 7


def measure() -> list[Measured]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=Path.cwd())))
        cluster = Cluster(fsync="on", full_page_writes="on").make().start()
        stack.callback(cluster.remove)
        size = {"terminals": TERMINALS, "batch": BATCH, "batches": BATCHES}
        sqlite = Senders(stack, folder / "sqlite.log", ("--data", folder / "data"), turns=2 * TURNS, **size)
        postgresql = Senders(stack, folder / "pg.log", ("--database", cluster.url()), turns=TURNS, **size)
        plain = PlainSqlite(folder / "plain.db", answers(BATCH * BATCHES), together=BATCH)
        rates, shares, beside = [], [], []
        for _ in range(TURNS):
            before = plain.turn()
            rates.append(sqlite.turn())
            shares.append(rates[-1] / statistics.mean([before, plain.turn()]))
            beside.append(postgresql.turn() / statistics.mean([rates[-1], sqlite.turn()]))
    return [
        Measured("ingest: answers a second over HTTP into SQLite", statistics.median(rates), "answers/s"),
        Measured("ingest: share of plain sqlite3", statistics.median(shares), "of plain", limit=0.85, at_least=True),
        Measured("ingest: PostgreSQL", statistics.median(beside), "of SQLite", limit=0.6, at_least=True),
    ]
