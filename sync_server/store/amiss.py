"""The queries about whether every press counted: days, missing ranges, quarantine."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from survey.entries import Entry
from sync_server.store.interface import Row, Store, Transaction
from sync_server.store.rows import Place

RARE = ("journal_begun", "journal_forked", "journal_salvaged", "journal_unreadable", "out_of_order")
"""Events that tell what became of a journal or its card."""
OFTEN = ("paused", "pin_refused", "resumed", "stuck", "suspicious")
"""What staff and devices do: told beside the rare ones, and never instead of them."""
NOTABLE = (*RARE, *OFTEN)
TOLD_IN_A_ROW = ("3", "10", "30", "100")  # of wrong PINs: one or two are a slip of the finger
_IS_NOTABLE = f"e.kind = 'event' AND e.about IN {NOTABLE}"  # word for word as in the index notable_events
_IS_TOLD = f"{_IS_NOTABLE} AND (e.about <> 'pin_refused' OR e.value IN {TOLD_IN_A_ROW})"
MOST_EVENTS = 50


class JournalRow(NamedTuple):
    """A journal and its terminal. answers: how many came, quarantined ones too. Instants are epoch ms.

    missing: how many ranges it lacks; carried: how many of its entries came in other journals.
    """

    location_id: str
    journal_id: int
    terminal_id: str
    touchpoint_id: str
    head_seq: int
    answers: int
    missing: int
    carried: int
    first_seen_at: int
    last_seen_at: int


class DayCounts(NamedTuple):
    """A day of a journal, by the terminal's own clock; see journal_days."""

    local_date: str
    pressed: int
    stored: int
    received: int
    quarantined: int
    repeated: int


class MissingRow(NamedTuple):
    location_id: str
    journal_id: int
    first_seq: int
    last_seq: int
    found_at: int
    accepted_at: int | None
    accepted_by: str | None
    accepted_why: str | None


class QuarantineGroup(NamedTuple):
    """Entries of one journal that lie in quarantine for one reason."""

    terminal_id: str
    location_id: str
    journal_id: int
    reason: str
    entries: int


class QuarantinedRow(NamedTuple):
    """An entry as it came. at, clock: as in answers."""

    seq: int
    chain: int
    at: int
    clock: str
    reason: str
    entry: str

    def read(self) -> Entry:
        return msgspec.json.decode(self.entry, type=Entry)


def journals(store: Store, terminal_id: str | None = None, journal_id: int | None = None) -> list[JournalRow]:
    """Of one terminal or of all, with this id or any, the one heard of last at the end.

    Not those known by carried-over entries alone.
    """
    wanted = {"terminal_id": terminal_id, "journal_id": journal_id}
    which = "".join(f" AND {name} = ?" for name, value in wanted.items() if value is not None)
    rows = store.read(
        "SELECT location_id, journal_id, terminal_id, touchpoint_id, head_seq, answers, missing, carried,"  # noqa: S608
        f" first_seen_at, last_seen_at FROM journals WHERE last_seen_at > 0{which}"
        " ORDER BY last_seen_at, first_seen_at, journal_id",
        [value for value in wanted.values() if value is not None],
    )
    return [JournalRow(*row) for row in rows]


def days(store: Store, location_id: str, journal_id: int) -> list[DayCounts]:
    """Oldest first."""
    rows = store.read(
        "SELECT local_date, pressed, stored, received, quarantined, repeated FROM journal_days"
        " WHERE location_id = ? AND journal_id = ? ORDER BY local_date",
        (location_id, journal_id),
    )
    return [DayCounts(*row) for row in rows]


def repeated(store: Store, location_id: str, journal_id: int) -> int:
    """Answers of the journal that had come before in another one, and count there."""
    ((answers,),) = store.read(
        "SELECT CAST(COALESCE(SUM(repeated), 0) AS BIGINT) FROM journal_days WHERE location_id = ? AND journal_id = ?",
        (location_id, journal_id),
    )
    return int(answers)


def carried_answers(store: Store, location_id: str, journal_id: int) -> list[tuple[int, int]]:
    """(born_seq, at) of the answers of the journal that came carried over into others before they came in it."""
    born = (
        "FROM {} o JOIN carried_over c ON o.location_id = c.location_id AND o.journal_id = c.journal_id"
        " AND o.seq = c.seq WHERE c.location_id = ? AND c.born_journal_id = ?"
    )
    key = (location_id, journal_id)
    found = [(seq, at) for seq, at in store.read("SELECT c.born_seq, o.at " + born.format("answers"), key)]
    for seq, at, entry in store.read("SELECT c.born_seq, o.at, o.entry " + born.format("quarantine"), key):
        if _is_answer(entry):
            found.append((seq, at))
    return sorted(found)


def answers_from(store: Store, location_id: str, journal_id: int, seq: int, most: int) -> int:
    """How many that count the journal itself has at this seq and after; no more than `most` are looked at."""
    ((answers,),) = store.read(
        "SELECT COUNT(*) FROM (SELECT 1 FROM answers WHERE location_id = ? AND journal_id = ? AND seq >= ? LIMIT ?) a",
        (location_id, journal_id, seq, most),
    )
    return int(answers)


def _is_answer(entry: str) -> bool:
    return msgspec.json.decode(entry, type=Entry).context.kind == "answer"


def answers_held(store: Store, location_id: str, journal_id: int) -> int:
    """Answers of a journal that count here, found by counting the rows, not by a tally."""
    ((answers,),) = store.read(
        "SELECT COUNT(*) FROM answers WHERE location_id = ? AND journal_id = ?", (location_id, journal_id)
    )
    return int(answers)


def rows_held(store: Store, location_id: str, journal_id: int) -> int:
    """The same, with those in quarantine."""
    rows = store.read(
        "SELECT entry FROM quarantine WHERE location_id = ? AND journal_id = ?", (location_id, journal_id)
    )
    return answers_held(store, location_id, journal_id) + sum(_is_answer(entry) for (entry,) in rows)


def events(store: Store, location_id: str, journal_id: int) -> list[Row]:
    """(at, about, value) of what became of this journal, newest first."""
    return store.read(
        "SELECT e.at, e.about, e.value FROM events e WHERE e.location_id = ? AND e.journal_id = ?"  # noqa: S608
        f" AND {_IS_TOLD} ORDER BY e.at DESC, e.seq DESC LIMIT ?",
        (location_id, journal_id, MOST_EVENTS),
    )


def events_since(store: Store, at: int) -> list[Row]:
    """(at, about, terminal_id, its name, its location's name) of what became of any journal, newest first."""
    return sorted([*_events_since(store, at, RARE), *_events_since(store, at, OFTEN)], reverse=True)


def _events_since(store: Store, at: int, which: tuple[str, ...]) -> list[Row]:
    return store.read(
        "SELECT e.at, e.about, t.terminal_id, t.name, l.name FROM events e"  # noqa: S608
        " JOIN journals j ON j.location_id = e.location_id AND j.journal_id = e.journal_id"
        " JOIN terminals t ON t.terminal_id = j.terminal_id JOIN locations l ON l.location_id = t.location_id"
        f" WHERE {_IS_TOLD} AND e.about IN {which} AND e.at >= ? ORDER BY e.at DESC, e.seq DESC LIMIT ?",
        (at, MOST_EVENTS),
    )


def missing_ranges(store: Store) -> list[MissingRow]:
    """Of all journals, oldest first."""
    rows = store.read(
        "SELECT location_id, journal_id, first_seq, last_seq, found_at, accepted_at, accepted_by, accepted_why"
        " FROM missing_ranges ORDER BY location_id, journal_id, first_seq"
    )
    return [MissingRow(*row) for row in rows]


def accept_loss(transaction: Transaction, lost: MissingRow, *, who: str, why: str, now_ms: int) -> bool:
    """True for the one who came first."""
    lock_journal(transaction, lost.location_id, lost.journal_id)
    transaction.execute(
        "UPDATE missing_ranges SET accepted_at = ?, accepted_by = ?, accepted_why = ?"
        " WHERE location_id = ? AND journal_id = ? AND first_seq = ? AND last_seq = ? AND accepted_at IS NULL",
        (now_ms, who, why, lost.location_id, lost.journal_id, lost.first_seq, lost.last_seq),
    )
    if transaction.changes() != 1:
        return False
    transaction.execute(
        "UPDATE journals SET missing = missing - 1 WHERE location_id = ? AND journal_id = ?",
        (lost.location_id, lost.journal_id),
    )
    return True


def lock_journal(transaction: Transaction, location_id: str, journal_id: int) -> None:
    """Before its entries are touched, as each exchange does: two that change it never wait crosswise."""
    transaction.execute(
        "UPDATE journals SET answers = answers WHERE location_id = ? AND journal_id = ?", (location_id, journal_id)
    )


def quarantine_groups(store: Store) -> list[QuarantineGroup]:
    """Most entries first."""
    rows = store.read(
        "SELECT j.terminal_id, q.location_id, q.journal_id, q.reason, CAST(COUNT(*) AS BIGINT) FROM quarantine q"
        " JOIN journals j ON j.location_id = q.location_id AND j.journal_id = q.journal_id"
        " GROUP BY j.terminal_id, q.location_id, q.journal_id, q.reason ORDER BY 5 DESC, q.journal_id, q.reason"
    )
    return [QuarantineGroup(*row) for row in rows]


def place_of(store: Store, location_id: str, journal_id: int) -> Place:
    """Where the journal counts."""
    ((touchpoint_id, time_zone),) = store.read(
        "SELECT j.touchpoint_id, l.time_zone FROM journals j JOIN locations l ON l.location_id = j.location_id"
        " WHERE j.location_id = ? AND j.journal_id = ?",
        (location_id, journal_id),
    )
    return Place(location_id, touchpoint_id, time_zone)


def quarantined_after(
    store: Store, location_id: str, journal_id: int, after_seq: int, reason: str | None, limit: int
) -> list[QuarantinedRow]:
    """In the order of their seqs; of one reason alone, or of any."""
    which, parameters = ("", ()) if reason is None else (" AND reason = ?", (reason,))
    rows = store.read(
        "SELECT seq, chain, at, clock, reason, entry FROM quarantine"  # noqa: S608
        f" WHERE location_id = ? AND journal_id = ? AND seq > ?{which} ORDER BY seq LIMIT ?",
        (location_id, journal_id, after_seq, *parameters, limit),
    )
    return [QuarantinedRow(*row) for row in rows]


def take_out(transaction: Transaction, location_id: str, journal_id: int, row: QuarantinedRow) -> bool:
    """True for the one who came first."""
    transaction.execute(
        "DELETE FROM quarantine WHERE location_id = ? AND journal_id = ? AND seq = ? AND chain = ?",
        (location_id, journal_id, row.seq, row.chain),
    )
    return transaction.changes() == 1


def give_reason(transaction: Transaction, location_id: str, journal_id: int, row: QuarantinedRow, reason: str) -> None:
    transaction.execute(
        "UPDATE quarantine SET reason = ? WHERE location_id = ? AND journal_id = ? AND seq = ? AND chain = ?",
        (reason, location_id, journal_id, row.seq, row.chain),
    )


def count_released(transaction: Transaction, location_id: str, journal_id: int, days: Mapping[str, int]) -> None:
    """days: local date -> answers that count now. Those of before days were kept have no row."""
    transaction.execute_many(
        "UPDATE journal_days SET quarantined = quarantined - ?"
        " WHERE location_id = ? AND journal_id = ? AND local_date = ?",
        [(answers, location_id, journal_id, local_date) for local_date, answers in sorted(days.items())],
    )
