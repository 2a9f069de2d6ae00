import msgspec
import pytest

from sync_server.clock import now_ms
from sync_server.fleet.reconcile import differences, summary
from sync_server.fleet.terminals import TerminalRow
from tests.sync_server.fleet.heard import WELL


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


def revoked(last_exchange_at: int | None) -> TerminalRow:
    return msgspec.structs.replace(WELL, revoked_at=1, last_exchange_at=last_exchange_at)
