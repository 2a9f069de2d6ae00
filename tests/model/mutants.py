"""The designs that lose answers (faults.md 1.1): each replaces one decision of the real code. The model must notice."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

from kiosk import offering
from kiosk.exchange import Exchange
from kiosk.journal import journal as journal_module
from kiosk.journal.journal import Journal
from kiosk.journal.records import Records
from sync_server.store import journals, upkeep


class Change(NamedTuple):
    owner: Any
    name: str
    instead: Callable[..., Any]


def _moves_onward_alone(exchange: Any, head: Any, real: Any = Exchange._move) -> Any:
    return True if exchange._is_acknowledged(head) and head.seq < exchange._after.seq else real(exchange, head)


def _held_by_all(read: Any, location_id: str, journal_id: int, rows: Any, real: Any = upkeep._held_by_all) -> Any:
    """Also what lies in a gap, and above it."""
    return real(read, location_id, journal_id, rows and [(*row[:3], None) for row in rows])


def _whole_heads(file: Any) -> Any:
    rows = file.stream("SELECT location_id, journal_id, head_seq, head_chain FROM journals")
    return (upkeep.HeldHead(*row) for row in rows)


MUTANTS: dict[str, list[Change]] = {
    "acknowledged by number alone": [
        Change(Exchange, "_is_acknowledged", lambda exchange, head: head.seq <= exchange._records.newest().seq)
    ],
    "no identity of what is carried over": [Change(journal_module, "born", lambda journal_id, entry, link: entry)],
    "no rewind to an older head": [Change(Exchange, "_move", _moves_onward_alone)],
    "forgotten once acknowledged": [
        Change(Journal, "may_be_forgotten", lambda journal: journal.head().seq),
        Change(offering, "may_be_emptied", lambda kept, standing, is_old: standing.head == kept.closed.end),
    ],
    "carried over from the last acknowledged entry": [
        Change(Records, "last_common", lambda records, heads: records.head())
    ],
    "missing ranges not kept": [Change(journals, "add_missing", lambda transaction, journal, lost, now_ms: None)],
    "forgotten inside and above a gap": [
        Change(upkeep, "_held_by_all", _held_by_all),
        Change(upkeep, "held_heads", _whole_heads),
    ],
    "closed journals emptied": [Change(offering, "may_be_emptied", lambda kept, standing, is_old: True)],
}


@contextmanager
def mutated(name: str) -> Iterator[None]:
    with ExitStack() as stack:
        for change in MUTANTS[name]:
            stack.enter_context(patch.object(change.owner, change.name, change.instead))
        yield
