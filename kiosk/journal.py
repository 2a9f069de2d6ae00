"""The journal: a terminal's append-only record in one SQLite file, and all SQL about it (design.md 3.1 to 3.4).

`Records` reads, through a connection of its own; `Journal` writes, and belongs to one thread (writer.py).
Each journal has a file of its own, named by its id: a fork then never swaps a file under a connection that has it open.
"""

import fcntl
import os
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import msgspec
from sqlite_utils import Database, Migrations

from kiosk.clock import BootRecord
from kiosk.drafts import Draft
from kiosk.errors import JournalTaken, NoJournal, NotKept
from survey.entries import START, Birth, Context, Entry, Head, chain
from survey.exchange import ClockSource, Configuration

KEEP_DAYS = 90  # design.md 3.3
BUSY_TIMEOUT_S = 10
ALL = -1  # SQLite's LIMIT for no limit

_ENTRIES = "SELECT seq, visit, uptime_ms, value, context, born, chain FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"


class Tallies(msgspec.Struct, frozen=True):
    """Answers since the journal began. pressed: taken from people; stored: durable here; sent: held by the server."""

    pressed: int
    stored: int
    sent: int

    @property
    def waiting(self) -> int:
        return self.stored - self.sent


class FolderLock:
    """One process at a time may write in a data folder. Freed by close(), or by the end of the process."""

    def __init__(self, folder: Path) -> None:
        """Raises JournalTaken."""
        self._file = os.open(folder / "journal.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise JournalTaken(
                f"The journal in {folder} is being written by another terminal program. "
                "Stop that one, or give this one a folder of its own (--data)."
            ) from error

    def close(self) -> None:
        os.close(self._file)


class Records:
    """Reading. Every call sees what is committed by then, and holds no lock afterwards."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._contexts: dict[int, Context] = {}  # by id; they never change
        self.journal_id: str = self._state("journal")

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read only, also beside a running terminal. Raises NoJournal."""
        return cls(_connect(_find(folder), mode="ro"))

    def close(self) -> None:
        self._connection.close()

    def tallies(self) -> Tallies:
        pressed, sent = self._row("SELECT pressed, sent FROM state")
        return Tallies(pressed, self._answers_up_to(self.newest().seq), sent)

    def base(self) -> Head:
        """The newest entry that was forgotten: the first one held follows it."""
        return Head(*self._row("SELECT base_seq, base_chain FROM state"))

    def newest(self) -> Head:
        found = self._connection.execute("SELECT seq, chain FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
        return Head(*found) if found else self.base()

    def head(self) -> Head:
        """Up to where the server acknowledged."""
        return Head(*self._row("SELECT head_seq, head_chain FROM state"))

    def chain_at(self, seq: int) -> int | None:
        """None beyond the newest entry, and before what is still held."""
        found = self._connection.execute("SELECT chain FROM entries WHERE seq = ?", [seq]).fetchone()
        if found:
            return int(found[0])
        base = self.base()
        return base.chain if seq == base.seq else None

    def entries_after(self, seq: int, limit: int = ALL) -> list[Entry]:
        return [entry for entry, _ in self._chained_after(seq, limit)]

    def boots(self) -> list[BootRecord]:
        rows = self._connection.execute(
            "SELECT number, boot_id, offset_ms, how, clock_ms, last_uptime_ms FROM boots ORDER BY number"
        )
        return [BootRecord(*row) for row in rows.fetchall()]

    def configuration(self) -> Configuration | None:
        stored = self._state("configuration")
        return msgspec.json.decode(stored, type=Configuration) if stored else None

    def standing(self) -> str:
        """How the last exchange went: `online`, `unreachable`, `refused`..., empty before the first one."""
        return str(self._state("standing"))

    def may_forget_seq(self) -> int:
        return int(self._state("may_forget_seq"))

    def _chained_after(self, seq: int, limit: int) -> list[tuple[Entry, int]]:
        rows = self._connection.execute(_ENTRIES, [seq, limit]).fetchall()
        return [
            (Entry(seq, visit, uptime_ms, value, self._context(context), born), link)
            for seq, visit, uptime_ms, value, context, born, link in rows
        ]

    def _context(self, context_id: int) -> Context:
        if context_id not in self._contexts:
            found = self._row(
                "SELECT kind, about, survey, language, source, boot, clock_ms FROM contexts WHERE id = ?", context_id
            )
            self._contexts[context_id] = Context(*found)
        return self._contexts[context_id]

    def _answers_up_to(self, seq: int) -> int:
        """Answers among the entries 1 to seq, also where those are forgotten."""
        found = self._connection.execute("SELECT answers FROM entries WHERE seq = ?", [seq]).fetchone()
        if found:
            return int(found[0])
        return int(self._state("base_answers")) if seq else 0

    def _state(self, column: str) -> str:
        found: str = self._row(f"SELECT {column} FROM state")[0]  # noqa: S608  a name of ours
        return found

    def _row(self, sql: str, *values: object) -> tuple[Any, ...]:
        row: tuple[Any, ...] = self._connection.execute(sql, values).fetchone()
        return row


class Journal(Records):
    """Writing. Whoever opens it holds the FolderLock, and calls it from one thread at a time.

    After a sqlite3.Error it is not to be used any more: close, open, and look what is there (faults.md 1.5).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        connection = _connect(path, mode="rwc")
        _migrations.apply(Database(connection))
        with connection:
            name = path.stem.removeprefix(_NAME)
            connection.execute("UPDATE state SET journal = ? WHERE journal = ''", [name])
        super().__init__(connection)
        self._newest = self.newest()
        self._answers = self._answers_up_to(self._newest.seq)
        self._context_ids: dict[Context, int] = {
            self._context(row[0]): row[0] for row in connection.execute("SELECT id FROM contexts")
        }
        self._last_seqs: dict[str, int] = dict(connection.execute("SELECT source, last_seq FROM sources").fetchall())
        self._boot = self._row("SELECT coalesce(max(number), 0) FROM boots")[0]
        self.last_visit = int(self._state("last_visit"))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The journal of this folder, made if there is none."""
        _finish_fork(folder)
        try:
            return cls(_find(folder))
        except NoJournal:
            journal = cls(folder / f"{_NAME}{_new_id()}.db")
            _sync_folder(folder)
            return journal

    def last_seq(self, source: str) -> int:
        """The newest press of this source that is kept. From any thread."""
        return self._last_seqs.get(source, 0)

    def begin_boot(self, boot_id: str, *, clock_ms: int, uptime_ms: int) -> bool:
        """From now on entries belong to this boot. Whether it is a new one, not a restart of the program alone."""
        newest = self._connection.execute("SELECT number, boot_id FROM boots ORDER BY number DESC LIMIT 1").fetchone()
        if newest and newest[1] == boot_id:
            return False
        self._boot += 1
        with self._connection as connection:
            row = [self._boot, boot_id, clock_ms, uptime_ms]
            connection.execute("INSERT INTO boots VALUES (?, ?, NULL, 'unknown', ?, ?)", row)
        return True

    def append(self, drafts: Sequence[tuple[Draft, int]], *, pressed: int) -> list[Entry]:
        """Durable when it returns. drafts: each with its clock_ms; pressed: the tally as of now.

        Raises NotKept; then the journal is to be opened anew.
        """
        entries = [self._entry(draft, seq, at) for seq, (draft, at) in enumerate(drafts, self._newest.seq + 1)]
        links = chain(self._newest.chain, entries)
        try:
            with self._connection:
                self._insert(entries, links)
                self._insert_presses([draft.press for draft, _ in drafts if draft.press])
                self._note(pressed=pressed, visit=max(entry.visit for entry in entries), newest=entries[-1])
        except sqlite3.Error as error:
            raise NotKept(str(error), count=len(entries), last_seq=entries[-1].seq, last_chain=links[-1]) from error
        self._last_seqs.update(draft.press for draft, _ in drafts if draft.press)
        self._newest = Head(entries[-1].seq, links[-1])
        return entries

    def acknowledge(self, head: Head) -> None:
        """The server holds everything up to head, and nothing after it (it may have been restored from a backup)."""
        row = [head.seq, head.chain, self._answers_up_to(head.seq)]
        with self._connection as connection:
            connection.execute("UPDATE state SET head_seq = ?, head_chain = ?, sent = ?", row)

    def set_clock(self, offset_ms: int, how: ClockSource, *, clock_ms: int) -> None:
        """The running boot's true time is known."""
        with self._connection as connection:
            row = [offset_ms, how, clock_ms, self._boot]
            connection.execute("UPDATE boots SET offset_ms = ?, how = ?, clock_ms = ? WHERE number = ?", row)

    def configure(self, configuration: Configuration) -> None:
        with self._connection as connection:
            connection.execute("UPDATE state SET configuration = ?", [msgspec.json.encode(configuration)])

    def set_standing(self, standing: str) -> None:
        with self._connection as connection:
            connection.execute("UPDATE state SET standing = ?", [standing])

    def set_may_forget(self, head: Head) -> None:
        """Every backup of the server holds what lies below head. Without effect if that is another history."""
        if self.chain_at(head.seq) == head.chain:
            with self._connection as connection:
                connection.execute("UPDATE state SET may_forget_seq = ?", [head.seq])

    def forget(self, young_from_ms: Mapping[int, int]) -> int:
        """Drop the oldest entries, as far as they may be forgotten. Returns how many.

        young_from_ms: for each boot the time since boot from which on its entries are still to be kept.
        """
        last = min(self.may_forget_seq(), self.head().seq) - 1
        for boot, uptime_ms in young_from_ms.items():
            young = self._row(
                "SELECT min(seq) FROM entries JOIN contexts ON id = context WHERE boot = ? AND uptime_ms >= ?",
                boot,
                uptime_ms,
            )[0]
            last = last if young is None else min(last, young - 1)
        if last <= self.base().seq:
            return 0
        with self._connection as connection:
            connection.execute(
                "UPDATE state SET (base_seq, base_chain, base_answers) ="
                " (SELECT seq, chain, answers FROM entries WHERE seq = ?)",
                [last],
            )
            return connection.execute("DELETE FROM entries WHERE seq <= ?", [last]).rowcount

    def fork(self, common: Head) -> "Journal":
        """Open a new journal that carries over what follows `common`; this one is closed, and kept beside it.

        common: the last entry that this terminal and the server agree on (design.md 3.4).
        """
        folder = self.path.parent
        path = folder / f"{_NAME}{_new_id()}.db"
        unfinished = path.with_suffix(_UNFINISHED)
        new = Journal(unfinished)
        new._carry_over(self, common)
        new.close()
        busy, *_ = self._row("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            unfinished.unlink()
            raise sqlite3.OperationalError("The journal is being read just now; the fork is tried again.")
        self.close()
        self.path.rename(self.path.with_suffix(_CLOSED))
        unfinished.rename(path)
        _sync_folder(folder)
        return Journal(path)

    def _carry_over(self, old: "Journal", common: Head) -> None:
        carried = []
        for seq, (entry, link) in enumerate(old._chained_after(common.seq, ALL), 1):
            born = entry.born or Birth(old.journal_id, entry.seq, link).text
            carried.append(msgspec.structs.replace(entry, seq=seq, born=born))
        tallies = old.tallies()
        answers = sum(entry.context.kind == "answer" for entry in carried)
        with self._connection as connection:
            connection.executemany(
                "INSERT INTO boots VALUES (?, ?, ?, ?, ?, ?)", map(msgspec.structs.astuple, old.boots())
            )
            self._insert_presses(list(old._last_seqs.items()))
            connection.execute(
                "UPDATE state SET pressed = ?, last_visit = ?, configuration = ?, standing = ?",
                [
                    answers + tallies.pressed - tallies.stored,
                    old._state("last_visit"),
                    old._state("configuration"),
                    old.standing(),
                ],
            )
            self._insert(carried, chain(START, carried))

    def _entry(self, draft: Draft, seq: int, clock_ms: int) -> Entry:
        context = Context(draft.kind, draft.about, draft.survey, draft.language, draft.source, self._boot, clock_ms)
        return Entry(seq, draft.visit, draft.uptime_ms, draft.value, context)

    def _insert(self, entries: Sequence[Entry], links: Sequence[int]) -> None:
        rows = []
        for entry, link in zip(entries, links, strict=True):
            self._answers += entry.context.kind == "answer"
            context_id = self._context_id(entry.context)
            rows.append(
                (entry.seq, entry.visit, entry.uptime_ms, entry.value, context_id, entry.born, link, self._answers)
            )
        self._connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _insert_presses(self, presses: Sequence[tuple[str, int]]) -> None:
        self._connection.executemany(
            "INSERT INTO sources VALUES (?, ?) ON CONFLICT DO UPDATE SET last_seq = excluded.last_seq", presses
        )

    def _note(self, *, pressed: int, visit: int, newest: Entry) -> None:
        self.last_visit = max(self.last_visit, visit)
        self._connection.execute("UPDATE state SET pressed = ?, last_visit = ?", [pressed, self.last_visit])
        row = [newest.context.clock_ms, newest.uptime_ms, self._boot]
        self._connection.execute(
            "UPDATE boots SET clock_ms = ?, last_uptime_ms = max(last_uptime_ms, ?) WHERE number = ?", row
        )

    def _context_id(self, context: Context) -> int:
        if context not in self._context_ids:
            row = msgspec.structs.astuple(context)
            added = self._connection.execute("INSERT INTO contexts VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", row)
            self._context_ids[context] = added.lastrowid or 0
        return self._context_ids[context]


_NAME = "journal-"
_CLOSED = ".closed.db"
_UNFINISHED = ".unfinished"


def _connect(path: Path, *, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_TIMEOUT_S, check_same_thread=False
    )
    if mode != "ro":
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # with NORMAL a power cut loses what was committed last
    return connection


def _find(folder: Path) -> Path:
    open_ones = [path for path in folder.glob(f"{_NAME}*.db") if not path.name.endswith(_CLOSED)]
    if len(open_ones) != 1:
        found = ", ".join(path.name for path in open_ones) or "none"
        raise NoJournal(
            f"There should be one open journal in {folder}; found: {found}. Is it a terminal's data folder?"
        )
    return open_ones[0]


def _finish_fork(folder: Path) -> None:
    """A power cut during a fork: done if the old journal is closed already, else as if it had not begun."""
    with suppress(NoJournal):
        _find(folder)
        for path in folder.glob(f"{_NAME}*{_UNFINISHED}*"):
            path.unlink()
    for path in folder.glob(f"{_NAME}*{_UNFINISHED}"):
        path.rename(path.with_suffix(".db"))


def _new_id() -> str:
    return secrets.token_hex(8)[:15]  # 60 bits: also safe as a number in JavaScript's and SQLite's hands


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


_migrations = Migrations("journal")


def _begin(database: Database) -> None:
    number, text, anything = int, str, bytes  # a column for bytes leaves every value as it is
    database["entries"].create(
        {
            "seq": number,
            "visit": number,
            "uptime_ms": number,
            "value": anything,
            "context": number,
            "born": text,
            "chain": number,
            "answers": number,  # how many of the entries up to this one are answers
        },
        pk="seq",
    )
    database["contexts"].create(
        {
            "id": number,
            "kind": text,
            "about": text,
            "survey": text,
            "language": text,
            "source": text,
            "boot": number,
            "clock_ms": number,
        },
        pk="id",
    )
    database["boots"].create(
        {
            "number": number,
            "boot_id": text,
            "offset_ms": number,
            "how": text,
            "clock_ms": number,
            "last_uptime_ms": number,
        },
        pk="number",
    )
    database["sources"].create({"source": text, "last_seq": number}, pk="source")
    state = {
        "journal": "",
        "pressed": 0,
        "sent": 0,
        "last_visit": 0,
        "head_seq": 0,
        "head_chain": START,
        "base_seq": 0,
        "base_chain": START,
        "base_answers": 0,
        "may_forget_seq": 0,
        "standing": "",
        "configuration": b"",
    }
    database["state"].insert(state)


_migrations()(_begin)
