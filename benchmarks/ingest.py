"""Answers per second over HTTP, as a share of what plain sqlite3 writes; on PostgreSQL as a share of that on SQLite.

Plain: the same rows into the same table by executemany, 500 a transaction, with the same durability. Servers: one of
one process on each store, one of two on SQLite; reached over HTTP in batches of 500 by several terminals at once. Turns
are interleaved; the median counts.
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

BATCH, BATCHES, TERMINALS, TURNS = 500, 8, 16, 7
PROCESSES = 2


def measure() -> list[Measured]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=Path.cwd())))
        cluster = Cluster(fsync="on", full_page_writes="on").make().start()
        stack.callback(cluster.remove)
        size = {"terminals": TERMINALS, "batch": BATCH, "batches": BATCHES, "turns": TURNS}
        alone = Senders(stack, folder / "alone.log", ("--data", folder / "alone"), **size)
        together = Senders(stack, folder / "both.log", ("--data", folder / "both"), processes=PROCESSES, **size)
        postgresql = Senders(stack, folder / "pg.log", ("--database", cluster.url()), **size)
        plain = PlainSqlite(folder / "plain.db", answers(BATCH * BATCHES * TERMINALS), together=BATCH)
        turns = [[one.turn() for one in (plain, alone, together, postgresql, plain)] for _ in range(TURNS)]
    rate = statistics.median(max(alone, both) for _, alone, both, _, _ in turns)
    share_alone = statistics.median(alone / statistics.mean([before, after]) for before, alone, _, _, after in turns)
    share = statistics.median(both / statistics.mean([before, after]) for before, _, both, _, after in turns)
    beside = statistics.median(postgresql / alone for _, alone, _, postgresql, _ in turns)
    return [
        Measured("ingest: answers a second over HTTP into SQLite", rate, "answers/s"),
        Measured("ingest: one process, share of plain sqlite3", share_alone, "of plain"),
        Measured("ingest: two processes, share of plain sqlite3", share, "of plain", limit=0.85, at_least=True),
        Measured("ingest: PostgreSQL", beside, "of SQLite", limit=0.6, at_least=True),
    ]
