"""What staff answer about their own day comes in as it is and is mixed with no customer's answer."""

from pathlib import Path

import msgspec

from survey.questions import STAFF
from sync_server.fleet.quarantine import release
from sync_server.fleet.reconcile import reconcile
from sync_server.results.today import today
from sync_server.store import places
from sync_server.upkeep.rebuild import check
from tests.cast import KAMPPI
from tests.sync_server.exchange.shop import NOW, OVERALL, SURVEY, Journal, Shop, about

DAY_MS = 24 * 3_600_000
OWN_DAY = about(f"{STAFF}overall")


def test_staffs_answers_count_by_themselves(shop: Shop, journal: Journal) -> None:
    journal.write(5).write(1, 1, 2, context=OWN_DAY).write(4)

    shop.receive(journal.request())

    assert shop.counts() == {5: 1, 4: 1}
    assert shop.counts(f"{STAFF}overall") == {1: 2, 2: 1}
    assert shop.rows("reason", "quarantine") == []
    assert list(check(shop.store, lambda done, of: None)) == []


def test_today_shows_what_customers_answered(shop: Shop, journal: Journal) -> None:
    journal.write(*[5] * 12).write(*[1] * 12, context=OWN_DAY)
    shop.receive(journal.request())

    day = today(shop.store, KAMPPI, NOW, "en")

    assert (day.answers, day.figure and day.figure.value) == (12, 100)
    assert sum(hour.answers for hour in day.hours) == 12
    assert [row.answers for row in day.touchpoints if row.answers] == [12]


def test_an_own_day_beyond_the_scale_is_set_aside(tmp_path: Path, journal: Journal) -> None:
    shop = Shop(tmp_path / "data")

    shop.receive(journal.write(6, context=OWN_DAY).request())

    ((reason,),) = shop.rows("reason", "quarantine")
    assert "takes 1 to 5, not 6" in reason
    shop.store.close()


def test_staff_answer_no_other_question_as_staff(tmp_path: Path, journal: Journal) -> None:
    shop = Shop(tmp_path / "data")

    shop.receive(journal.write(1, context=about(f"{STAFF}why")).request())

    ((reason,),) = shop.rows("reason", "quarantine")
    assert "has no question 'staff:why'" in reason
    shop.store.close()


def test_the_last_answer_and_the_last_day_are_customers(shop: Shop, journal: Journal) -> None:
    journal.write(5, context=OVERALL).write(1, 1, context=OWN_DAY)
    shop.receive(journal.request())

    assert today(shop.store, KAMPPI, NOW, "en").last_answer == "14:01"
    assert today(shop.store, KAMPPI, NOW + 2 * DAY_MS, "en").last_date == "2026-11-21"


def test_staffs_answers_that_were_held_back_come_out_as_theirs(shop: Shop, journal: Journal) -> None:
    shop.receive(journal.write(1, context=about(f"{STAFF}overall", survey="shop@2")).request())
    with shop.store.write() as transaction:
        places.put_survey(transaction, msgspec.structs.replace(SURVEY, version=2))

    release(shop.store, shop.ask, who="Cilla", now_ms=NOW)

    assert (shop.counts(), shop.counts(f"{STAFF}overall")) == ({}, {1: 1})
    (row,) = reconcile(shop.store)
    assert (row.counted, row.disagreements) == (1, [])
