"""Writing a journal: append, acknowledge, forget, fork."""

import logging
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Self

import msgspec

from kiosk.clock import BootRecord
from kiosk.drafts import Draft
from kiosk.errors import NoJournal, NotKept
from kiosk.journal.files import (
    BUSY_TIMEOUT_S,
    CLOSED,
    NAME,
    UNFINISHED,
    closed_journals,
    connect,
    find,
    finish_fork,
    new_id,
    sync_folder,
)
from kiosk.journal.records import Records
from kiosk.journal.schema import migrations
from kiosk.journal.slim import Database
from survey.entries import START, Birth, Context, Entry, Head, chain
from survey.exchange import ClockSource, Configuration
from survey.opening_hours import told_date

KEEP_DAYS = 90  # design.md 3.3
MOST_FORGOTTEN = 5_000  # entries at once: an answer waits meanwhile

log = logging.getLogger(__name__)

_ADD_BOOT = "INSERT INTO boots (number, boot_id, offset_ms, how, clock_ms, last_uptime_ms) VALUES"
_ADD_OR_FIND_CONTEXT = """
    INSERT INTO contexts VALUES (NULL, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET boot = excluded.boot RETURNING id
"""
_ADD_DAY = """
    INSERT INTO days (local_date, pressed, stored, last_seq) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
    SET pressed = pressed + excluded.pressed, stored = stored + excluded.stored, last_seq = excluded.last_seq
"""
_FORGET_CONTEXTS = """
    DELETE FROM contexts
    WHERE boot < ? AND id < (SELECT max(id) FROM contexts) AND id NOT IN (SELECT context FROM entries)
"""
_KEEP_CHAINS = "INSERT INTO forgotten SELECT seq, chain FROM entries WHERE seq <= ?"


class Legacy(msgspec.Struct, frozen=True):
    """What a new journal takes over from the one before it, after a fork or from a damaged file.

    entries: each with where it was born; they are numbered anew. unstored: answers pressed that were never durable.
    forgotten: how many came before them that no terminal holds any more: in the new journal, too, they are missing.
    """

    entries: Sequence[Entry]
    boots: Sequence[BootRecord]
    presses: Mapping[str, int]
    unstored: int
    last_visit: int
    configuration: str | bytes
    standing: str
    forgotten: int = 0


def born(journal_id: str, entry: Entry, link: int) -> Entry:
    """The entry as it is carried over: it keeps where it first stood."""
    return msgspec.structs.replace(entry, born=entry.born or Birth(journal_id, entry.seq, link).text)


def migrate_closed(folder: Path) -> None:
    """Closed journals are only read from now on; one that can't be brought up to date is left as it is."""
    for path in closed_journals(folder):
        try:
            with closing(connect(path, mode="rw")) as connection:
                migrations.apply(Database(connection))
        except sqlite3.Error as error:
            log.error("The closed journal %s can't be brought up to date: %s", path, error)


def drop_closed(path: Path) -> None:
    """One whose entries all stand in others; with what SQLite keeps beside it."""
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()
    sync_folder(path.parent)


def empty_closed(path: Path) -> None:
    """Forget what a closed journal holds. Its name and its chain stay: a restored server may lack it once more."""
    with closing(Journal(path)) as journal:
        end = journal.carried_after()
        if end.seq:
            journal.empty(end)
    if not end.seq:
        drop_closed(path)


def fork_closed(path: Path, common: Head) -> None:
    """Carry over what follows `common` in a closed journal, as far as that was not done, into another closed one.

    On the server another history has taken its place since it was closed (design.md 3.4).
    """
    unfinished = path.parent / f"{NAME}{new_id()}{UNFINISHED}"
    with closing(Journal(path)) as old:
        with closing(Journal(unfinished)) as new:
            new._carry_over(old, common, old.carried_after())
        sync_folder(path.parent)
        unfinished.rename(unfinished.with_suffix(CLOSED))
        sync_folder(path.parent)
        old.set_carried_after(common.seq)


class Journal(Records):
    """Writing. Whoever opens it holds the FolderLock, and calls it from one thread at a time.

    After a sqlite3.Error it is not to be used any more: close, open, and look what is there (faults.md 1.5).
    """

    def __init__(self, path: Path) -> None:
        connection = connect(path, mode="rwc")
        migrations.apply(Database(connection))
        with connection:
            name = path.stem.removeprefix(NAME)
            connection.execute("UPDATE state SET journal = ? WHERE journal = ''", [name])
        super().__init__(connection, path)
        self._newest = self.newest()
        self._answers = self._answers_up_to(self._newest.seq)
        self._context_ids: dict[Context, int] = {}  # those in use: over the years each boot adds some
        self._last_seqs: dict[str, int] = dict(connection.execute("SELECT source, last_seq FROM sources").fetchall())
        self._boot = self._row("SELECT coalesce(max(number), 0) FROM boots")[0]
        self.last_visit = int(self._state("last_visit"))
        self._time_zone = self.time_zone()

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The journal of this folder, made if there is none."""
        finish_fork(folder)
        migrate_closed(folder)
        try:
            return cls(find(folder))
        except NoJournal:
            journal = cls(folder / f"{NAME}{new_id()}.db")
            sync_folder(folder)
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
            connection.execute(f"{_ADD_BOOT} (?, ?, NULL, 'unknown', ?, ?)", row)
        return True

    def append(self, drafts: Sequence[tuple[Draft, int]], *, pressed: int) -> list[Entry]:
        """Durable when it returns. drafts: each with its clock_ms; pressed: the tally as of now.

        Raises NotKept; then the journal is to be opened anew.
        """
        entries = [self._entry(draft, seq, at) for seq, (draft, at) in enumerate(drafts, self._newest.seq + 1)]
        links = chain(self._newest.chain, entries)
        presses = [draft.press for draft, _ in drafts if draft.press]
        try:
            self._pass_over(presses)
            with self._connection:
                self._insert(entries, links)
                self._insert_presses(presses)
                self._note(pressed=pressed, visit=max(entry.visit for entry in entries), newest=entries[-1])
        except sqlite3.Error as error:
            births = [born(self.journal_id, entry, link).born for entry, link in zip(entries, links, strict=True)]
            raise NotKept(error, births=births) from error
        self._last_seqs.update(presses)
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
        self._time_zone = self.time_zone()

    def set_standing(self, standing: str) -> None:
        with self._connection as connection:
            connection.execute("UPDATE state SET standing = ?", [standing])

    def set_may_forget(self, seq: int) -> None:
        """Every backup of the server holds what lies below; 0: nothing may be forgotten."""
        with self._connection as connection:
            connection.execute("UPDATE state SET may_forget_seq = ?", [seq])

    def forget(self, young_from_ms: Mapping[int, int], *, most: int = MOST_FORGOTTEN) -> int:
        """Drop some of the oldest entries, as far as they may be forgotten. Returns how many.

        young_from_ms: for each boot the time since boot from which on its entries are still to be kept.
        """
        base = self.base().seq
        last = self._first_young(young_from_ms, base, min(self.may_be_forgotten(), base + most)) - 1
        if last <= base:
            return 0
        with self._connection as connection:
            connection.execute(_KEEP_CHAINS, [last])
            connection.execute(
                "UPDATE state SET (base_seq, base_chain, base_answers) ="
                " (SELECT seq, chain, answers FROM entries WHERE seq = ?)",
                [last],
            )
            return connection.execute("DELETE FROM entries WHERE seq <= ?", [last]).rowcount

    def forget_contexts(self) -> int:
        """Drop those of earlier boots that no entry has any more. Returns how many.

        Not the newest: the ids of those that are gone must never be used again, for readers remember what they meant.
        """
        with self._connection as connection:
            return connection.execute(_FORGET_CONTEXTS, [self._boot]).rowcount

    def empty(self, end: Head) -> None:
        """Forget all of a closed journal; end: what follows it was carried over, its chain can go, too."""
        row = [end.seq, end.chain, self._answers_up_to(end.seq)]
        with self._connection as connection:
            connection.execute(_KEEP_CHAINS, [end.seq])
            connection.execute("DELETE FROM forgotten WHERE seq > ?", [end.seq])
            connection.execute("UPDATE state SET base_seq = ?, base_chain = ?, base_answers = ?", row)
            for table in ("entries", "contexts", "days"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608  names of ours
        self._connection.execute("VACUUM")

    def may_be_forgotten(self) -> int:
        """Up to the entry before this one: the server holds that now, and so does every backup of it."""
        return min(self.may_forget_seq(), self.head().seq)

    def _first_young(self, young_from_ms: Mapping[int, int], base: int, end: int) -> int:
        """The first entry after base that is still to be kept; end if none before that is."""
        for boot, uptime_ms in young_from_ms.items():
            (young,) = self._row(
                "SELECT min(seq) FROM entries JOIN contexts ON id = context"
                " WHERE boot = ? AND uptime_ms >= ? AND seq > ? AND seq < ?",
                *(boot, uptime_ms, base, end),
            )
            end = end if young is None else young
        return end

    def fork(self, common: Head) -> "Journal":
        """Open a new journal that carries over what follows `common`; this one is closed, and kept beside it.

        common: the last entry that this terminal and the server agree on (design.md 3.4).
        """
        folder = self.path.parent
        path = folder / f"{NAME}{new_id()}.db"
        unfinished = path.with_suffix(UNFINISHED)
        new = Journal(unfinished)
        new._carry_over(self, common, self.newest())
        new.close()
        self.set_carried_after(common.seq)
        sync_folder(folder)
        busy, *_ = self._row("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            unfinished.unlink()
            raise sqlite3.OperationalError("The journal is being read just now; the fork is tried again.")
        self.close()
        self.path.rename(self.path.with_suffix(CLOSED))
        unfinished.rename(path)
        sync_folder(folder)
        return Journal(path)

    def shorten_log(self) -> None:
        """Gives back the room of the write-ahead log, unless somebody reads just now: nobody is waited for."""
        self._connection.execute("PRAGMA busy_timeout = 0")
        try:
            self._row("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")

    def set_carried_after(self, seq: int) -> None:
        with self._connection as connection:
            connection.execute("UPDATE state SET carried_after = ?", [seq])

    def _carry_over(self, old: "Journal", common: Head, end: Head) -> None:
        """What follows `common` up to `end`, as far as it is held."""
        first = max(common.seq, min(old.base().seq, end.seq))
        carried = [born(old.journal_id, entry, link) for entry, link in old.chained_after(first, end.seq - first)]
        tallies = old.tallies()
        legacy = Legacy(
            entries=carried,
            boots=old.boots(),
            presses=old._last_seqs,
            unstored=tallies.pressed - tallies.stored,
            last_visit=old.last_visit,
            configuration=old._state("configuration"),
            standing=old.standing(),
            forgotten=first - common.seq,
        )
        self.take_over(legacy)

    def take_over(self, legacy: Legacy) -> None:
        """Begin with what another journal left. Only for one that is empty."""
        numbered = enumerate(legacy.entries, legacy.forgotten + 1)
        entries = [msgspec.structs.replace(entry, seq=seq) for seq, entry in numbered]
        answers = sum(entry.context.kind == "answer" for entry in entries)
        with self._connection as connection:
            connection.executemany(f"{_ADD_BOOT} (?, ?, ?, ?, ?, ?)", map(msgspec.structs.astuple, legacy.boots))
            self._insert_presses(list(legacy.presses.items()))
            connection.execute(
                "UPDATE state SET pressed = ?, last_visit = ?, configuration = ?, standing = ?",
                [answers + legacy.unstored, legacy.last_visit, legacy.configuration, legacy.standing],
            )
            self._time_zone = self.time_zone()
            if legacy.forgotten:
                connection.execute("INSERT INTO forgotten VALUES (?, ?)", [legacy.forgotten, START])
                connection.execute("UPDATE state SET (base_seq, head_seq) = (?1, ?1)", [legacy.forgotten])
            self._insert(entries, chain(START, entries))
        self._newest, self.last_visit = self.newest(), legacy.last_visit
        self._boot = max((boot.number for boot in legacy.boots), default=0)

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
        self._count_days(entries)

    def _count_days(self, entries: Sequence[Entry]) -> None:
        """On the date that the terminal's own clock told, which no later time puts right (survey.exchange.Day)."""
        answers = [entry for entry in entries if entry.context.kind == "answer"]
        dates = [told_date(entry.context.clock_ms, entry.uptime_ms, self._time_zone) for entry in answers]
        last_seqs = dict(zip(dates, (entry.seq for entry in answers), strict=True))
        rows = [(local_date, count, count, last_seqs[local_date]) for local_date, count in Counter(dates).items()]
        self._connection.executemany(_ADD_DAY, rows)

    def _pass_over(self, presses: Sequence[tuple[str, int]]) -> None:
        """Note first, in a commit of its own, that those before are missing: a salvage counts on from what is noted."""
        for source, seq in presses:
            if seq > self.last_seq(source) + 1 and (source, seq - 1) not in presses:
                with self._connection:
                    self._insert_presses([(source, seq - 1)])
                self._last_seqs[source] = seq - 1

    def _insert_presses(self, presses: Sequence[tuple[str, int]]) -> None:
        self._connection.executemany(
            "INSERT INTO sources (source, last_seq) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET last_seq = excluded.last_seq",
            presses,
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
            found = self._connection.execute(_ADD_OR_FIND_CONTEXT, msgspec.structs.astuple(context))
            ((self._context_ids[context],),) = found.fetchall()
        return self._context_ids[context]
