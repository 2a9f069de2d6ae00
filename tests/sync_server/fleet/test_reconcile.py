from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sync_server.clock import now_ms
from sync_server.fleet.reconcile import differences, reconcile, summary
from sync_server.fleet.terminals import TerminalRow, revoke, terminals
from sync_server.store import Store, open_store
from tests import cast
from tests.sync_server.fleet.heard import WELL, enrol, hear


@pytest.fixture
def store(place: Path | str) -> Iterator[Store]:
    store = open_store(place)
    cast.settle(store)
    yield store
    store.close()


def test_when_all_is_well_there_is_no_difference() -> None:
    assert differences(WELL) == []
    assert summary(WELL) == "pressed 40 = stored 40 = sent 40 = counted 40"


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


def revoked(last_exchange_at: int | None) -> TerminalRow:
    return msgspec.structs.replace(WELL, revoked_at=1, last_exchange_at=last_exchange_at)
