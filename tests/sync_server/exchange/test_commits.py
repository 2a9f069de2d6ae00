"""The one writer: exchanges that wait together are committed together, and none spoils another's."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest

from sync_server.changes import Changes
from sync_server.errors import Busy, ServerError
from sync_server.exchange.ingest import Received
from sync_server.exchange.writer import MAX_WAITING, Writer
from tests.sync_server.exchange.shop import NOW, Journal, Shop

LIMIT_S = 60


@pytest.fixture
def writer(shop: Shop) -> Iterator[Writer]:
    writer = Writer(shop.store, ask=shop.ask, clock=lambda: NOW, changes=Changes())
    yield writer
    writer.stop()


@contextmanager
def held_back(shop: Shop, writer: Writer) -> Iterator[None]:
    """The writer waits for the store while another writes, as `hymy terminals code` does."""
    with shop.store.write() as transaction:
        shop.hold_back(transaction)
        first = writer.submit(shop.incoming(Journal("00000000000f1e5").write(5).request()))
        until(first.running)  # taken from the queue: nothing joins its commit any more
        yield


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < end, "It never came."
        threading.Event().wait(0.001)


def journals(count: int) -> list[Journal]:
    return [Journal(f"{number:015x}").write(4) for number in range(1, count + 1)]


def test_what_was_submitted_is_held_when_the_answer_comes(shop: Shop, writer: Writer) -> None:
    journal = Journal().write(5, 4)
    received = writer.submit(shop.incoming(journal.request())).result(LIMIT_S)
    assert (received.head, received.appended) == (journal.head(2), 2)
    assert shop.counts() == {5: 1, 4: 1}


def test_exchanges_that_wait_are_written_in_one_commit(shop: Shop, writer: Writer) -> None:
    seen: list[int] = []
    with held_back(shop, writer):
        waiting = [writer.submit(shop.incoming(journal.request())) for journal in journals(20)]
        for future in waiting:
            future.add_done_callback(lambda _: seen.append(len(shop.rows("*", "journals"))))
    for future in waiting:
        future.result(LIMIT_S)
    assert set(seen) == {21}
    assert shop.counts() == {5: 1, 4: 20}


def test_one_exchange_that_fails_is_undone_whole_and_does_not_undo_the_others(shop: Shop, writer: Writer) -> None:
    shop.break_rollups("a fault after its answers were added", when="NEW.value = 3")
    with held_back(shop, writer):
        requests = [journal.request() for journal in (*journals(2), Journal("0000000000000b0").write(3))]
        good, late, bad = (writer.submit(shop.incoming(request)) for request in requests)
    assert [future.result(LIMIT_S).appended for future in (good, late)] == [1, 1]
    with pytest.raises(ServerError, match="a fault after its answers were added"):
        bad.result(LIMIT_S)
    assert shop.counts() == {5: 1, 4: 2}
    assert sorted(shop.rows("value", "answers")) == [(4,), (4,), (5,)]


def test_a_caller_who_went_away_stops_nobody(shop: Shop, writer: Writer) -> None:
    """A terminal whose connection broke while it waited: its future is cancelled, the writer goes on."""
    with held_back(shop, writer):
        gone, other = (writer.submit(shop.incoming(journal.request())) for journal in journals(2))
        gone.cancel()
    assert other.result(LIMIT_S).appended == 1
    assert writer.submit(shop.incoming(Journal().write(3).request())).result(LIMIT_S).appended == 1


def test_a_commit_that_fails_is_told_to_all_and_nothing_is_appended(shop: Shop, writer: Writer) -> None:
    """Rule 3.2: every terminal keeps its entries and tries again, and then they count once."""
    shop.break_rollups("the disk is full", how="ROLLBACK")
    request = Journal().write(5).request()
    with pytest.raises(ServerError, match="could not write"):
        writer.submit(shop.incoming(request)).result(LIMIT_S)
    shop.mend_rollups()
    assert writer.submit(shop.incoming(request)).result(LIMIT_S).appended == 1
    assert shop.counts() == {5: 1}


def test_more_than_can_be_served_soon_is_turned_away_at_once(shop: Shop, writer: Writer) -> None:
    """Rule 3.7."""
    waiting: list[Future[Received]] = []
    come = shop.incoming(Journal().request())
    with held_back(shop, writer):
        waiting = [writer.submit(come) for _ in range(MAX_WAITING)]
        with pytest.raises(Busy) as caught:
            writer.submit(come)
    assert (caught.value.retry_after_s, caught.value.status) == (15, 503)
    assert all(future.result(LIMIT_S) for future in waiting)


def test_what_waits_is_still_written_at_the_end(shop: Shop) -> None:
    writer = Writer(shop.store, ask=shop.ask, clock=lambda: NOW, changes=Changes())
    with held_back(shop, writer):
        waiting = [writer.submit(shop.incoming(journal.request())) for journal in journals(100)]
    writer.stop()
    assert [future.done() for future in waiting] == [True] * 100
    assert shop.counts() == {5: 1, 4: 100}
