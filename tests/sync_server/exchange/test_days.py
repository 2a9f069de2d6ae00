"""Pressed, stored, sent and counted of each day, by the terminal's own clock."""

import msgspec

from survey.exchange import Boot, Day
from tests import cast
from tests.sync_server.exchange.shop import NOW, OPENED, Journal, Shop, about

COLUMNS = "local_date, pressed, stored, received, quarantined, repeated"
DAY_MS = 24 * 3600 * 1000


def days(shop: Shop) -> list[tuple[object, ...]]:
    return sorted(shop.rows(COLUMNS, "journal_days"))


def test_answers_are_counted_on_the_day_that_the_terminal_told(shop: Shop, journal: Journal) -> None:
    journal.write(5, 4).write(3, uptime_ms=DAY_MS).write("booted", context=about("boot", kind="event"))
    told = [Day("2026-11-21", 3, 2), Day("2026-11-22", 1, 1)]
    shop.receive(msgspec.structs.replace(journal.request(), days=told))
    assert days(shop) == [("2026-11-21", 3, 2, 2, 0, 0), ("2026-11-22", 1, 1, 1, 0, 0)]


def test_a_wrong_clock_makes_no_gap(shop: Shop, journal: Journal) -> None:
    """Both sides count by the clock as it stood then, while the results have the true day."""
    wrong = msgspec.structs.replace(about("overall"), clock_ms=0)
    told = [Day("1970-01-01", 2, 2)]
    request = msgspec.structs.replace(journal.write(5, 4, context=wrong).request(), days=told)
    shop.receive(msgspec.structs.replace(request, boots=[Boot(1, "5f0c", OPENED, "server")]))
    assert days(shop) == [("1970-01-01", 2, 2, 2, 0, 0)]
    assert {date for (date,) in shop.rows("local_date", "rollups")} == {"2026-11-21"}


def test_what_is_in_quarantine_and_what_came_before_is_told_apart(shop: Shop, journal: Journal) -> None:
    shop.receive(journal.write(5, 4).request())
    clone = Journal("00000000000c10e").write(5, born=journal.birth(1)).write(9)
    shop.receive(clone.request())
    assert days(shop) == [("2026-11-21", 0, 0, 2, 0, 0), ("2026-11-21", 0, 0, 2, 1, 1)]


def test_a_repeated_batch_is_received_once(shop: Shop, journal: Journal) -> None:
    request = msgspec.structs.replace(journal.write(5, 4).request(), days=[Day("2026-11-21", 2, 2)])
    shop.receive(request)
    shop.receive(request)
    assert days(shop) == [("2026-11-21", 2, 2, 2, 0, 0)]


def test_the_older_of_two_tellings_changes_nothing_though_it_comes_last(shop: Shop, journal: Journal) -> None:
    journal.write(5, 4)
    shop.receive(msgspec.structs.replace(journal.request(), days=[Day("2026-11-21", 3, 2)]))
    shop.receive(msgspec.structs.replace(journal.request(upto=1), days=[Day("2026-11-21", 1, 1)]))
    assert days(shop) == [("2026-11-21", 3, 2, 2, 0, 0)]


def test_a_press_too_many_is_put_right_by_the_next_telling(shop: Shop, journal: Journal) -> None:
    """It came again as a repetition, say."""
    journal.write(5, 4)
    for pressed in (3, 2):
        shop.receive(msgspec.structs.replace(journal.request(), days=[Day("2026-11-21", pressed, 2)]))
    assert days(shop) == [("2026-11-21", 2, 2, 2, 0, 0)]


def test_what_comes_without_a_telling_leaves_what_was_told(shop: Shop, journal: Journal) -> None:
    shop.receive(msgspec.structs.replace(journal.request(), days=[Day("2026-11-21", 1, 0)]))
    shop.receive(journal.write(5).request())
    assert days(shop) == [("2026-11-21", 1, 0, 1, 0, 0)]


def test_a_clone_of_another_history_is_not_believed(shop: Shop, journal: Journal) -> None:
    shop.receive(msgspec.structs.replace(journal.write(5, 4).request(), days=[Day("2026-11-21", 2, 2)]))
    clone = Journal(journal.name, journal.entries[:1]).write(1, 1, 1)
    shop.receive(msgspec.structs.replace(clone.request(after=1), days=[Day("2026-11-21", 4, 4)]))
    assert days(shop) == [("2026-11-21", 2, 2, 2, 0, 0)]


def test_rollups_of_the_day_are_the_sum_of_its_hours(shop: Shop, journal: Journal) -> None:
    journal.write(5, 4, 5).write(5, uptime_ms=3 * 3600 * 1000).write(3, context=about("which"))
    shop.receive(journal.request())
    by_day = shop.rows("question_id, value, answers", "daily_rollups")
    assert sorted(by_day) == [("overall", 4, 1), ("overall", 5, 3), ("which", 1, 1), ("which", 2, 1)]
    assert len(shop.rows("*", "rollups")) == 5


def test_an_answer_of_a_question_that_was_never_asked_there_is_poison(shop: Shop, journal: Journal) -> None:
    """Rule 3.5: the wrong touchpoint."""
    with shop.store.write() as transaction:
        transaction.execute("DELETE FROM touchpoint_surveys WHERE touchpoint_id = 'kamppi-checkout'")
    shop.receive(journal.write(5).request())
    ((reason,),) = shop.rows("reason", "quarantine")
    assert reason == "Survey 'shop' was never asked at touchpoint 'kamppi-checkout'."


def test_an_entry_in_quarantine_keeps_its_instant(shop: Shop, journal: Journal) -> None:
    shop.receive(journal.write(9).request())
    assert shop.rows("at, clock, received_at", "quarantine") == [(OPENED + 60_000, "server", NOW)]
    assert cast.at("2026-11-21 14:01") == OPENED + 60_000
