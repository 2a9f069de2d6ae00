"""The queries about what figures leave out: answers that cannot be of different visitors."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from survey.questions import STAFF
from sync_server.store.interface import Read, Store, Transaction
from sync_server.store.rows import RollupKey

ASIDE = -1  # the value under which rollups count what was set aside


class Unsettled(NamedTuple):
    """A journal with entries that were not looked at yet, or by an older rule alone."""

    location_id: str
    journal_id: int
    head_seq: int
    settled_seq: int
    settled_rule: int
    time_zone: str


class Beginning(NamedTuple):
    """The first answer of a visit."""

    seq: int
    at: int
    touchpoint_id: str
    survey: str
    question_id: str
    value: int
    is_aside: bool


def unsettled(store: Store, rule: int, most: int) -> list[Unsettled]:
    rows = store.read(
        "SELECT j.location_id, j.journal_id, j.head_seq, j.settled_seq, j.settled_rule, l.time_zone"
        " FROM journals j JOIN locations l ON l.location_id = j.location_id"
        " WHERE j.head_seq <> j.settled_seq OR j.settled_rule <> ? LIMIT ?",
        (rule, most),
    )
    return [Unsettled(*row) for row in rows]


def take(transaction: Transaction, journal: Unsettled, upto: int, rule: int) -> bool:
    """True if nobody else looked at the journal since; nobody else can before the transaction has ended."""
    transaction.execute(
        "UPDATE journals SET settled_seq = ?, settled_rule = ? WHERE location_id = ? AND journal_id = ?"
        " AND settled_seq = ? AND settled_rule = ?",
        (upto, rule, *journal[:2], journal.settled_seq, journal.settled_rule),
    )
    return transaction.changes() == 1


def beginnings(read: Read, journal: Unsettled, after: int, most: int) -> list[Beginning]:
    """Those that follow an entry, without what staff say, in order."""
    return _beginnings(read, journal, "a.seq > ?", "a.seq", after, most)


def beginnings_before(read: Read, journal: Unsettled, upto: int, most: int) -> list[Beginning]:
    """The newest ones up to an entry, in order."""
    return _beginnings(read, journal, "a.seq <= ?", "a.seq DESC", upto, most)[::-1]


def _beginnings(read: Read, journal: Unsettled, where: str, order: str, seq: int, most: int) -> list[Beginning]:
    rows = read(
        "SELECT a.seq, a.at, a.touchpoint_id, a.survey, a.question_id, a.value, s.seq IS NOT NULL"  # noqa: S608
        " FROM answers a LEFT JOIN set_aside s"
        " ON s.location_id = a.location_id AND s.journal_id = a.journal_id AND s.seq = a.seq"
        f" WHERE a.location_id = ? AND a.journal_id = ? AND {where} AND a.question_id NOT LIKE '{STAFF}%'"
        " AND COALESCE((SELECT b.visit FROM answers b WHERE b.location_id = a.location_id"
        " AND b.journal_id = a.journal_id AND b.seq < a.seq ORDER BY b.seq DESC LIMIT 1), -1) <> a.visit"
        f" ORDER BY {order} LIMIT ?",
        (journal.location_id, journal.journal_id, seq, most),
    )
    return [Beginning._make((*row[:6], bool(row[6]))) for row in rows]


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
