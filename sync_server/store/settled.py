"""The queries about what figures leave out: answers that cannot be of different visitors."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from survey.questions import STAFF
from sync_server.store.interface import Read, Store, Transaction
from sync_server.store.rows import RollupKey

ASIDE = -1  # the value under which rollups count what was set aside
_ANSWERS = (
    "SELECT a.seq, a.at, a.visit, a.touchpoint_id, a.survey, a.question_id, a.value, s.seq IS NOT NULL"
    " FROM answers a LEFT JOIN set_aside s"
    " ON s.location_id = a.location_id AND s.journal_id = a.journal_id AND s.seq = a.seq"
    " WHERE a.location_id = ? AND a.journal_id = ?"
)
_NEWEST = "(SELECT MAX(b.seq) FROM answers b WHERE b.location_id = ? AND b.journal_id = ? AND b.seq <= ?)"
_VISIT_BEFORE = (
    "(SELECT b.visit FROM answers b WHERE b.location_id = a.location_id AND b.journal_id = a.journal_id"
    " AND b.seq < a.seq ORDER BY b.seq DESC LIMIT 1)"
)


class Unsettled(NamedTuple):
    """A journal with entries that were not looked at yet, or by an older rule alone."""

    location_id: str
    journal_id: int
    settled_seq: int
    settled_rule: int
    time_zone: str


class Given(NamedTuple):
    """An answer as it stands in its journal. is_aside: figures leave it out."""

    seq: int
    at: int
    visit: int
    touchpoint_id: str
    survey: str
    question_id: str
    value: int
    is_aside: bool


def unsettled(store: Store, rule: int, most: int) -> list[Unsettled]:
    """In the order in which exchanges lock journals. Those of a newer rule are left to servers that know it."""
    rows = store.read(
        "SELECT j.location_id, j.journal_id, j.settled_seq, j.settled_rule, l.time_zone"
        " FROM journals j JOIN locations l ON l.location_id = j.location_id"
        " WHERE j.settled_rule < ? OR (j.settled_rule = ? AND j.head_seq <> j.settled_seq)"
        " ORDER BY j.journal_id, j.location_id LIMIT ?",
        (rule, rule, most),
    )
    return [Unsettled(*row) for row in rows]


def take(transaction: Transaction, journal: Unsettled) -> int | None:
    """The seq of its head; None if somebody has looked at it since. Until the transaction ends nothing comes to it."""
    rows = transaction.execute(
        "UPDATE journals SET settled_rule = settled_rule WHERE location_id = ? AND journal_id = ?"
        " AND settled_seq = ? AND settled_rule = ? RETURNING head_seq",
        journal[:4],
    )
    return int(rows[0][0]) if rows else None


def put_settled(transaction: Transaction, journal: Unsettled, upto: int, rule: int) -> None:
    """All of it was looked at up to this entry."""
    transaction.execute(
        "UPDATE journals SET settled_seq = ?, settled_rule = ? WHERE location_id = ? AND journal_id = ?",
        (upto, rule, *journal[:2]),
    )


def look_again(transaction: Transaction, location_id: str, journal_id: int, first_seq: int) -> None:
    """At what stands from this entry on: something came before what was looked at already."""
    transaction.execute(
        "UPDATE journals SET settled_seq = ? WHERE location_id = ? AND journal_id = ? AND settled_seq >= ?",
        (first_seq - 1, location_id, journal_id, first_seq),
    )


def answers_from(read: Read, journal: Unsettled, after: int, most: int) -> list[Given]:
    """The newest up to an entry, if there is one, then those that follow it, in order."""
    key = journal[:2]
    rows = read(f"{_ANSWERS} AND a.seq >= COALESCE({_NEWEST}, 0) ORDER BY a.seq LIMIT ?", (*key, *key, after, most + 1))
    return [Given._make((*row[:7], bool(row[7]))) for row in rows]


def beginnings_before(read: Read, journal: Unsettled, upto: int, most: int) -> list[Given]:
    """The newest ones up to an entry that begin a visit of a customer, in order."""
    rows = read(
        f"{_ANSWERS} AND a.seq <= ? AND a.question_id NOT LIKE '{STAFF}%'"
        f" AND COALESCE({_VISIT_BEFORE}, -1) <> a.visit ORDER BY a.seq DESC LIMIT ?",
        (*journal[:2], upto, most),
    )
    return [Given._make((*row[:7], bool(row[7]))) for row in reversed(rows)]


def mark(transaction: Transaction, journal: Unsettled, seqs: Iterable[int], *, is_aside: bool) -> None:
    rows = [(journal.location_id, journal.journal_id, seq) for seq in seqs]
    statement = (
        "INSERT INTO set_aside (location_id, journal_id, seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        if is_aside
        else "DELETE FROM set_aside WHERE location_id = ? AND journal_id = ? AND seq = ?"
    )
    transaction.execute_many(statement, rows)


def aside_keys(keys: Sequence[RollupKey]) -> set[RollupKey]:
    """Where an answer that is set aside is counted, whatever its values."""
    return {key._replace(value=ASIDE) for key in keys}
