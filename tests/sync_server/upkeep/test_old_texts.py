"""Words that came before there was masking are masked once, and what was masked goes when they go."""

from sync_server.store import Store
from sync_server.upkeep.old_texts import OldTexts
from sync_server.upkeep.tidy import tidy
from tests import cast
from tests.sync_server.exchange.shop import NOW, Journal, Shop, about

DAY_MS = 86_400_000
SAID = "Soittakaa 040 123 4567"


def texts(store: Store) -> list[str]:
    return [text for (text,) in store.read("SELECT text FROM texts ORDER BY location_id, at")]


def originals(store: Store) -> list[str]:
    return [text for (text,) in store.read("SELECT text FROM unmasked ORDER BY location_id, at")]


def test_words_from_before_are_masked_everywhere_and_only_once(shop: Shop) -> None:
    for number, point in enumerate(cast.TOUCHPOINTS):
        cast.add_text(shop.store, point, NOW + number, SAID, language="fi", score=1)
    cast.add_text(shop.store, cast.CHECKOUT, NOW + 9, "Jonotin 40 min", language="fi", score=1)

    OldTexts(shop.store).step()

    assert texts(shop.store) == ["Soittakaa ⟦phone⟧"] * 2 + ["Jonotin 40 min"] + ["Soittakaa ⟦phone⟧"] * 2
    assert originals(shop.store) == [SAID] * 4
    cast.add_text(shop.store, cast.CHECKOUT, NOW + 10, SAID, language="fi", score=1)
    OldTexts(shop.store).step()
    assert SAID in texts(shop.store)  # nothing gets in past the mask; so nothing is looked at again


def test_a_server_that_stops_leaves_the_rest_to_the_next(shop: Shop) -> None:
    cast.add_text(shop.store, cast.CHECKOUT, NOW, SAID, language="fi", score=1)
    stopping = OldTexts(shop.store)
    stopping.stop()
    stopping.step()
    assert texts(shop.store) == [SAID]

    OldTexts(shop.store).step()

    assert texts(shop.store) == ["Soittakaa ⟦phone⟧"]


def test_what_was_masked_and_done_goes_with_the_words(shop: Shop) -> None:
    shop.receive(Journal().write(SAID, context=about("words")).request())
    key = shop.store.read("SELECT location_id, at, journal_id, seq FROM texts")[0]
    with shop.store.write() as transaction:
        transaction.execute("INSERT INTO comment_acts VALUES (?, ?, ?, ?, 1, 0, 'aino', 'noted', '', 'x')", key)
    kept = ("texts", "unmasked", "comment_acts")

    tidy(shop.store, keep_texts_days=1, now_ms=NOW)
    before = [len(shop.rows("seq", table)) for table in kept]
    tidy(shop.store, keep_texts_days=1, now_ms=NOW + 2 * DAY_MS)

    assert before == [1, 1, 1]
    assert [len(shop.rows("seq", table)) for table in kept] == [0, 0, 0]
