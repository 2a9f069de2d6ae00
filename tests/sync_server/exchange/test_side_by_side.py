"""Two servers on one PostgreSQL: what one has not committed yet, the other waits for (design.md 3.4)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from sync_server.exchange.ingest import receive
from tests.sync_server.exchange.shop import NOW, Journal, Shop

LIMIT_S = 60


@pytest.fixture
def place(database: str) -> str:
    return database


def test_an_entry_that_comes_where_it_first_stood_and_carried_over_at_the_same_time_counts_once(
    shop: Shop, journal: Journal
) -> None:
    shop.receive(journal.write(5).request())
    original = shop.incoming(journal.write(4).request(after=1))
    clone = Journal("0000000000000b1").write(4, born=journal.birth(2))

    with ThreadPoolExecutor(1) as pool:
        with shop.store.write() as transaction:
            receive(transaction, [original], ask=shop.ask, now_ms=NOW)
            carrying = pool.submit(shop.receive, clone.request())
            with pytest.raises(TimeoutError):  # it waits for what is not committed yet
                carrying.result(0.5)
        carrying.result(LIMIT_S)

    assert shop.counts() == {5: 1, 4: 1}
