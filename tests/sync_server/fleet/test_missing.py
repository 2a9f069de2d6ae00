"""Entries that no one holds any more are looked for until a person accepts the loss (design.md 3.3)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_server.changes import Changes
from sync_server.errors import NotFound, Unexplained
from sync_server.exchange.writer import Writer
from sync_server.fleet.missing import Missing, accept, missing
from sync_server.fleet.reconcile import reconcile
from sync_server.fleet.terminals import terminals
from tests.sync_server.exchange.shop import NOW, Journal, Shop

NAME = "00000000000002a"


@pytest.fixture
def shop(place: Path | str) -> Iterator[Shop]:
    """Its terminal pressed ten times and forgot the entries 3 to 6 before they came."""
    shop = Shop(place)
    journal = Journal(NAME).write(*[4] * 10)
    shop.receive(journal.request(upto=2))
    shop.receive(journal.request(after=6, gap_after=2))
    yield shop
    shop.store.close()


def give_up(shop: Shop, why: str = "the card broke", first: int = 3) -> Missing:
    return accept(shop.store, NAME, first, who="Cilla", why=why, now_ms=NOW)


def test_a_range_is_told_with_its_terminal(shop: Shop) -> None:
    (lost,) = missing(shop.store)

    assert (lost.terminal_id, lost.journal, lost.first_seq, lost.last_seq) == (shop.kamppi.terminal_id, NAME, 3, 6)
    assert lost.words == f"entries 3-6 of journal {NAME} missing for good; looked for"
    assert [(row.missing, row.has_gap) for row in reconcile(shop.store)] == [(4, True)]


def test_the_server_s_log_says_once_what_was_lost(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    writer = Writer(shop.store, ask=shop.ask, clock=lambda: NOW, changes=Changes())
    journal = Journal("00000000000002b").write(*[4] * 5)

    for request in (journal.request(after=3, gap_after=0), journal.request(after=5, gap_after=0)):
        writer.submit(shop.incoming(request)).result(timeout=60)
    writer.stop()

    (line,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert line == (
        f"Terminal {shop.kamppi.terminal_id} does not hold entries 1 to 3 of journal 00000000000002b any more:"
        " see hymy missing list."
    )


def test_an_accepted_loss_is_not_looked_for_any_more_and_stays_on_record(shop: Shop) -> None:
    give_up(shop, why="  the card   broke ")

    (lost,) = missing(shop.store)
    assert (lost.accepted_at, lost.accepted_by, lost.accepted_why) == (NOW, "Cilla", "the card broke")
    assert shop.rows("missing", "journals") == [(0,)]
    assert shop.rows("at, who, what, about", "audit") == [
        (NOW, "Cilla", "loss accepted", f"{NAME} 3–6: the card broke")
    ]
    assert [row.missing for row in terminals(shop.store)] == [0]
    assert [row.has_gap for row in reconcile(shop.store)] == [False]


@pytest.mark.parametrize("why", ["", "  ", "x", "gone"])
def test_a_loss_is_not_accepted_without_at_least_some_words(shop: Shop, why: str) -> None:
    with pytest.raises(Unexplained):
        give_up(shop, why=why)

    assert shop.rows("missing", "journals") == [(1,)]


def test_a_loss_is_accepted_once_and_only_where_there_is_one(shop: Shop) -> None:
    give_up(shop)

    for first in (3, 4):
        with pytest.raises(NotFound):
            give_up(shop, first=first)

    assert shop.rows("missing", "journals") == [(0,)]
    assert len(shop.rows("*", "audit")) == 1
