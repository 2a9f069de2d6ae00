"""Appending at the head: every entry counts once, whatever is repeated, restored or cloned (design.md 3.2 to 3.5)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from survey.entries import Head
from survey.exchange import Request
from tests.sync_server.exchange.shop import Journal, Shop


def test_a_batch_counts_and_becomes_the_head(shop: Shop, journal: Journal) -> None:
    received = shop.receive(journal.write(5, 5, 1).request())
    assert (received.head, received.appended, received.known) == (journal.head(3), 3, [])
    assert shop.counts() == {5: 2, 1: 1}


def test_a_repeated_batch_counts_once(shop: Shop, journal: Journal) -> None:
    """Rule 3.2: the reply was lost, the terminal sends again."""
    request = journal.write(5, 4).request()
    first, again = shop.receive(request), shop.receive(request)
    assert (again.head, again.appended) == (first.head, 0)
    assert shop.counts() == {5: 1, 4: 1}


def test_of_a_batch_that_overlaps_the_head_only_the_rest_counts(shop: Shop, journal: Journal) -> None:
    """Rule 3.2."""
    shop.receive(journal.write(5, 4).request())
    received = shop.receive(journal.write(1).request(after=1))
    assert (received.head, received.appended) == (journal.head(3), 1)
    assert shop.counts() == {5: 1, 4: 1, 1: 1}


def test_of_two_batches_that_cross_each_entry_counts_once(shop: Shop, journal: Journal) -> None:
    """Rule 3.2: the older request arrives after the newer one."""
    older = journal.write(5, 4).request()
    newer = journal.write(3, 2).request()
    shop.receive(newer)
    received = shop.receive(older)
    assert (received.appended, received.known[0]) == (0, journal.head(4))
    assert shop.counts() == {5: 1, 4: 1, 3: 1, 2: 1}


def test_a_batch_beyond_the_head_is_not_appended_while_the_terminal_holds_what_is_between(
    shop: Shop, journal: Journal
) -> None:
    """Rule 3.2: the server says where its head is, and the terminal begins there."""
    shop.receive(journal.write(5).request())
    received = shop.receive(journal.write(4, 3).request(after=2))
    assert (received.head, received.appended, received.known[0]) == (journal.head(1), 0, journal.head(1))
    assert received.missing == []


def test_a_heartbeat_changes_nothing_and_is_told_the_head(shop: Shop, journal: Journal) -> None:
    shop.receive(journal.write(5, 4).request())
    received = shop.receive(journal.request(after=2))
    assert (received.head, received.appended, received.known) == (journal.head(2), 0, [])


def test_after_a_restore_of_an_older_copy_the_terminal_sends_again_what_came_after(
    shop: Shop, journal: Journal, copied: Callable[[Path | str], Path | str]
) -> None:
    """Rule 3.3: a copy of the store is put back; the terminal follows the head that it is told."""
    shop.receive(journal.write(5, 5).request())
    shop.store.close()
    backup = copied(shop.place)
    shop.open()
    shop.receive(journal.write(1, 1).request(after=2))
    shop.store.close()
    shop.place = backup

    shop.open()
    told = shop.receive(journal.write(3).request(after=4))
    assert (told.head, told.appended) == (journal.head(2), 0)
    shop.receive(journal.request(after=told.head.seq))
    assert shop.counts() == {5: 2, 1: 2, 3: 1}


def test_what_the_terminal_does_not_hold_any_more_is_written_down_as_missing(shop: Shop, journal: Journal) -> None:
    """Rule 3.3: the rest still counts, and every later reply names the gap."""
    shop.receive(journal.write(5).request())
    journal.write(4, 3, 2, 1)
    received = shop.receive(journal.request(after=3, gap_after=1))
    assert (received.head, received.missing) == (journal.head(5), [(2, 3)])
    assert shop.receive(journal.request(after=5)).missing == [(2, 3)]
    assert shop.counts() == {5: 1, 2: 1, 1: 1}


def test_a_chain_that_forked_is_told_the_known_heads_and_nothing_is_appended(shop: Shop, journal: Journal) -> None:
    """Rule 3.4: the terminal looks for the last common entry among them."""
    clone = journal.write(5, 5, 5).cloned()
    shop.receive(journal.write(4, 4, 4, 4).request())
    received = shop.receive(clone.write(1, 1, 1, 1, 1).request(after=7))
    assert (received.head, received.appended) == (journal.head(7), 0)
    assert received.known == [journal.head(seq) for seq in (7, 6, 5, 3)]
    assert shop.counts() == {5: 3, 4: 4}
    assert [head for head in received.known if clone.head(head.seq) == head] == [clone.head(3)]


def test_a_fork_shows_although_the_numbers_of_the_entries_are_the_same(shop: Shop, journal: Journal) -> None:
    """Rule 3.4: the chain tells, not the seq."""
    clone = journal.write(5).cloned()
    shop.receive(journal.write(4).request())
    received = shop.receive(clone.write(1).request())
    assert (received.head, received.appended, received.known[0]) == (journal.head(2), 0, journal.head(2))
    assert shop.counts() == {5: 1, 4: 1}


def test_a_wiped_terminal_that_begins_its_journal_anew_is_told_that_the_server_knows_more(
    shop: Shop, journal: Journal
) -> None:
    """Rule 3.4."""
    shop.receive(journal.write(5, 4).request())
    received = shop.receive(Journal(journal.name).write(1).request())
    assert (received.appended, received.known[0]) == (0, journal.head(2))


def test_an_answer_that_two_clones_carry_over_counts_once_and_different_ones_both(shop: Shop, journal: Journal) -> None:
    """Rule 3.4: both clones held entry 2, which the server lacks, and each has one of its own."""
    shop.receive(journal.write(5).request())
    journal.write(4)
    one, two = journal.cloned().write(1), journal.cloned().write(2)
    for name, clone in (("0000000000000b1", one), ("0000000000000b2", two)):
        carried = Journal(name)
        for entry in clone.entries[1:]:
            carried.write(entry.value, born=clone.birth(entry.seq))
        shop.receive(carried.request())
    assert shop.counts() == {5: 1, 4: 1, 1: 1, 2: 1}


def test_an_answer_that_was_received_where_it_first_stood_does_not_count_again_carried_over(
    shop: Shop, journal: Journal
) -> None:
    """Rule 3.4."""
    shop.receive(journal.write(5).request())
    shop.receive(Journal("0000000000000b1").write(5, born=journal.birth(1)).request())
    assert shop.counts() == {5: 1}


def test_an_answer_that_came_carried_over_does_not_count_again_where_it_first_stood(
    shop: Shop, journal: Journal
) -> None:
    """Rules 3.3 and 3.4: a closed journal is sent again to a server that was restored to before the fork."""
    journal.write(5, 4, 3)
    shop.receive(Journal("0000000000000b1").write(4, born=journal.birth(2)).request())
    received = shop.receive(journal.request())
    assert received.head == journal.head(3)
    assert shop.counts() == {5: 1, 4: 1, 3: 1}


@pytest.mark.parametrize("born", ["", "\0", "x/y/z", "00000000000002a/1", "2a/1/1", f"00000000000002a/{'9' * 30}/1"])
def test_a_birth_that_names_no_entry_goes_into_quarantine_with_the_rest_counted(shop: Shop, born: str) -> None:
    """Rule 3.5."""
    journal = Journal().write(5).write(4, born=born or f"00000000000002a/1/{2**64}").write(3)
    assert shop.receive(journal.request()).head == journal.head(3)
    assert shop.counts() == {5: 1, 3: 1}
    assert shop.rows("seq", "quarantine") == [(2,)]


def test_one_terminal_can_have_several_journals(shop: Shop) -> None:
    for name in ("0000000000000b1", "0000000000000b2"):
        shop.receive(Journal(name).write(5).request())
    assert shop.counts() == {5: 2}


@pytest.mark.parametrize("name", ["", "2a", "00000000000002A", "00000000000002a0", "g" * 15, "٣" * 15])
def test_a_journal_without_a_proper_name_is_refused_in_words(shop: Shop, name: str) -> None:
    with pytest.raises(ValueError, match="15 hexadecimal digits"):
        shop.receive(Request(name, Head()))
