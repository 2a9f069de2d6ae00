"""Two PostgreSQL servers, one the synchronous standby of the other: what was acknowledged outlasts the first one.

The two traps of stack.md 3 are walked into on purpose, and each has its control: what would be lost without the guard.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest

from survey.exchange import EnrolmentReply
from sync_server.errors import StoreAway
from sync_server.store import open_store
from tests import cast
from tests.postgresql import Cluster
from tests.sync_server.fleet.heard import enrol, hear

NOW = cast.at("2026-11-21 18:00")
LIMIT_S = 60
WAITS = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = 'hymy'"


class Pair:
    """A primary, its standby, a store on both, and a terminal that has sent one answer."""

    def __init__(self, primary: Cluster, standby: Cluster, terminal: EnrolmentReply) -> None:
        self.primary, self.standby = primary, standby
        hosts = ",".join(f"127.0.0.1:{cluster.port}" for cluster in (primary, standby))
        self.store = open_store(f"postgresql://postgres@{hosts}/hymy")
        self.terminal = terminal

    def send(self, answers: int) -> None:
        """The terminal's journal of so many answers; acknowledged when this returns."""
        hear(self.store, self.terminal, answers, NOW)

    def wait_for_standby(self, *, is_on: bool) -> None:
        name = "standby" if is_on else ""
        self.primary.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
        self.primary.sql("SELECT pg_reload_conf()")
        until(lambda: self.primary.sql("SHOW synchronous_standby_names") == [(name,)])
        until(lambda: self.primary.sql("SELECT count(*) FROM pg_stat_replication") == [(1,)])

    def fail_over(self) -> None:
        """The primary is killed, and what it has not handed on is gone."""
        self.primary.kill()
        self.standby.promote()

    def held(self) -> int:
        """Answers, each once, and as many in the results."""
        rows = self.store.read("SELECT seq FROM answers ORDER BY seq")
        assert [seq for (seq,) in rows] == list(range(1, len(rows) + 1))
        assert self.store.read("SELECT CAST(SUM(answers) AS BIGINT) FROM rollups") == [(len(rows),)]
        return len(rows)


@pytest.fixture(scope="module")
def filled() -> Iterator[tuple[Cluster, EnrolmentReply]]:
    """A cluster that is not running any more, whose store holds one answer of this terminal."""
    cluster = Cluster()
    try:
        cluster.make().start().sql("CREATE DATABASE hymy")
        with closing(open_store(cluster.url("hymy"))) as store:
            cast.settle(store)
            terminal = enrol(store, "Till", NOW)
            hear(store, terminal, 1, NOW)
        cluster.stop()
        yield cluster, terminal
    finally:
        cluster.remove()


@pytest.fixture
def pair(filled: tuple[Cluster, EnrolmentReply]) -> Iterator[Pair]:
    with ExitStack() as stack:
        primary, standby = Cluster().make_like(filled[0]), Cluster().make_like(filled[0])
        for cluster in (primary, standby):
            stack.callback(cluster.remove)
        primary.start()
        standby.follow(primary, "standby").start()
        pair = Pair(primary, standby, filled[1])
        stack.callback(pair.store.close)
        pair.wait_for_standby(is_on=True)
        yield pair


def until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < end, "It never came."
        threading.Event().wait(0.02)


def again_and_again(act: Callable[[], None]) -> None:
    """As the writer and the terminals do."""
    end = time.monotonic() + LIMIT_S
    while True:
        try:
            return act()
        except StoreAway:
            assert time.monotonic() < end, "It never came back."
            threading.Event().wait(0.05)


def submitted(act: Callable[[], None]) -> "Future[None]":
    pool = ThreadPoolExecutor(1)
    future = pool.submit(act)
    pool.shutdown(wait=False)
    return future


def test_no_acknowledged_answer_is_lost_and_none_is_doubled(pair: Pair) -> None:
    acknowledged = [1]
    enough = threading.Event()

    def go_on() -> None:
        while not enough.is_set():
            again_and_again(lambda: pair.send(acknowledged[-1] + 1))
            acknowledged.append(acknowledged[-1] + 1)

    writer = threading.Thread(target=go_on)
    writer.start()
    until(lambda: len(acknowledged) > 20)
    pair.fail_over()
    before = acknowledged[-1]
    until(lambda: acknowledged[-1] >= before + 10)
    enough.set()
    writer.join(LIMIT_S)
    assert pair.held() == acknowledged[-1]


def test_without_the_wait_for_the_standby_what_was_acknowledged_is_lost(pair: Pair) -> None:
    """The control of the test above."""
    pair.wait_for_standby(is_on=False)
    pair.standby.cut_off()
    pair.send(2)
    pair.fail_over()
    again_and_again(lambda: None if pair.held() == 1 else pytest.fail("Nothing was lost."))


def test_a_commit_whose_wait_was_cancelled_is_no_acknowledgement(pair: Pair) -> None:
    """PostgreSQL tells it by a warning alone; the answer is here, and the standby lacks it."""
    pair.standby.cut_off()
    sending = submitted(lambda: pair.send(2))
    until(lambda: pair.primary.sql(WAITS))
    pair.primary.sql(WAITS.replace("pid", "pg_cancel_backend(pid)", 1))
    with pytest.raises(StoreAway, match="does not vouch"):
        sending.result(LIMIT_S)
    assert pair.held() == 2

    pair.fail_over()
    again_and_again(lambda: pair.send(1))
    assert pair.held() == 1
    pair.send(2)
    assert pair.held() == 2


def test_a_reply_that_the_server_holds_it_already_waits_for_the_standby_too(pair: Pair) -> None:
    """Else a repeated batch would be acknowledged that the standby lacks; a reading transaction would do just that."""
    pair.standby.cut_off()
    sending = submitted(lambda: pair.send(2))
    until(lambda: pair.primary.sql(WAITS))
    pair.primary.sql(WAITS.replace("pid", "pg_cancel_backend(pid)", 1))
    with pytest.raises(StoreAway):
        sending.result(LIMIT_S)
    assert pair.store.read("SELECT head_seq FROM journals") == [(2,)]  # the control: this one does not wait

    repeated = submitted(lambda: pair.send(2))
    until(lambda: pair.primary.sql(WAITS))
    pair.fail_over()
    with pytest.raises(StoreAway):
        repeated.result(LIMIT_S)
    again_and_again(lambda: pair.send(2))
    assert pair.held() == 2
