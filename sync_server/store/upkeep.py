"""The queries of upkeep: backups and what they hold, what is over, and the recount of all answers."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from survey.entries import START, Entry, Head
from survey.questions import Survey
from sync_server.store.backup_file import BackupFile
from sync_server.store.interface import Bindable, Read, Row, Snapshot, Store, Transaction
from sync_server.store.journals import chains_at
from sync_server.store.rows import ENTRIES, RollupKey

WHOLE_DAY = -1  # a daily rollup's hour
NEVER = "Z"  # a turn after every other, in any language's order


class Backup(NamedTuple):
    """One that is kept. file: where it lies."""

    backup_id: str
    file: str
    made_at: int
    size_bytes: int
    sha256: str


class HeldHead(NamedTuple):
    """Up to where a backup holds a journal without a gap."""

    location_id: str
    journal_id: int
    head_seq: int
    head_chain: int


class CountedRow(NamedTuple):
    """So many answers with this value, in a quarter of an hour (at // QUARTER_MS). is_aside: figures leave them out."""

    quarter: int
    touchpoint_id: str
    survey: str
    question_id: str
    value: int
    is_aside: bool
    answers: int


class CountRow(NamedTuple):
    """An entry of a people counter. passages: -1 for what is no number."""

    at: int
    touchpoint_id: str
    counter: str
    passages: int


def may_forget(read: Read, location_id: str, journal_ids: Sequence[int]) -> dict[int, Head | None]:
    """For each journal up to where every backup that is kept holds it; None: nothing of it may be forgotten.

    Bounded by the first missing range that nobody accepted. Changes only with a backup, and with a missing range.
    """
    marks = ", ".join("?" * len(journal_ids))
    held: dict[int, list[Row]] = {}
    for journal_id, *row in read(
        "SELECT h.journal_id, h.head_seq, h.head_chain, (SELECT COUNT(*) FROM backups),"  # noqa: S608
        " (SELECT MIN(m.first_seq) FROM missing_ranges m WHERE m.location_id = h.location_id"
        " AND m.journal_id = h.journal_id AND m.accepted_at IS NULL)"
        " FROM backup_heads h JOIN backups b ON b.backup_id = h.backup_id"
        f" WHERE h.location_id = ? AND h.journal_id IN ({marks}) ORDER BY h.head_seq",
        (location_id, *journal_ids),
    ):
        held.setdefault(journal_id, []).append(tuple(row))
    return {journal_id: _held_by_all(read, location_id, journal_id, held.get(journal_id)) for journal_id in journal_ids}


def _held_by_all(read: Read, location_id: str, journal_id: int, rows: list[Row] | None) -> Head | None:
    """rows: head_seq, head_chain, backups, first missing seq; for each backup that knows the journal, oldest first."""
    if not rows or len(rows) < rows[0][2]:
        return None
    seq, chain, _, first_missing = rows[0]
    if first_missing is not None and first_missing <= seq:
        return newest_before(read, location_id, journal_id, first_missing)
    return Head(seq, chain)


def is_in_all(read: Read, location_id: str, journal_id: int, entry: Head) -> bool:
    """Whether every backup that is kept holds this entry: it and the head of each stand in the journal as it is now."""
    rows = read(
        "SELECT h.head_seq, h.head_chain, (SELECT COUNT(*) FROM backups)"
        " FROM backup_heads h JOIN backups b ON b.backup_id = h.backup_id WHERE h.location_id = ? AND h.journal_id = ?",
        (location_id, journal_id),
    )
    heads = [Head(seq, chain) for seq, chain, _ in rows]
    return (
        bool(rows)
        and len(rows) == rows[0][2]
        and all(head.seq >= entry.seq for head in heads)
        and all(not head.seq or head in chains_at(read, location_id, journal_id, head.seq) for head in {entry, *heads})
    )


def newest_before(read: Read, location_id: str, journal_id: int, seq: int) -> Head:
    """The newest entry before this one whose chain is at hand."""
    found = [(0, START)]
    for table in ENTRIES:
        found += read(
            f"SELECT seq, chain FROM {table} WHERE location_id = ? AND journal_id = ? AND seq < ?"  # noqa: S608
            " ORDER BY seq DESC LIMIT 1",
            (location_id, journal_id, seq),
        )
    return Head(*max(found))


def backups(store: Store) -> list[Backup]:
    """Those that are kept, newest first."""
    rows = store.read(
        "SELECT backup_id, file, made_at, size_bytes, sha256 FROM backups ORDER BY made_at DESC, backup_id DESC", ()
    )
    return [Backup(*row) for row in rows]


def add_backup(store: Store, backup: Backup) -> None:
    """Without its heads it holds every journal back: the row first, so that no terminal forgets too early."""
    with store.write() as transaction:
        transaction.execute(
            "INSERT INTO backups (backup_id, file, made_at, size_bytes, sha256) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (backup_id) DO UPDATE SET file = excluded.file",
            backup,
        )


def add_backup_heads(store: Store, backup_id: str, heads: Iterable[HeldHead]) -> None:
    with store.write() as transaction:
        transaction.execute_many(
            "INSERT INTO backup_heads (location_id, journal_id, backup_id, head_seq, head_chain) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [(head.location_id, head.journal_id, backup_id, head.head_seq, head.head_chain) for head in heads],
        )


def remove_backup(store: Store, backup_id: str) -> None:
    """The heads of one location after the other, then the row: until then it holds every journal back."""
    for location_id in location_ids(store):
        with store.write() as transaction:
            transaction.execute(
                "DELETE FROM backup_heads WHERE location_id = ? AND backup_id = ?", (location_id, backup_id)
            )
    with store.write() as transaction:
        transaction.execute("DELETE FROM backups WHERE backup_id = ?", (backup_id,))


def held_heads(file: BackupFile) -> Iterator[HeldHead]:
    """For each journal how far the backup goes without a gap."""
    can_accept = "accepted_at" in file.tables()["missing_ranges"]  # not so in 0.1
    gaps = {
        (location_id, journal_id): first_seq
        for location_id, journal_id, first_seq in file.stream(
            f"SELECT location_id, journal_id, MIN(first_seq) FROM missing_ranges"  # noqa: S608
            f" {'WHERE accepted_at IS NULL' if can_accept else ''} GROUP BY location_id, journal_id"
        )
    }
    for row in file.stream("SELECT location_id, journal_id, head_seq, head_chain FROM journals"):
        head = HeldHead(*row)
        gap = gaps.get(head[:2])
        if gap is not None and gap <= head.head_seq:
            before = newest_before(file.read, *head[:2], gap)
            head = head._replace(head_seq=before.seq, head_chain=before.chain)
        yield head


def journals_outrun(file: BackupFile) -> list[Row]:
    """(location_id, journal_id) of journals that hold entries beyond their head: no transaction leaves that."""
    return [
        row
        for table in ENTRIES
        for row in file.read(
            f"SELECT DISTINCT j.location_id, j.journal_id FROM journals j JOIN {table} e"  # noqa: S608
            " ON e.location_id = j.location_id AND e.journal_id = j.journal_id AND e.seq > j.head_seq"
        )
    ]


def take_chore(transaction: Transaction, chore: str, turn: str, *, not_after: str = NEVER) -> bool:
    """True for the one who came first to this turn, or to a later one than was taken.

    not_after: where turns are times, one that is taken beyond it was by a clock gone wrong, and stands in nobody's way.
    """
    transaction.execute(
        "INSERT INTO chores (chore, taken) VALUES (?, ?) ON CONFLICT (chore) DO UPDATE SET taken = excluded.taken"
        " WHERE chores.taken < excluded.taken OR chores.taken > ?",
        (chore, turn, not_after),
    )
    return transaction.changes() == 1


def follow_chore(transaction: Transaction, chore: str, was: str, turn: str) -> bool:
    """True where the newest turn is still what it was, empty for none: now it is this one."""
    transaction.execute(
        "INSERT INTO chores (chore, taken) VALUES (?, ?) ON CONFLICT (chore) DO UPDATE SET taken = excluded.taken"
        " WHERE chores.taken = ?",
        (chore, turn, was),
    )
    return transaction.changes() == 1


def chore_taken(store: Store, chore: str) -> str:
    """The newest turn; empty where there was none."""
    rows = store.read("SELECT taken FROM chores WHERE chore = ?", (chore,))
    return str(rows[0][0]) if rows else ""


def begin_chore(transaction: Transaction, chore: str, turn: str) -> None:
    """Whoever was at it before has lost it."""
    transaction.execute(
        "INSERT INTO chores (chore, taken) VALUES (?, ?) ON CONFLICT (chore) DO UPDATE SET taken = excluded.taken",
        (chore, turn),
    )


def has_chore(transaction: Transaction, chore: str, turn: str) -> bool:
    """Whether this is still the turn; nobody else begins one before the transaction has ended."""
    transaction.execute("UPDATE chores SET taken = taken WHERE chore = ? AND taken = ?", (chore, turn))
    return transaction.changes() == 1


def location_ids(store: Store) -> list[str]:
    """Of all that ever had answers, also where the place is not set up any more."""
    rows = store.read("SELECT location_id FROM locations UNION SELECT location_id FROM journals ORDER BY 1", ())
    return [location_id for (location_id,) in rows]


def old_texts(transaction: Transaction, location_id: str, before_ms: int, most: int) -> list[Row]:
    """Key of each. One whose time is not known stays while its journal is heard of: it may be as young as that."""
    return transaction.execute(
        "SELECT t.location_id, t.at, t.journal_id, t.seq FROM texts t"
        " JOIN answers a ON a.location_id = t.location_id AND a.journal_id = t.journal_id AND a.seq = t.seq"
        " JOIN journals j ON j.location_id = t.location_id AND j.journal_id = t.journal_id"
        " WHERE t.location_id = ? AND t.at < ? AND (a.clock <> 'unknown' OR j.last_seen_at < ?) LIMIT ?",
        (location_id, before_ms, before_ms, most),
    )


def remove_texts(transaction: Transaction, keys: Sequence[Row]) -> None:
    transaction.execute_many("DELETE FROM texts WHERE location_id = ? AND at = ? AND journal_id = ? AND seq = ?", keys)


def old_quarantined(transaction: Transaction, location_id: str, before_ms: int) -> list[tuple[int, int, Entry]]:
    """(journal_id, seq, entry)."""
    rows = transaction.execute(
        "SELECT journal_id, seq, entry FROM quarantine WHERE location_id = ? AND at < ? AND received_at < ?",
        (location_id, before_ms, before_ms),
    )
    return [(journal_id, seq, msgspec.json.decode(entry, type=Entry)) for journal_id, seq, entry in rows]


def change_quarantined(
    transaction: Transaction, location_id: str, journal_id: int, entry: Entry, *, reason: str
) -> None:
    transaction.execute(
        "UPDATE quarantine SET entry = ?, reason = ? WHERE location_id = ? AND journal_id = ? AND seq = ?",
        (msgspec.json.encode(entry).decode(), reason, location_id, journal_id, entry.seq),
    )


def remove_sessions(transaction: Transaction, before_ms: int) -> int:
    transaction.execute("DELETE FROM sessions WHERE expires_at < ?", (before_ms,))
    return transaction.changes()


def remove_codes(transaction: Transaction, before_ms: int) -> int:
    transaction.execute("DELETE FROM enrolment_codes WHERE expires_at < ?", (before_ms,))
    return transaction.changes()


def surveys(snapshot: Snapshot) -> dict[str, Survey]:
    """Every version of each, by its label."""
    found = [msgspec.json.decode(text, type=Survey) for (text,) in snapshot.stream("SELECT survey FROM surveys")]
    return {survey.label: survey for survey in found}


def counted_answers(snapshot: Snapshot, location_id: str, quarter_ms: int) -> Iterator[CountedRow]:
    """All answers of a location by quarters of an hour, in the order of time."""
    group = f"a.at / {quarter_ms:d}, a.touchpoint_id, a.survey, a.question_id, a.value, s.seq IS NOT NULL"
    rows = snapshot.stream(
        f"SELECT {group}, CAST(COUNT(*) AS BIGINT) FROM answers a LEFT JOIN set_aside s"  # noqa: S608
        " ON s.location_id = a.location_id AND s.journal_id = a.journal_id AND s.seq = a.seq"
        f" WHERE a.location_id = ? GROUP BY {group} ORDER BY 1",
        (location_id,),
    )
    return map(CountedRow._make, rows)


def counted_passages(snapshot: Snapshot, location_id: str) -> Iterator[CountRow]:
    """What people counters told, in the order of time."""
    rows = snapshot.stream(
        "SELECT e.at, j.touchpoint_id, e.about, e.value FROM events e"
        " JOIN journals j ON j.location_id = e.location_id AND j.journal_id = e.journal_id"
        " WHERE e.location_id = ? AND e.kind = 'count' ORDER BY e.at",
        (location_id,),
    )
    for at, touchpoint_id, counter, value in rows:
        yield CountRow(at, touchpoint_id, counter, int(value) if value.isdecimal() else -1)


def rollups(snapshot: Snapshot, location_id: str) -> Iterator[tuple[RollupKey, int]]:
    """The running ones, by date."""
    for *key, answers in snapshot.stream(
        "SELECT location_id, local_date, question_id, touchpoint_id, local_hour, value, answers FROM rollups"
        " WHERE location_id = ? ORDER BY local_date",
        (location_id,),
    ):
        yield RollupKey(*key), answers


def daily_rollups(snapshot: Snapshot, location_id: str) -> Iterator[tuple[RollupKey, int]]:
    """The running ones by day, by date; their hour is WHOLE_DAY."""
    for local_date, question_id, touchpoint_id, value, answers in snapshot.stream(
        "SELECT local_date, question_id, touchpoint_id, value, answers FROM daily_rollups"
        " WHERE location_id = ? ORDER BY local_date",
        (location_id,),
    ):
        yield RollupKey(location_id, local_date, question_id, touchpoint_id, WHOLE_DAY, value), answers


def mend_rollups(transaction: Transaction, changes: Sequence[tuple[RollupKey, int]]) -> None:
    """Add to what each counts. By difference, so that answers which arrive meanwhile stay counted."""
    hourly = sorted((key, change) for key, change in changes if key.local_hour != WHOLE_DAY)
    daily = sorted(
        ((key.location_id, key.question_id, key.local_date, key.touchpoint_id, key.value), change)
        for key, change in changes
        if key.local_hour == WHOLE_DAY
    )
    _mend(transaction, "rollups", ", ".join(RollupKey._fields), hourly)
    _mend(transaction, "daily_rollups", "location_id, question_id, local_date, touchpoint_id, value", daily)


def _mend(transaction: Transaction, table: str, key: str, rows: Sequence[tuple[tuple[Bindable, ...], int]]) -> None:
    marks = ", ".join("?" * len(key.split(",")))
    transaction.execute_many(
        f"INSERT INTO {table} ({key}, answers) VALUES ({marks}, ?) ON CONFLICT ({key})"  # noqa: S608
        f" DO UPDATE SET answers = {table}.answers + excluded.answers",
        [(*parts, change) for parts, change in rows],
    )
    is_key = " AND ".join(f"{column} = ?" for column in key.split(", "))
    transaction.execute_many(
        f"DELETE FROM {table} WHERE {is_key} AND answers = 0",  # noqa: S608
        [parts for parts, change in rows if change < 0],
    )
