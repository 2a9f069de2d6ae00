"""What the server lacks is taken from whoever still holds it, if the chain proves it (design.md 3.3)."""

import pytest

from survey.entries import Birth, Head
from survey.exchange import Closed
from sync_server.store import upkeep
from sync_server.store.upkeep import Backup, HeldHead
from tests.sync_server.exchange.shop import NOW, Journal, Shop


def with_a_gap(shop: Shop, journal: Journal) -> None:
    """Entries 3 to 6 of 8 are nowhere any more."""
    journal.write(1, 2, 3, 4, 5, 1, 2, 3)
    shop.receive(journal.request(upto=2))
    assert shop.receive(journal.request(after=6, gap_after=2)).missing == [(3, 6)]


def values(shop: Shop) -> list[int]:
    return [value for _, value in sorted(shop.rows("seq, value", "answers"))]


def test_who_holds_a_missing_range_hands_it_over(shop: Shop, journal: Journal) -> None:
    with_a_gap(shop, journal)
    received = shop.receive(journal.request(after=2, upto=6))
    assert (received.head, received.missing, received.appended) == (journal.head(8), [], 4)
    assert values(shop) == [1, 2, 3, 4, 5, 1, 2, 3]
    assert shop.rows("missing", "journals") == [(0,)]
    assert shop.counts() == {1: 2, 2: 2, 3: 2, 4: 1, 5: 1}


def test_a_long_range_is_handed_over_in_parts_from_its_end(shop: Shop, journal: Journal) -> None:
    with_a_gap(shop, journal)
    assert shop.receive(journal.request(after=4, upto=6)).missing == [(3, 4)]
    assert shop.receive(journal.request(after=2, upto=4)).missing == []
    assert values(shop) == [1, 2, 3, 4, 5, 1, 2, 3]


def test_a_batch_around_the_range_fills_it_and_counts_nothing_twice(shop: Shop, journal: Journal) -> None:
    with_a_gap(shop, journal)
    received = shop.receive(journal.write(4).request(after=1))
    assert (received.head, received.missing, received.appended) == (journal.head(9), [(3, 6)], 1)  # what is new first
    received = shop.receive(journal.request(after=1))
    assert (received.head, received.missing, received.appended) == (journal.head(9), [], 4)
    assert values(shop) == [1, 2, 3, 4, 5, 1, 2, 3, 4]


def test_a_part_that_does_not_reach_the_end_of_the_range_is_no_proof(shop: Shop, journal: Journal) -> None:
    with_a_gap(shop, journal)
    assert shop.receive(journal.request(after=2, upto=5)).missing == [(3, 6)]
    assert values(shop) == [1, 2, 2, 3]


def test_another_history_does_not_fill_the_range(shop: Shop, journal: Journal) -> None:
    with_a_gap(shop, journal)
    other = Journal(journal.name, journal.entries[:2]).write(5, 5, 5, 5)
    assert shop.receive(other.request(after=2, upto=6)).missing == [(3, 6)]
    assert values(shop) == [1, 2, 2, 3]


def test_what_came_carried_over_does_not_count_again_when_the_range_is_handed_over(
    shop: Shop, journal: Journal
) -> None:
    with_a_gap(shop, journal)
    clone = Journal("00000000000c10e")
    for seq in (3, 4):
        clone.write(journal.entries[seq - 1].value, born=journal.birth(seq))
    shop.receive(clone.request())
    shop.receive(journal.request(after=2, upto=6))
    assert shop.counts() == {1: 2, 2: 2, 3: 2, 4: 1, 5: 1}
    days = "SUM(received), SUM(repeated)"
    assert shop.rows(days, "journal_days") == [(10, 2)]


def test_a_loss_that_a_person_accepted_is_not_looked_for_any_more(shop: Shop, journal: Journal) -> None:
    with_a_gap(shop, journal)
    with shop.store.write() as transaction:
        transaction.execute("UPDATE missing_ranges SET accepted_at = 1")
        transaction.execute("UPDATE journals SET missing = 0")
    assert shop.receive(journal.request(after=8)).missing == []


def test_a_closed_journal_is_told_where_the_server_stands(shop: Shop, journal: Journal) -> None:
    """Rule 3.4: a terminal names what it keeps with each heartbeat."""
    with_a_gap(shop, journal)
    unknown = Journal("00000000000dead").write(5)
    new = Journal("000000000000fa5").write(4)
    shop.receive(new.request())
    closed = [Closed(journal.name, journal.head(8)), Closed(unknown.name, unknown.head(1))]
    standings = shop.receive(new.request(after=1, closed=closed)).closed
    assert [(one.journal, one.head, one.missing) for one in standings] == [
        (journal.name, journal.head(8), [(3, 6)]),
        (unknown.name, Head(), []),
    ]
    assert shop.receive(new.write(4).request(after=1, closed=closed)).closed == []  # with answers there is no time


def test_an_empty_batch_tells_of_a_gap_too(shop: Shop, journal: Journal) -> None:
    """Rule 3.3: nothing at all of a closed journal may be held any more."""
    shop.receive(journal.write(5, 4, 3).request(upto=1))
    received = shop.receive(journal.request(after=3, gap_after=1))
    assert (received.head, received.missing, received.appended) == (journal.head(3), [(2, 3)], 0)
    assert shop.receive(journal.request(after=1, upto=3)).missing == []
    assert values(shop) == [5, 4, 3]


def test_a_gap_after_another_head_than_the_server_s_is_not_written_down(shop: Shop, journal: Journal) -> None:
    """Late or crossing requests: what is lacking by now is another range, perhaps of another history."""
    clone = journal.write(5).cloned()
    shop.receive(clone.write(1, 1).request())
    journal.write(4, 3, 2, 1)
    for gap_after in (0, 1, 3):
        received = shop.receive(journal.request(after=4, gap_after=gap_after))
        assert (received.head, received.missing) == (clone.head(3), [])


def test_a_terminal_that_tells_of_a_gap_elsewhere_is_told_how_its_journal_stands_there(
    shop: Shop, journal: Journal
) -> None:
    """It was enrolled anew at another location, and the server restored to an ancient backup."""
    shop.receive(journal.write(5, 4, 3).request(upto=1))
    vasa = shop.terminal("vasa-checkout")
    received = shop.receive(journal.request(after=3, gap_after=0), vasa)
    assert (received.head, received.missing) == (journal.head(1), [])
    assert shop.receive(journal.request(after=3, gap_after=1), vasa).missing == [(2, 3)]


def test_a_terminal_may_forget_what_every_backup_holds(shop: Shop, journal: Journal) -> None:
    """Rule 3.3."""
    shop.receive(journal.write(5, 4, 3).request())
    heartbeat = journal.request(after=3, closed=[Closed(journal.name, journal.head(3))])
    assert shop.receive(heartbeat).may_forget is None
    for backup_id, seq in (("b1", 2), ("b2", 3)):
        upkeep.add_backup(shop.store, Backup(backup_id, backup_id, NOW, 1, ""))
        upkeep.add_backup_heads(
            shop.store, backup_id, [HeldHead("kamppi", int(journal.name, 16), seq, journal.head(seq).chain)]
        )
    received = shop.receive(heartbeat)
    assert (received.may_forget, received.closed[0].may_forget) == (journal.head(2), journal.head(2))


@pytest.mark.parametrize("backups", [[4], [4, 5], [2, 5], [0, 5]])
def test_a_closed_journal_may_be_forgotten_to_its_end_where_another_terminal_went_on(
    shop: Shop, journal: Journal, backups: list[int]
) -> None:
    """Rule 3.4: the clone's entries follow entry 3, which is the last that was not carried over."""
    shop.receive(journal.write(5, 4, 3, 2, 1).request())
    for seq in backups:
        upkeep.add_backup(shop.store, Backup(f"b{seq}", "", NOW, 1, ""))
        head = HeldHead("kamppi", int(journal.name, 16), seq, journal.head(seq).chain)
        upkeep.add_backup_heads(shop.store, f"b{seq}", [head])
    heartbeat = journal.request(after=5, closed=[Closed(journal.name, journal.head(3))])
    assert shop.receive(heartbeat).closed[0].may_forget == journal.head(min(3, *backups))


def test_a_closed_journal_may_not_be_forgotten_where_a_backup_has_another_history(shop: Shop, journal: Journal) -> None:
    clone = journal.write(5).cloned().write(1, 1, 1, 1)
    shop.receive(journal.write(4, 3, 2, 1).request())
    for backup_id, head in (("b1", journal.head(5)), ("b2", clone.head(4))):
        upkeep.add_backup(shop.store, Backup(backup_id, "", NOW, 1, ""))
        upkeep.add_backup_heads(
            shop.store, backup_id, [HeldHead("kamppi", int(journal.name, 16), head.seq, head.chain)]
        )
    heartbeat = journal.request(after=5, closed=[Closed(journal.name, journal.head(3))])
    assert shop.receive(heartbeat).closed[0].may_forget != journal.head(3)


def test_a_closed_journal_that_was_carried_over_counts_nothing_twice_after_a_restore(
    shop: Shop, journal: Journal
) -> None:
    """Rule 3.4: the server was restored to before the fork, and the new journal came first."""
    journal.write(5, 4)
    new = Journal("000000000000fa5").write(4, born=Birth(journal.name, 2, journal.head(2).chain).text)
    shop.receive(new.request())
    assert shop.rows("carried, head_seq", f"journals WHERE journal_id = {int(journal.name, 16)}") == [(1, 0)]
    shop.receive(journal.request())
    assert shop.counts() == {5: 1, 4: 1}
