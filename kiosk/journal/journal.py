"""Writing a journal: append, acknowledge, forget, fork."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import msgspec
from sqlite_utils import Database

from kiosk.drafts import Draft
from kiosk.errors import NoJournal, NotKept
from kiosk.journal.files import CLOSED, NAME, UNFINISHED, connect, find, finish_fork, new_id, sync_folder
from kiosk.journal.records import ALL, Records
from kiosk.journal.schema import migrations
from survey.entries import START, Birth, Context, Entry, Head, chain
from survey.exchange import ClockSource, Configuration

KEEP_DAYS = 90  # design.md 3.3


class Journal(Records):
    """Writing. Whoever opens it holds the FolderLock, and calls it from one thread at a time.

    After a sqlite3.Error it is not to be used any more: close, open, and look what is there (faults.md 1.5).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        connection = connect(path, mode="rwc")
        migrations.apply(Database(connection))
        with connection:
            name = path.stem.removeprefix(NAME)
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
        finish_fork(folder)
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
        path = folder / f"{NAME}{new_id()}.db"
        unfinished = path.with_suffix(UNFINISHED)
        new = Journal(unfinished)
        new._carry_over(self, common)
        new.close()
        busy, *_ = self._row("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            unfinished.unlink()
            raise sqlite3.OperationalError("The journal is being read just now; the fork is tried again.")
        self.close()
        self.path.rename(self.path.with_suffix(CLOSED))
        unfinished.rename(path)
        sync_folder(folder)
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
