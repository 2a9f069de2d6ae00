"""Whichever way words come into the store, what is personal in them is kept apart from what is shown."""

import msgspec

from sync_server.fleet.quarantine import release
from sync_server.store import places
from tests.sync_server.exchange.shop import NOW, SURVEY, Journal, Shop, about

SAID = "Soittakaa 040 123 4567"
SHOWN = "Soittakaa ⟦phone⟧"


def held(shop: Shop) -> tuple[list[str], list[str]]:
    """What is shown, and what is kept apart; of the same entries."""
    texts = shop.store.read("SELECT location_id, at, journal_id, seq, text FROM texts ORDER BY seq")
    originals = shop.store.read("SELECT location_id, at, journal_id, seq, text FROM unmasked ORDER BY seq")
    assert {row[:4] for row in originals} <= {row[:4] for row in texts}
    return [row[4] for row in texts], [row[4] for row in originals]


def test_an_answer_in_words_is_masked_as_it_comes(shop: Shop, journal: Journal) -> None:
    shop.receive(journal.visit(("overall", 1), ("words", SAID), ("words", "Jonotin 40 min")).request())

    assert held(shop) == ([SHOWN, "Jonotin 40 min"], [SAID])


def test_one_that_was_carried_over_is_masked(shop: Shop, journal: Journal) -> None:
    old = Journal("000000000000099").write(SAID, context=about("words"))
    shop.receive(journal.write(SAID, context=about("words"), born=old.birth(1)).request())

    assert held(shop) == ([SHOWN], [SAID])


def test_one_that_was_missing_and_is_handed_over_is_masked(shop: Shop, journal: Journal) -> None:
    journal.write(SAID, context=about("words")).write(5)
    shop.receive(journal.request(after=1, gap_after=0))
    assert held(shop) == ([], [])

    shop.receive(journal.request(upto=1))

    assert held(shop) == ([SHOWN], [SAID])


def test_one_that_is_released_from_quarantine_is_masked(shop: Shop, journal: Journal) -> None:
    shop.receive(journal.write(SAID, context=about("words", survey="shop@2")).request())
    with shop.store.write() as transaction:
        places.put_survey(transaction, msgspec.structs.replace(SURVEY, version=2))
    assert held(shop) == ([], [])

    release(shop.store, shop.ask, who="Cilla", now_ms=NOW)

    assert held(shop) == ([SHOWN], [SAID])
