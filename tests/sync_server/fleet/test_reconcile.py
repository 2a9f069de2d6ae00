import msgspec
import pytest

from sync_server.clock import now_ms
from sync_server.fleet.days import Gap
from sync_server.fleet.reconcile import differences, heading, reconcile, summary
from sync_server.fleet.terminals import TerminalRow, move, revoke, terminals
from sync_server.store import Store
from tests import cast
from tests.sync_server.fleet.heard import WELL, enrol, hear


@pytest.fixture
def store(store: Store) -> Store:
    """The cast's, without an answer."""
    cast.settle(store)
    return store


def test_when_all_is_well_there_is_no_difference() -> None:
    assert differences(WELL) == []
    assert summary(WELL) == "pressed 40 = stored 40 = sent 40 = counted 40"


def test_a_terminal_of_several_journals_says_that_its_line_is_of_the_newest() -> None:
    row = msgspec.structs.replace(WELL, journals=3)

    assert heading(WELL) == "Checkout 1 (Kamppi, Checkout), journal 1"
    assert heading(row) == "Checkout 1 (Kamppi, Checkout), journal 1 (the newest of 3)"


@pytest.mark.parametrize(
    ("since_ms", "said"),
    [(30_000, "30 s ago"), (5 * 60_000, "5 min ago"), (3 * 3_600_000, "3 h ago")],
    ids=["seconds", "minutes", "hours"],
)
def test_of_a_revoked_terminal_it_is_said_that_its_answers_since_are_not_known(since_ms: int, said: str) -> None:
    row = revoked(last_exchange_at=now_ms() - since_ms)

    assert differences(row) == [f"revoked: what it holds since {said} is not known"]
    assert summary(row).startswith("pressed 40 / stored 40 / sent 40 / counted 40: revoked")


def test_of_a_revoked_terminal_that_was_never_heard_of_nothing_is_known() -> None:
    row = revoked(last_exchange_at=None)

    assert differences(row) == ["revoked: it was never heard of"]


def test_a_journal_that_went_over_to_another_terminal_counts_for_that_one_alone(store: Store) -> None:
    first = enrol(store, "Till", now_ms=1)
    hear(store, first, answers=15, now_ms=2)
    revoke(store, first.terminal_id, now_ms=3)
    second = enrol(store, "Till", now_ms=4)
    before = {row.terminal_id: row.counted for row in terminals(store)}

    hear(store, second, answers=18, now_ms=5)
    after = {row.terminal_id: row for row in terminals(store)}

    assert before == {first.terminal_id: 15, second.terminal_id: 0}
    old, new = after[first.terminal_id], after[second.terminal_id]
    assert (new.pressed, new.sent, new.counted, new.succeeded_by) == (18, 18, 18, "")
    assert (old.pressed, old.stored, old.sent, old.counted, old.journal) == (0, 0, 0, 0, "")
    assert differences(old) == [f"its journal goes on with terminal {second.terminal_id}"]
    assert [(row.terminal_id, row.counted, row.has_gap) for row in reconcile(store)] == [(new.terminal_id, 18, False)]


def test_a_moved_terminal_is_as_it_was_last_heard_of_wherever_that_was(store: Store) -> None:
    till = enrol(store, "Till", now_ms=1)
    hear(store, till, answers=15, now_ms=2)
    move(store, till.terminal_id, "vasa-checkout", now_ms=3)
    hear(store, till, answers=0, now_ms=4, journal=43)

    (row,) = terminals(store)

    assert (row.location_name, row.last_exchange_at, row.journals, row.journal) == ("Vasa", 4, 2, f"{43:015x}")
    assert [day.counted for day in reconcile(store)[0].days][-1] == 15


def test_answers_that_had_come_before_in_another_journal_are_counted_there(store: Store) -> None:
    hear(store, enrol(store, "Till", now_ms=1), answers=15, now_ms=2)
    with store.write() as transaction:  # as if four of fifteen had been carried over into it, and had come before
        transaction.execute("UPDATE journals SET answers = 11")
        transaction.execute("UPDATE journal_days SET repeated = 4")
        transaction.execute("DELETE FROM answers WHERE seq <= 4")

    (row,) = reconcile(store)

    assert (row.sent, row.counted, row.has_gap) == (15, 15, False)
    assert [day.gaps for day in row.days] == [{Gap.REPEATED: 4}]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DELETE FROM answers WHERE seq = 3", ": 15 answers received, 14 held"),
        ("UPDATE journal_days SET received = 16, stored = 16", ": 16 answers in its days, 15 held"),
    ],
    ids=["a row is gone", "a tally is wrong"],
)
def test_rows_that_are_not_what_the_tallies_say_are_told(store: Store, damage: str, told: str) -> None:
    hear(store, enrol(store, "Till", now_ms=1), answers=15, now_ms=2)
    with store.write() as transaction:
        transaction.execute(damage)

    (row,) = reconcile(store)

    assert [text.removeprefix("journal 00000000000002a") for text in row.disagreements] == [told]
    assert row.has_gap


def revoked(last_exchange_at: int | None) -> TerminalRow:
    return msgspec.structs.replace(WELL, revoked_at=1, last_exchange_at=last_exchange_at)
