"""What cannot be of different visitors is left out of the figures, however it came, and by a new rule anew."""

from collections.abc import Iterable

import msgspec
import pytest

from survey.entries import Entry
from survey.questions import STAFF
from sync_server.results.settling import Settling
from sync_server.store.settled import ASIDE
from sync_server.upkeep.rebuild import check
from tests.sync_server.exchange.shop import Journal, Shop, about


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def settling(shop: Shop, told: list[str]) -> Settling:
    def tell(location_ids: Iterable[str]) -> None:
        told.extend(location_ids)

    return Settling(shop.store, ask=shop.ask, tell=tell)


def pressed(journal: Journal, *gaps_ms: int, about_what: str = "overall") -> Journal:
    """One more press after each gap."""
    for gap_ms in gaps_ms:
        at = (journal.entries[-1].uptime_ms if journal.entries else 0) + gap_ms
        journal.write(4, context=about(about_what), uptime_ms=at)
    return journal


def assert_recounted(shop: Shop) -> None:
    assert list(check(shop.store, lambda done, of: None)) == []


def test_play_is_left_out_and_said_so(shop: Shop, settling: Settling, told: list[str]) -> None:
    journal = pressed(Journal(), 60_000, 60_000, *[800] * 5, 60_000)
    shop.receive(journal.request())

    settling.settle()

    assert shop.counts() == {4: 2, ASIDE: 6}
    assert told == ["kamppi"]
    assert_recounted(shop)


@pytest.mark.parametrize("upto", [1, 5, 7])
def test_how_the_presses_were_sent_does_not_matter(shop: Shop, settling: Settling, upto: int) -> None:
    journal = pressed(Journal(), 60_000, 900, 60_000, 900, 900, 900, 900, 60_000, 900)

    shop.receive(journal.request(upto=upto))
    settling.settle()
    shop.receive(journal.request(after=upto))
    settling.settle()

    assert shop.counts() == {4: 2, ASIDE: 7}
    assert_recounted(shop)


def test_what_is_asked_after_the_first_question_is_no_press_of_its_own(shop: Shop, settling: Settling) -> None:
    entries = Journal().visit(("overall", 2), ("why", 1), ("words", "jono"), ("words", "jonoa")).entries
    quick = [msgspec.structs.replace(entry, uptime_ms=1_000 * entry.seq) for entry in entries]
    shop.receive(Journal(entries=quick).request())

    settling.settle()

    assert shop.rows("seq", "set_aside") == []


def test_what_somebody_who_listens_presses_counts_and_is_no_run(shop: Shop, settling: Settling) -> None:
    """Marks and pages are events between the answers of the same box."""
    journal = Journal()
    for what, kind in (("overall", "answer"), *[("pressed_while_heard", "event")] * 4, ("which", "answer")):
        context = msgspec.structs.replace(about(what, kind=kind), source="box:7c9e/1")
        seq = len(journal.entries) + 1
        journal.entries.append(Entry(seq, 1, 60_000 + 1_000 * seq, 5, context))
    shop.receive(journal.request())

    settling.settle()

    assert (shop.counts(), shop.counts("which")) == ({5: 1}, {1: 1, 3: 1})
    assert shop.rows("seq", "set_aside") == []


def test_staff_are_not_mistaken_for_children(shop: Shop, settling: Settling) -> None:
    shop.receive(pressed(Journal(), 60_000, *[900] * 5, about_what=f"{STAFF}overall").request())

    settling.settle()

    assert shop.counts(f"{STAFF}overall") == {4: 6}


def test_another_rule_looks_at_all_answers_again(shop: Shop, settling: Settling) -> None:
    shop.receive(pressed(Journal(), 60_000, 900, 60_000).request())
    settling.settle()
    with shop.store.write() as transaction:  # as a rule might have said that leaves out the last one, too
        transaction.execute("INSERT INTO set_aside SELECT location_id, journal_id, 3 FROM journals")
        for table in ("rollups", "daily_rollups"):
            transaction.execute(f"UPDATE {table} SET answers = CASE WHEN value = 4 THEN 1 ELSE 2 END")  # noqa: S608

    Settling(shop.store, ask=shop.ask, tell=lambda location_ids: None, rule=2).settle()

    assert shop.counts() == {4: 2, ASIDE: 1}
    assert shop.rows("settled_seq, settled_rule", "journals") == [(3, 2)]
    assert_recounted(shop)


def test_settling_again_changes_nothing(shop: Shop, settling: Settling, told: list[str]) -> None:
    shop.receive(pressed(Journal(), 60_000, *[800] * 5).request())
    settling.settle()
    told.clear()

    settling.settle()

    assert (settling.step(), told) == (False, [])
