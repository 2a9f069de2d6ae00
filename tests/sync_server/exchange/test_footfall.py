"""What people counters tell adds up beside the answers, and never among them."""

import pytest

from survey.questions import Value
from sync_server.exchange import arrival
from sync_server.exchange.arrival import MOST_PASSAGES
from sync_server.fleet.quarantine import groups, release
from sync_server.fleet.reconcile import reconcile
from sync_server.store import held
from sync_server.store.rows import PASSAGES, QUARTERS
from sync_server.upkeep.rebuild import check, rebuild
from tests.sync_server.exchange.shop import NOW, Journal, Shop, about

DOOR = about("door", kind="count", survey="")
QUARTER_MS = 15 * 60_000


def counted(journal: Journal, *passages: Value, late_ms: int = 0) -> Journal:
    """From 14:00 on, a quarter of an hour after the other. late_ms: the server's clock is ahead of the terminal's."""
    for number, value in enumerate(passages):
        journal.write(value, context=DOOR, uptime_ms=number * QUARTER_MS - late_ms)
    return journal


def hours(shop: Shop) -> list[tuple[str | int, ...]]:
    return sorted(shop.rows("local_hour, value, answers", "rollups WHERE question_id = 'count:door'"))


def recount(shop: Shop) -> list[object]:
    return list(check(shop.store, lambda done, of: None))


def test_passages_add_up_by_the_hour_with_how_many_quarters_were_told(shop: Shop, journal: Journal) -> None:
    request = counted(journal, 10, 0, 7, 3, 5).request()

    shop.receive(request)
    shop.receive(request)

    assert hours(shop) == [(14, PASSAGES, 20), (14, QUARTERS, 4), (15, PASSAGES, 5), (15, QUARTERS, 1)]
    assert shop.rows("value, answers", "daily_rollups ORDER BY value") == [(PASSAGES, 25), (QUARTERS, 5)]
    assert recount(shop) == []


def test_a_clock_that_is_some_seconds_off_moves_no_quarter_into_another_hour(shop: Shop, journal: Journal) -> None:
    shop.receive(counted(journal, 10, 10, 10, 10, late_ms=20_000).request())

    assert hours(shop) == [(14, PASSAGES, 40), (14, QUARTERS, 4)]


def test_passages_are_no_answers(shop: Shop, journal: Journal) -> None:
    shop.receive(counted(journal.write(5), 10, 20).request())

    assert (shop.counts(), shop.rows("answers", "journals")) == ({5: 1}, [(1,)])
    assert held.rolled_up(shop.store, "kamppi") == 1
    (row,) = reconcile(shop.store)
    assert (row.counted, row.disagreements) == (1, [])


@pytest.mark.parametrize("absurd", [MOST_PASSAGES + 1, -1, "many"])
def test_a_count_that_cannot_be_goes_into_quarantine_with_the_reason(
    shop: Shop, journal: Journal, absurd: Value
) -> None:
    shop.receive(counted(journal, absurd, MOST_PASSAGES).request())

    assert hours(shop) == [(14, PASSAGES, MOST_PASSAGES), (14, QUARTERS, 1)]
    assert [group.reason for group in groups(shop.store)] == [
        f"A counter counts 0 to 10000 in a quarter of an hour, not {str(absurd)!r}."
    ]
    assert recount(shop) == []


def test_passages_that_are_carried_over_count_once(shop: Shop, journal: Journal) -> None:
    counted(journal, 10, 20)
    shop.receive(journal.request(upto=1))
    clone = Journal("00000000000c10e")
    for entry in journal.entries:
        clone.write(entry.value, context=DOOR, born=journal.birth(entry.seq), uptime_ms=entry.uptime_ms)

    shop.receive(clone.request())
    shop.receive(journal.request(after=1))

    assert hours(shop) == [(14, PASSAGES, 30), (14, QUARTERS, 2)]
    assert recount(shop) == []


def test_a_rebuild_counts_passages_from_before_they_were_added_up(shop: Shop, journal: Journal) -> None:
    shop.receive(counted(journal, 10).request())
    with shop.store.write() as transaction:
        transaction.execute("DELETE FROM rollups")
        transaction.execute("DELETE FROM daily_rollups")
        transaction.execute("INSERT INTO events SELECT location_id, journal_id, 9, 9, at, kind, about, '?' FROM events")

    list(rebuild(shop.store, lambda done, of: None))

    assert hours(shop) == [(14, PASSAGES, 10), (14, QUARTERS, 1)]
    assert recount(shop) == []


def test_a_count_that_is_released_adds_up(shop: Shop, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.receive(counted(journal, MOST_PASSAGES + 1).request())
    monkeypatch.setattr(arrival, "MOST_PASSAGES", 2 * MOST_PASSAGES)  # as a later version may have it

    release(shop.store, shop.ask, who="Cilla", now_ms=NOW)

    assert hours(shop) == [(14, PASSAGES, MOST_PASSAGES + 1), (14, QUARTERS, 1)]
    assert recount(shop) == []
