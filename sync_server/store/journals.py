"""The queries of the exchange: journals and their heads, entries, days, rollups."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from survey.entries import Birth, Entry, Head
from sync_server.store.interface import Read, Row, Transaction
from sync_server.store.rows import (
    ALIKE,
    ENTRIES,
    Answers,
    DayTally,
    Place,
    Placed,
    RollupKey,
    Words,
    without_nul,
)

KNOWN_STEPS = 40  # heads told when histories differ: the newest, and 1, 2, 4, 8... before it
_TERMINAL = (
    "SELECT t.terminal_id, t.name, t.revoked_at, p.from_at, p.location_id, p.touchpoint_id, l.time_zone"
    " FROM terminals t JOIN terminal_places p ON p.terminal_id = t.terminal_id"
    " JOIN locations l ON l.location_id = p.location_id WHERE t.token_hash = ? ORDER BY p.from_at DESC"
)
VISIT_ENTRIES = 20  # how far back the shared question's answer of a visit is looked for


class JournalRow(NamedTuple):
    """What the server holds of a journal, and where its terminal stood when it began.

    missing: how many ranges it lacks; carried: how many of its entries came in other journals.
    """

    place: Place
    journal_id: int
    head: Head
    missing: int
    carried: int


class MissingRange(NamedTuple):
    """last_chain: the chain value of its last entry, which proves whoever hands it over."""

    first: int
    last: int
    last_chain: int


class Stay(NamedTuple):
    """A terminal's time at a place."""

    from_at: int
    place: Place


class Asking(NamedTuple):
    """The terminal that a token belongs to. stays: where it stands, then where it has stood before."""

    token_hash: str
    terminal_id: str
    terminal_name: str
    revoked_at: int | None
    stays: tuple[Stay, ...]

    @property
    def place(self) -> Place:
        return self.stays[0].place


def terminal_of(read: Read, token_hash: str) -> Asking | None:
    return _asking(token_hash, read(_TERMINAL, (token_hash,)))


def terminals_of(transaction: Transaction, token_hashes: Sequence[str]) -> list[Asking | None]:
    found = transaction.execute_each(_TERMINAL, [(token_hash,) for token_hash in token_hashes])
    return [_asking(token_hash, rows) for token_hash, rows in zip(token_hashes, found, strict=True)]


def _asking(token_hash: str, rows: list[Row]) -> Asking | None:
    if not rows:
        return None
    (terminal_id, name, revoked_at), stays = rows[0][:3], [Stay(row[3], Place(*row[4:])) for row in rows]
    return Asking(token_hash, terminal_id, name, revoked_at, tuple(stays))


def open_journals(
    transaction: Transaction, wanted: Sequence[tuple[Asking, Place, int]], now_ms: int
) -> list[JournalRow]:
    """Create, lock and read each journal's row in one statement. wanted: who asks, where, and the journal's id."""
    found = transaction.execute_each(
        "INSERT INTO journals (location_id, journal_id, terminal_id, touchpoint_id, head_seq, head_chain, answers,"
        " first_seen_at, last_seen_at, missing, carried) VALUES (?, ?, ?, ?, 0, 0, 0, ?, ?, 0, 0)"
        " ON CONFLICT (location_id, journal_id)"
        " DO UPDATE SET last_seen_at = excluded.last_seen_at, terminal_id = excluded.terminal_id"
        " RETURNING head_seq, head_chain, touchpoint_id, missing, carried",
        [
            (place.location_id, journal_id, asking.terminal_id, place.touchpoint_id, now_ms, now_ms)
            for asking, place, journal_id in wanted
        ],
    )
    return [
        JournalRow(place._replace(touchpoint_id=touchpoint_id), journal_id, Head(seq, link), missing, carried)
        for (_, place, journal_id), ((seq, link, touchpoint_id, missing, carried),) in zip(wanted, found, strict=True)
    ]


def holds_journal(transaction: Transaction, location_id: str, journal_id: int) -> bool:
    """Something of the journal itself, not only of what was carried over from it."""
    return bool(
        transaction.execute(
            "SELECT 1 FROM journals WHERE location_id = ? AND journal_id = ? AND head_seq > 0",
            (location_id, journal_id),
        )
    )


def heads_elsewhere(transaction: Transaction, journal: JournalRow) -> list[tuple[Head, Place]]:
    """Where else it is held. Asks every node of a distributed store: once a journal, not at every exchange."""
    rows = transaction.execute(
        "SELECT j.head_seq, j.head_chain, j.location_id, j.touchpoint_id, l.time_zone FROM journals j"
        " JOIN locations l ON l.location_id = j.location_id WHERE j.journal_id = ? AND j.location_id <> ?",
        (journal.journal_id, journal.place.location_id),
    )
    return [(Head(seq, link), Place(*place)) for seq, link, *place in rows]


def drop_empty(transaction: Transaction, journal: JournalRow) -> None:
    """One that was opened at the wrong place."""
    transaction.execute(
        "DELETE FROM journals WHERE location_id = ? AND journal_id = ? AND head_seq = 0 AND carried = 0",
        (journal.place.location_id, journal.journal_id),
    )


def has_stood(transaction: Transaction, terminal_id: str, place: Place) -> None:
    """The terminal stood there before it was enrolled where it stands now."""
    transaction.execute(
        "INSERT INTO terminal_places (terminal_id, from_at, location_id, touchpoint_id)"
        " SELECT ?, MIN(from_at) - 1, ?, ? FROM terminal_places WHERE terminal_id = ?",
        (terminal_id, place.location_id, place.touchpoint_id, terminal_id),
    )


class Move(NamedTuple):
    """A journal, as it was opened, gets a new head. answers: how many came."""

    journal: JournalRow
    head: Head
    answers: int


def move_heads(transaction: Transaction, moves: Sequence[Move]) -> bool:
    """True if each old head still stood there: then, and only then, what came is this transaction's to keep."""
    moved = transaction.execute_each(
        "UPDATE journals SET head_seq = ?, head_chain = ?, answers = answers + ?"
        " WHERE location_id = ? AND journal_id = ? AND head_seq = ? AND head_chain = ? RETURNING head_seq",
        [
            (
                *(head.seq, head.chain, answers, journal.place.location_id, journal.journal_id),
                *(journal.head.seq, journal.head.chain),
            )
            for journal, head, answers in moves
        ],
    )
    return all(moved)


def add_answers(transaction: Transaction, answers: Sequence[Answers]) -> None:
    transaction.insert_alike("answers", Answers._fields, ALIKE, answers)


def add_rollups(transaction: Transaction, sums: Mapping[RollupKey, int]) -> None:
    """By the hour and by the day. Sorted, so that two writers never wait crosswise."""
    transaction.add_up("rollups", RollupKey._fields, "answers", [(*key, count) for key, count in sorted(sums.items())])
    days: Counter[tuple[str, str, str, str, int]] = Counter()
    for key, count in sums.items():
        days[key.location_id, key.question_id, key.local_date, key.touchpoint_id, key.value] += count
    keys = ("location_id", "question_id", "local_date", "touchpoint_id", "value")
    transaction.add_up("daily_rollups", keys, "answers", [(*key, count) for key, count in sorted(days.items())])


def add_days(transaction: Transaction, days: Mapping[tuple[str, int, str], DayTally]) -> None:
    """(location, journal, local date) -> what was told and what came.

    Stored never goes down: a telling of fewer is an older one, and changes nothing. Pressed may: what was taken for one
    more press was a repetition, or was being kept just then.
    """
    transaction.execute_many(
        "INSERT INTO journal_days AS d (location_id, journal_id, local_date, pressed, stored, received, quarantined,"
        " repeated) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (location_id, journal_id, local_date) DO UPDATE SET"
        " pressed = CASE WHEN excluded.pressed > 0 AND excluded.stored >= d.stored"
        " THEN excluded.pressed ELSE d.pressed END,"
        " stored = CASE WHEN excluded.stored > d.stored THEN excluded.stored ELSE d.stored END,"
        " received = d.received + excluded.received, quarantined = d.quarantined + excluded.quarantined,"
        " repeated = d.repeated + excluded.repeated",
        [(*key, *tally) for key, tally in sorted(days.items())],
    )


def add_texts(transaction: Transaction, texts: Iterable[tuple[JournalRow, Words]]) -> None:
    """The words of open answers, each with its visit's answer to the shared question as its score.

    What was masked is kept apart.
    """
    key = ("location_id", "at", "journal_id", "seq")
    rows, originals = [], []
    for journal, ((entry, _, at, _), score, shared, shown) in texts:
        this = (journal.place.location_id, at, journal.journal_id, entry.seq)
        if shown != entry.value:
            originals.append((*this, str(entry.value)))
        if score is None:
            score = _score(transaction, journal, entry, shared)
        context = entry.context
        rows.append((*this, journal.place.touchpoint_id, context.about, context.language, shown, score))
    transaction.insert("texts", (*key, "touchpoint_id", "question_id", "language", "text", "score"), rows)
    transaction.insert("unmasked", (*key, "text"), originals)


def _score(transaction: Transaction, journal: JournalRow, entry: Entry, shared: str) -> int | None:
    """What the person of this entry's visit answered to the shared question, in an earlier batch."""
    rows = transaction.execute(
        "SELECT value FROM answers WHERE location_id = ? AND journal_id = ? AND seq >= ? AND seq < ?"
        " AND visit = ? AND visit <> 0 AND question_id = ? ORDER BY seq LIMIT 1",
        (journal.place.location_id, journal.journal_id, entry.seq - VISIT_ENTRIES, entry.seq, entry.visit, shared),
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
            *(entry.context.kind, entry.context.about, without_nul(str(entry.value))),
        ),
    )


def add_quarantined(
    transaction: Transaction, location_id: str, journal_id: int, odd: Placed, reason: str, now_ms: int
) -> None:
    """The whole entry, with the reason why it does not count."""
    transaction.execute(
        "INSERT INTO quarantine (location_id, journal_id, seq, chain, at, clock, reason, entry, received_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(location_id, journal_id, odd.entry.seq, odd.chain, odd.at, odd.clock, without_nul(reason)),
            *(msgspec.json.encode(odd.entry).decode(), now_ms),
        ),
    )


def came_elsewhere(transaction: Transaction, journal: JournalRow, from_seq: int) -> set[tuple[int, int]]:
    """(seq, chain) of the entries of this journal that have come in other ones, or in itself at another location."""
    came: set[tuple[int, int]] = set()
    for location_id in _locations(transaction, journal.journal_id):
        key = (location_id, journal.journal_id, from_seq)
        rows = transaction.execute(
            "SELECT born_seq, born_chain FROM carried_over"
            " WHERE location_id = ? AND born_journal_id = ? AND born_seq >= ?",
            key,
        )
        if location_id != journal.place.location_id:
            for table in ENTRIES:
                rows += transaction.execute(
                    f"SELECT seq, chain FROM {table} WHERE location_id = ? AND journal_id = ? AND seq >= ?",  # noqa: S608
                    key,
                )
        came.update((seq, link) for seq, link in rows)
    return came


def is_first_coming(transaction: Transaction, journal: JournalRow, birth: Birth, seq: int) -> bool:
    """Whether a carried-over entry has not been received before, where it first stood or from another clone.

    journal, seq: where it comes now.
    """
    location_id, born_journal_id = journal.place.location_id, int(birth.journal, 16)
    for place in _locations(transaction, born_journal_id):
        key = (place, born_journal_id, birth.seq, birth.chain)
        is_known = any(
            transaction.execute(
                f"SELECT 1 FROM {table} WHERE location_id = ? AND journal_id = ? AND seq = ? AND chain = ?",  # noqa: S608
                key,
            )
            for table in ENTRIES
        )
        if is_known or (place != location_id and _is_carried_over(transaction, key)):
            return False
    transaction.execute(
        "INSERT INTO carried_over (location_id, born_journal_id, born_seq, born_chain, journal_id, seq)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (location_id, born_journal_id, birth.seq, birth.chain, journal.journal_id, seq),
    )
    return transaction.changes() == 1


def _is_carried_over(transaction: Transaction, key: tuple[str, int, int, int]) -> bool:
    return bool(
        transaction.execute(
            "SELECT 1 FROM carried_over"
            " WHERE location_id = ? AND born_journal_id = ? AND born_seq = ? AND born_chain = ?",
            key,
        )
    )


def _locations(transaction: Transaction, journal_id: int) -> list[str]:
    """Where anything came of a journal: mostly one, more after a card was copied and taken elsewhere."""
    rows = transaction.execute(
        "SELECT location_id FROM journals WHERE journal_id = ? ORDER BY location_id", (journal_id,)
    )
    return [location_id for (location_id,) in rows]


def note_carried(transaction: Transaction, asking: Asking, journal: JournalRow, counts: Mapping[int, int]) -> None:
    """counts: how many entries came of each journal, by its id. One that never came itself gets its row here."""
    place = journal.place
    transaction.execute_many(
        "INSERT INTO journals (location_id, journal_id, terminal_id, touchpoint_id, head_seq, head_chain, answers,"
        " first_seen_at, last_seen_at, missing, carried) VALUES (?, ?, ?, ?, 0, 0, 0, ?, ?, 0, ?)"
        " ON CONFLICT (location_id, journal_id) DO UPDATE SET carried = journals.carried + excluded.carried",
        [
            (place.location_id, journal_id, asking.terminal_id, place.touchpoint_id, 0, 0, count)
            for journal_id, count in sorted(counts.items())
        ],
    )
    transaction.execute_many(
        "UPDATE journals SET carried = carried + ? WHERE journal_id = ? AND location_id <> ?",
        [(count, journal_id, place.location_id) for journal_id, count in sorted(counts.items()) if count],
    )


def add_missing(transaction: Transaction, journal: JournalRow, lost: MissingRange, now_ms: int) -> None:
    """Entries that the terminal does not hold any more; perhaps somebody else does."""
    key = (journal.place.location_id, journal.journal_id)
    transaction.execute(
        "INSERT INTO missing_ranges (location_id, journal_id, first_seq, last_seq, last_chain, found_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (*key, *lost, now_ms),
    )
    transaction.execute("UPDATE journals SET missing = missing + 1 WHERE location_id = ? AND journal_id = ?", key)


def shorten_missing(
    transaction: Transaction, journal: JournalRow, was: MissingRange, left: MissingRange | None
) -> None:
    """Its end was handed over, or all of it."""
    key = (journal.place.location_id, journal.journal_id)
    if left:
        transaction.execute(
            "UPDATE missing_ranges SET last_seq = ?, last_chain = ?"
            " WHERE location_id = ? AND journal_id = ? AND first_seq = ?",
            (left.last, left.last_chain, *key, was.first),
        )
        return
    transaction.execute(
        "DELETE FROM missing_ranges WHERE location_id = ? AND journal_id = ? AND first_seq = ?", (*key, was.first)
    )
    transaction.execute("UPDATE journals SET missing = missing - 1 WHERE location_id = ? AND journal_id = ?", key)


def missing(transaction: Transaction, location_id: str, journal_id: int) -> list[MissingRange]:
    """Those that nobody has accepted as lost, in order."""
    rows = transaction.execute(
        "SELECT first_seq, last_seq, last_chain FROM missing_ranges"
        " WHERE location_id = ? AND journal_id = ? AND accepted_at IS NULL ORDER BY first_seq",
        (location_id, journal_id),
    )
    return [MissingRange(*row) for row in rows]


def known_heads(transaction: Transaction, location_id: str, journal_id: int, head: Head, asked_seq: int) -> list[Head]:
    """The head and some older entries with their chains, ever sparser, newest first; among them the one asked for."""
    found = [head]
    wanted = {head.seq - 2**step for step in range(KNOWN_STEPS)} | {asked_seq}
    for seq in sorted((seq for seq in wanted if 0 < seq < head.seq), reverse=True):
        found += chains_at(transaction.execute, location_id, journal_id, seq)
    return found


def chains_at(read: Read, location_id: str, journal_id: int, seq: int) -> list[Head]:
    """The entry of that seq with its chain; none where it is not held, nor is the last of what is missing."""
    key = (location_id, journal_id, seq)
    rows = read("SELECT last_chain FROM missing_ranges WHERE location_id = ? AND journal_id = ? AND last_seq = ?", key)
    for table in ENTRIES:
        rows += read(f"SELECT chain FROM {table} WHERE location_id = ? AND journal_id = ? AND seq = ?", key)  # noqa: S608
    return [Head(seq, chain) for (chain,) in rows]


def head_of(transaction: Transaction, location_id: str, journal_id: int) -> tuple[Head, int]:
    """The journal's head, 0 for one that never came, and how many ranges it lacks."""
    rows = transaction.execute(
        "SELECT head_seq, head_chain, missing FROM journals WHERE location_id = ? AND journal_id = ?",
        (location_id, journal_id),
    )
    return (Head(rows[0][0], rows[0][1]), rows[0][2]) if rows else (Head(), 0)


def note_states(transaction: Transaction, states: Sequence[Row]) -> None:
    """What changes at every exchange: the columns of terminal_states. A terminal stands once among them."""
    transaction.execute_many(
        "INSERT INTO terminal_states (location_id, terminal_id, last_exchange_at, journal_id, configuration,"
        " version, pressed, stored, waiting, devices, readings) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (location_id, terminal_id) DO UPDATE SET last_exchange_at = excluded.last_exchange_at,"
        " journal_id = excluded.journal_id, configuration = excluded.configuration, version = excluded.version,"
        " pressed = excluded.pressed, stored = excluded.stored, waiting = excluded.waiting,"
        " devices = excluded.devices, readings = excluded.readings",
        states,
    )
