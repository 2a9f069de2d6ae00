"""Entries that do not count are kept whole, and count once what kept them out is mended (design.md 3.5)."""

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from survey.questions import Survey
from sync_server.errors import NotFound
from sync_server.fleet.quarantine import Released, groups, release
from sync_server.store import places
from tests import cast
from tests.sync_server.exchange.shop import NOW, Journal, Shop, about

LATER = about("overall", survey="shop@2")
SHOP_2 = msgspec.structs.replace(cast.SURVEY, version=2)
DELIVERY = Survey("delivery", 1, cast.SURVEY.languages, cast.SURVEY.questions)


@pytest.fixture
def shop(place: Path | str) -> Iterator[Shop]:
    shop = Shop(place)
    yield shop
    shop.store.close()


def load(shop: Shop, survey: Survey) -> None:
    with shop.store.write() as transaction:
        places.put_survey(transaction, survey)


def days(shop: Shop) -> list[tuple[int, ...]]:
    return shop.rows("received, quarantined, repeated", "journal_days")


def let_out(shop: Shop, **which: str) -> Released:
    return release(shop.store, shop.ask, who="Cilla", now_ms=NOW, **which)


def test_what_fits_now_counts_on_the_day_when_it_was_given(shop: Shop) -> None:
    shop.receive(Journal().write(5).write(4, 4, 2, context=LATER).request())
    load(shop, SHOP_2)

    assert let_out(shop) == Released(3, 0)

    assert shop.counts() == {5: 1, 4: 2, 2: 1}
    assert shop.rows("local_date, SUM(answers)", "daily_rollups GROUP BY local_date") == [("2026-11-21", 4)]
    assert shop.rows("seq, value, survey", "answers ORDER BY seq") == [
        *((1, 5, "shop@1"), (2, 4, "shop@2")),
        *((3, 4, "shop@2"), (4, 2, "shop@2")),
    ]
    assert days(shop) == [(4, 0, 0)]
    assert shop.rows("who, what, about", "audit") == [("Cilla", "released from quarantine", "00000000000002a (3)")]
    assert groups(shop.store) == []


def test_what_is_let_out_after_its_day_was_over_came_later(shop: Shop) -> None:
    shop.receive(Journal().write(5).write(4, 4, 2, context=LATER).request())
    load(shop, SHOP_2)

    release(shop.store, shop.ask, who="Cilla", now_ms=NOW + 24 * 3600_000)

    assert shop.rows("question_id, local_date, answers", "late_answers") == [("overall", "2026-11-21", 3)]


def test_words_come_out_with_the_score_of_their_visit(shop: Shop) -> None:
    journal = Journal().visit(("overall", 2))
    journal.entries.append(
        msgspec.structs.replace(journal.entries[0], seq=2, value="Slow.", context=about("words", survey="shop@2"))
    )
    shop.receive(journal.request())
    load(shop, SHOP_2)

    assert let_out(shop) == Released(1, 0)

    assert shop.rows("text, score", "texts") == [("Slow.", 2)]


def test_what_still_does_not_fit_stays_with_the_reason_of_today(shop: Shop) -> None:
    shop.receive(Journal().write(9, context=LATER).request())
    (before,) = groups(shop.store)
    load(shop, SHOP_2)

    assert let_out(shop) == Released(0, 1)

    (after,) = groups(shop.store)
    assert before.reason == "Survey 'shop@2' was never loaded on this server."
    assert "9" in after.reason and after.reason != before.reason
    assert (shop.counts(), days(shop), shop.rows("*", "audit")) == ({}, [(1, 1, 0)], [])


def test_an_answer_to_a_survey_that_was_never_asked_there_waits_until_it_is(shop: Shop) -> None:
    load(shop, DELIVERY)
    shop.receive(Journal().write(3, context=about("overall", survey="delivery@1")).request())
    (group,) = groups(shop.store)
    assert group.reason == "Survey 'delivery' was never asked at touchpoint 'kamppi-checkout'."
    assert let_out(shop) == Released(0, 1)

    with shop.store.write() as transaction:
        places.put_touchpoints(transaction, [cast.CHECKOUT._replace(survey_id="delivery")])

    assert let_out(shop) == Released(1, 0)
    assert shop.counts() == {3: 1}


def test_only_the_reason_or_the_terminal_that_is_named_is_looked_at(shop: Shop) -> None:
    shop.receive(Journal().write(9).write(4, context=LATER).request())
    tapiola = shop.terminal("tapiola-checkout")
    shop.receive(Journal("00000000000002b").write(4, 4, context=LATER).request(), tapiola)
    load(shop, SHOP_2)

    assert let_out(shop, terminal_id=tapiola.terminal_id) == Released(2, 0)
    assert let_out(shop, reason="Survey 'shop@2' was never loaded on this server.") == Released(1, 0)
    with pytest.raises(NotFound):
        let_out(shop, reason="Survey 'shop@2' was never loaded on this server.")


def test_many_are_released_in_parts_and_each_part_is_told(shop: Shop) -> None:
    shop.receive(Journal().write(*[4] * 1200, context=LATER).request())
    load(shop, SHOP_2)
    told: list[tuple[int, int]] = []

    release(shop.store, shop.ask, who="Cilla", now_ms=NOW, tell=lambda done, of: told.append((done, of)))

    assert told == [(500, 1200), (1000, 1200), (1200, 1200)]
    assert shop.counts() == {4: 1200}


def test_two_who_release_at_once_count_each_entry_once(shop: Shop) -> None:
    shop.receive(Journal().write(*[4] * 1200, context=LATER).request())
    load(shop, SHOP_2)
    begin, done = threading.Barrier(2), []

    def one() -> None:
        begin.wait(timeout=60)
        done.append(let_out(shop))

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sum(each.released for each in done) == 1200
    assert shop.counts() == {4: 1200}
    assert sum(quarantined for _, quarantined, _ in days(shop)) == 0
