"""The queries of the exchange: journals and their heads, entries, rollups."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import msgspec

from survey.entries import Birth, Entry, Head
from sync_server.store.interface import Row, Store, Transaction
from sync_server.store.rows import AnswerRow, Place, Placed, RollupKey, Words

KNOWN_STEPS = 40  # heads told when histories differ: the newest, and 1, 2, 4, 8... before it
VISIT_ENTRIES = 20  # how far back the shared question's answer of a visit is looked for
ROWS_TOGETHER = 50
_insert_answer = "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_insert_answers = _insert_answer + ", (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" * (ROWS_TOGETHER - 1)


class JournalRow(NamedTuple):
    """What the server holds of a journal. touchpoint_id: where its terminal stood when the journal began."""

    head: Head
    touchpoint_id: str


class Asking(NamedTuple):
    """The terminal that a token belongs to, and where it stands."""

    terminal_id: str
    terminal_name: str
    location_id: str
    touchpoint_id: str
    time_zone: str
    revoked_at: int | None


def terminal_of(store: Store, token_hash: str) -> Asking | None:
    rows = store.read(
        "SELECT t.terminal_id, t.name, t.location_id, t.touchpoint_id, l.time_zone, t.revoked_at"
        " FROM terminals t JOIN locations l ON l.location_id = t.location_id WHERE t.token_hash = ?",
        (token_hash,),
    )
    return Asking(*rows[0]) if rows else None


def open_journal(transaction: Transaction, asking: Asking, journal_id: int, now_ms: int) -> JournalRow:
    """Create, lock and read the journal's row in one statement."""
    (row,) = transaction.execute(
        "INSERT INTO journals (location_id, journal_id, terminal_id, touchpoint_id, head_seq, head_chain, answers,"
        " first_seen_at, last_seen_at) VALUES (?, ?, ?, ?, 0, 0, 0, ?, ?)"
        " ON CONFLICT (location_id, journal_id)"
        " DO UPDATE SET last_seen_at = excluded.last_seen_at, terminal_id = excluded.terminal_id"
        " RETURNING head_seq, head_chain, touchpoint_id",
        (asking.location_id, journal_id, asking.terminal_id, asking.touchpoint_id, now_ms, now_ms),
    )
    return JournalRow(Head(row[0], row[1]), row[2])


def move_head(
    transaction: Transaction, location_id: str, journal_id: int, *, old: Head, new: Head, answers: int
) -> bool:
    """True if the old head still stood there: then, and only then, the entries between are this transaction's."""
    transaction.execute(
        "UPDATE journals SET head_seq = ?, head_chain = ?, answers = answers + ?"
        " WHERE location_id = ? AND journal_id = ? AND head_seq = ? AND head_chain = ?",
        (new.seq, new.chain, answers, location_id, journal_id, old.seq, old.chain),
    )
    return transaction.changes() == 1


def add_answers(transaction: Transaction, rows: Sequence[AnswerRow]) -> None:
    """Rows as the table has its columns; many at a statement, because each one lets other threads in between."""
    whole = len(rows) - len(rows) % ROWS_TOGETHER
    for first in range(0, whole, ROWS_TOGETHER):
        transaction.execute(_insert_answers, list(chain.from_iterable(rows[first : first + ROWS_TOGETHER])))
    transaction.execute_many(_insert_answer, rows[whole:])


def add_rollups(transaction: Transaction, place: Place, sums: Mapping[RollupKey, int]) -> None:
    """sums: (local date, question, local hour, value) -> answers. Sorted, so that two writers never wait crosswise."""
    transaction.execute_many(
        "INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (location_id, local_date, question_id, touchpoint_id, local_hour, value)"
        " DO UPDATE SET answers = rollups.answers + excluded.answers",
        [
            (place.location_id, local_date, question_id, place.touchpoint_id, hour, value, count)
            for (local_date, question_id, hour, value), count in sorted(sums.items())
        ],
    )


def add_texts(transaction: Transaction, place: Place, journal_id: int, texts: Iterable[Words]) -> None:
    """The words of open answers, each with the first answer of its visit (to the shared question) as its score."""
    transaction.execute_many(
        "INSERT INTO texts (location_id, at, journal_id, seq, touchpoint_id, question_id, language, text, score)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(place.location_id, at, journal_id, entry.seq, place.touchpoint_id),
                *(entry.context.about, entry.context.language, str(entry.value)),
                _first_answer(transaction, place.location_id, journal_id, entry) if score is None else score,
            )
            for (entry, _, at, _), score in texts
        ],
    )


def _first_answer(transaction: Transaction, location_id: str, journal_id: int, entry: Entry) -> int | None:
    """What the person of this entry's visit answered first, in an earlier batch."""
    rows = transaction.execute(
        "SELECT value FROM answers WHERE location_id = ? AND journal_id = ? AND seq >= ? AND seq < ?"
        " AND visit = ? AND visit <> 0 ORDER BY seq LIMIT 1",
        (location_id, journal_id, entry.seq - VISIT_ENTRIES, entry.seq, entry.visit),
    )
    return int(rows[0][0]) if rows else None


def add_event(transaction: Transaction, location_id: str, journal_id: int, odd: Placed) -> None:
    """A count or an event."""
    entry = odd.entry
    transaction.execute(
        "INSERT INTO events (location_id, journal_id, seq, chain, at, kind, about, value)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(location_id, journal_id, entry.seq, odd.chain, odd.at),
            *(entry.context.kind, entry.context.about, str(entry.value)),
        ),
    )


def add_quarantined(
    transaction: Transaction, location_id: str, journal_id: int, odd: Placed, reason: str, now_ms: int
) -> None:
    """The whole entry, with the reason why it does not count."""
    transaction.execute(
        "INSERT INTO quarantine (location_id, journal_id, seq, chain, reason, entry, received_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(location_id, journal_id, odd.entry.seq, odd.chain, reason),
            *(msgspec.json.encode(odd.entry).decode(), now_ms),
        ),
    )


def carried_over(transaction: Transaction, location_id: str, journal_id: int, from_seq: int) -> set[tuple[int, int]]:
    """(seq, chain) of the entries of this journal that have come in other ones."""
    rows = transaction.execute(
        "SELECT born_seq, born_chain FROM carried_over WHERE location_id = ? AND born_journal_id = ? AND born_seq >= ?",
        (location_id, journal_id, from_seq),
    )
    return {(seq, link) for seq, link in rows}


def is_first_coming(transaction: Transaction, location_id: str, birth: Birth, journal_id: int, seq: int) -> bool:
    """Whether a carried-over entry has not been received before, where it first stood or from another clone."""
    born_journal_id = int(birth.journal, 16)
    for table in ("answers", "events", "quarantine"):
        if transaction.execute(
            f"SELECT 1 FROM {table} WHERE location_id = ? AND journal_id = ? AND seq = ? AND chain = ?",  # noqa: S608
            (location_id, born_journal_id, birth.seq, birth.chain),
        ):
            return False
    transaction.execute(
        "INSERT INTO carried_over (location_id, born_journal_id, born_seq, born_chain, journal_id, seq)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (location_id, born_journal_id, birth.seq, birth.chain, journal_id, seq),
    )
    return transaction.changes() == 1


def add_missing(
    transaction: Transaction, location_id: str, journal_id: int, *, lost: tuple[int, int], now_ms: int
) -> None:
    """lost: (first, last) seq that no terminal holds any more."""
    transaction.execute(
        "INSERT INTO missing_ranges (location_id, journal_id, first_seq, last_seq, found_at) VALUES (?, ?, ?, ?, ?)",
        (location_id, journal_id, *lost, now_ms),
    )


def missing(transaction: Transaction, location_id: str, journal_id: int) -> list[tuple[int, int]]:
    """(first, last) seqs, in order."""
    rows = transaction.execute(
        "SELECT first_seq, last_seq FROM missing_ranges WHERE location_id = ? AND journal_id = ? ORDER BY first_seq",
        (location_id, journal_id),
    )
    return [(first, last) for first, last in rows]


def known_heads(transaction: Transaction, location_id: str, journal_id: int, head: Head) -> list[Head]:
    """The head and some older entries with their chains, ever sparser, newest first."""
    found = [head]
    for step in range(KNOWN_STEPS):
        seq = head.seq - 2**step
        if seq < 1:
            break
        for table in ("answers", "events", "quarantine"):
            rows = transaction.execute(
                f"SELECT chain FROM {table} WHERE location_id = ? AND journal_id = ? AND seq = ?",  # noqa: S608
                (location_id, journal_id, seq),
            )
            found.extend(Head(seq, chain) for (chain,) in rows)
    return found


def note_state(
    transaction: Transaction, asking: Asking, journal_id: int, configuration: str, health: Row, now_ms: int
) -> None:
    """What changes at every exchange. health: version, pressed, stored, waiting, devices as JSON."""
    transaction.execute(
        "INSERT INTO terminal_states (location_id, terminal_id, last_exchange_at, journal_id, configuration,"
        " version, pressed, stored, waiting, devices) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (location_id, terminal_id) DO UPDATE SET last_exchange_at = excluded.last_exchange_at,"
        " journal_id = excluded.journal_id, configuration = excluded.configuration, version = excluded.version,"
        " pressed = excluded.pressed, stored = excluded.stored, waiting = excluded.waiting,"
        " devices = excluded.devices",
        (asking.location_id, asking.terminal_id, now_ms, journal_id, configuration, *health),
    )
