"""kill -9 of PostgreSQL, or of the process that serves our connection, while it commits: acknowledged is kept once.

It dawdles 20 ms inside each COMMIT, so that most kills fall there.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

import psycopg
import pytest

from sync_server.store import open_store
from tests.faults import stores
from tests.faults.lives import Life
from tests.faults.stores import Sender
from tests.postgresql import Cluster
from tests.soak import seeds
from tests.together.shop import wait_until

KILLS = 5
SEEDS = seeds(30)  # 2 x 150 kills in all
DAWDLING = {"fsync": "on", "commit_delay": "20000", "commit_siblings": "0"}

pytestmark = pytest.mark.timeout(1200)


@contextmanager
def postgresql(**settings: str) -> Iterator[Cluster]:
    cluster = Cluster(None, **DAWDLING, **settings).make().start()
    try:
        yield cluster
    finally:
        cluster.remove()


@contextmanager
def serving(cluster: Cluster, senders: list[Sender], folder: Path) -> Iterator[Connection]:
    """A server of ours on it, which outlives it."""
    token = stores.begin(cluster.url())
    line, theirs = Pipe()
    with line, Life(stores.live, cluster.url(), token, theirs, folder / "log") as life:
        theirs.close()
        yield line
        life.kill()
        stores.take_the_rest(line, senders)


def kill_all(cluster: Cluster) -> None:
    cluster.kill()
    cluster.start()


def kill_one(cluster: Cluster) -> None:
    """The process that serves our writer; PostgreSQL then ends all the others, and recovers by itself."""
    wait_until(lambda: _is_killed(cluster))


def _is_killed(cluster: Cluster) -> bool:
    served = "SELECT pid FROM pg_stat_activity WHERE application_name = 'hymy' ORDER BY state, xact_start LIMIT 1"
    try:
        pids = [int(str(pid)) for (pid,) in cluster.sql(served)]
    except psycopg.OperationalError:
        return False  # it still recovers from the last time
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    return bool(pids)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kill", [kill_all, kill_one])
def test_what_postgresql_acknowledged_is_there_once_after_each_kill(
    tmp_path: Path, kill: Callable[[Cluster], None], seed: int
) -> None:
    senders = stores.senders(random := Random(seed))
    with postgresql() as cluster:
        with serving(cluster, senders, tmp_path) as line:
            for _ in range(KILLS):
                stores.send_on(line, senders, random)
                kill(cluster)
            stores.send_on(line, senders, random)

        cluster.wait_until_it_answers()
        with closing(open_store(cluster.url())) as store:
            assert stores.lost(store, senders) == 0
            stores.check(store, senders)


def test_a_postgresql_that_does_not_wait_for_its_disk_loses_what_it_acknowledged(tmp_path: Path) -> None:
    senders = stores.senders(random := Random(1))
    with postgresql(synchronous_commit="off", wal_writer_delay="10s") as cluster:
        with serving(cluster, senders, tmp_path) as line:
            stores.send_on(line, senders, random)
            kill_all(cluster)

        with closing(open_store(cluster.url())) as store:
            assert stores.lost(store, senders) > 0
