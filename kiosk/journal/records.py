"""Reading a journal, also beside the terminal that writes it."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import msgspec

from kiosk.clock import BootRecord
from kiosk.journal.files import connect, find
from kiosk.journal.schema import known_time_zone
from kiosk.journal.seals import SEALED
from survey.entries import Birth, Context, Entry, Head
from survey.exchange import Configuration, configuration_faults

ALL = -1  # SQLite's LIMIT for no limit
ONLINE = "online"  # the standing after an exchange that went well

_ENTRIES = "SELECT seq, visit, uptime_ms, value, context, born, chain FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"
_CONTEXT = "SELECT kind, about, survey, language, source, boot, clock_ms FROM contexts WHERE id = ?"
_DAYS = """
    SELECT local_date, pressed, stored, last_seq FROM days
    WHERE last_seq > ? OR last_seq = (SELECT max(last_seq) FROM days) ORDER BY last_seq LIMIT ?
"""
_DAY = "SELECT local_date, pressed, stored, last_seq FROM days WHERE local_date = ?"
_TALLIES = """
    SELECT pressed, coalesce((SELECT answers FROM entries ORDER BY seq DESC LIMIT 1), base_answers), sent FROM state
"""
_HEARD = """
    SELECT about, boot, uptime_ms FROM (SELECT seq, visit, uptime_ms, context FROM entries ORDER BY seq DESC LIMIT 100)
    JOIN contexts ON id = context JOIN state ON visit = last_visit
    WHERE kind = 'event' AND about IN ('heard', 'visit_ended') ORDER BY seq DESC LIMIT 1
"""


class Tallies(msgspec.Struct, frozen=True):
    """Answers since the journal began. pressed: taken from people; stored: durable here; sent: held by the server."""

    pressed: int
    stored: int
    sent: int

    @property
    def waiting(self) -> int:
        return self.stored - self.sent


class DayRecord(msgspec.Struct, frozen=True):
    """Answers of one local date since the journal began; last_seq: the newest of them that is stored."""

    local_date: str
    pressed: int = 0
    stored: int = 0
    last_seq: int = 0


class Records:
    """Reading. Every call sees what is committed by then, and holds no lock afterwards."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection
        self._contexts: dict[int, Context] = {}  # by id; they never change
        self.journal_id: str = self._state("journal")

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read only, also beside a running terminal. Raises NoJournal."""
        return cls.open_file(find(folder))

    @classmethod
    def open_file(cls, path: Path) -> Self:
        """One journal by its file, e.g. a closed one."""
        connection = connect(path, mode="ro")
        try:
            return cls(connection, path)
        except sqlite3.Error:
            connection.close()
            raise

    def close(self) -> None:
        self._connection.close()

    def tallies(self) -> Tallies:
        return Tallies(*self._row(_TALLIES))

    def base(self) -> Head:
        """The newest entry that was forgotten: the first one held follows it."""
        return Head(*self._row("SELECT base_seq, base_chain FROM state"))

    def newest(self) -> Head:
        found = self._connection.execute("SELECT seq, chain FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
        return Head(*found) if found else self.base()

    def head(self) -> Head:
        """Up to where the server acknowledged."""
        return Head(*self._row("SELECT head_seq, head_chain FROM state"))

    def has(self, head: Head) -> bool:
        """Whether this is a place in this journal's own history: what an acknowledgement is believed by."""
        return self.chain_at(head.seq) == head.chain

    def last_common(self, heads: Iterable[Head]) -> Head:
        """The newest of these that is in this history too; where its chain begins if none is."""
        return max(filter(self.has, heads), key=lambda head: head.seq, default=self.beginning())

    def beginning(self) -> Head:
        """From where on its chain is known: 0, but for a journal that forgot entries before their chains were kept."""
        return Head(*self._row("SELECT seq, chain FROM forgotten ORDER BY seq LIMIT 1"))

    def chain_at(self, seq: int) -> int | None:
        """Also of what is forgotten. None beyond the newest entry, and before the beginning."""
        for table in ("entries", "forgotten"):
            found = self._connection.execute(f"SELECT chain FROM {table} WHERE seq = ?", [seq]).fetchone()  # noqa: S608
            if found:
                return int(found[0])
        return None

    def was_heard(self) -> range | None:
        """If the last visit was one that somebody heard, and has not ended: from when on, to the last sign of life.

        In time since boot; None also where that was another boot, whose presses can't be placed by it.
        """
        found = self._connection.execute(_HEARD).fetchone()
        newest = self._connection.execute("SELECT max(number), last_uptime_ms FROM boots").fetchone()
        if found is None or found[:2] != ("heard", newest[0]):
            return None
        return range(found[2], max(found[2], newest[1]))

    def holds(self, birth: Birth) -> bool:
        """Whether the entry of that birth stands here: first written here, or carried over."""
        if birth.journal == self.journal_id:
            return self.chain_at(birth.seq) == birth.chain
        return bool(self._row("SELECT EXISTS (SELECT 1 FROM entries WHERE born = ?)", birth.text)[0])

    def entries_after(self, seq: int, limit: int = ALL) -> list[Entry]:
        return [entry for entry, _ in self.chained_after(seq, limit)]

    def days_after(self, seq: int, limit: int) -> list[DayRecord]:
        """The dates with answers after this entry, and the newest; those that were done first come first."""
        rows = self._connection.execute(_DAYS, [seq, limit])
        return [DayRecord(*row) for row in rows.fetchall()]

    def day(self, local_date: str) -> DayRecord:
        found = self._connection.execute(_DAY, [local_date]).fetchone()
        return DayRecord(*found) if found else DayRecord(local_date)

    def boots(self) -> list[BootRecord]:
        rows = self._connection.execute(
            "SELECT number, boot_id, offset_ms, how, clock_ms, last_uptime_ms FROM boots ORDER BY number"
        )
        return [BootRecord(*row) for row in rows.fetchall()]

    def configuration(self) -> Configuration | None:
        """The one in force; None before the first, and where another release wrote what this one can't ask."""
        try:
            configuration = msgspec.json.decode(self._state("configuration"), type=Configuration)
        except ValueError:
            return None
        return None if any(configuration_faults(configuration)) else configuration

    def time_zone(self) -> str:
        """Of the configuration in force; UTC before the first."""
        return known_time_zone(self._state("configuration"))

    def standing(self) -> str:
        """How the last exchange went: `online`, `unreachable`, `refused`..., empty before the first one."""
        return str(self._state("standing"))

    def may_forget_seq(self) -> int:
        return int(self._state("may_forget_seq"))

    def sealed(self) -> dict[str, list[tuple[Any, ...]]]:
        """What the chain does not guard: by table, rows with their seals. None in a journal that has no seals yet."""
        if not self._row("SELECT count(*) FROM pragma_table_info('state') WHERE name = 'seal'")[0]:
            return {}
        return {
            table: self._connection.execute(f"SELECT {columns}, seal FROM {table}").fetchall()  # noqa: S608  names of ours
            for table, columns in SEALED.items()
        }

    def carried_after(self) -> Head:
        """Of a closed journal: all that follows was carried over into other ones."""
        seq, newest = int(self._state("carried_after")), self.newest()
        link = self.chain_at(seq) if 0 <= seq < newest.seq else None
        return newest if link is None else Head(seq, link)

    def chained_after(self, seq: int, limit: int) -> list[tuple[Entry, int]]:
        with self._at_one_moment():  # else a context might be forgotten between its entry and itself
            rows = self._connection.execute(_ENTRIES, [seq, limit]).fetchall()
            return [
                (Entry(seq, visit, uptime_ms, value, self._context(context), born or ""), link)  # one bit makes it b""
                for seq, visit, uptime_ms, value, context, born, link in rows
            ]

    @contextmanager
    def _at_one_moment(self) -> Iterator[None]:
        """Whatever is committed meanwhile is not seen."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.rollback()

    def _context(self, context_id: int) -> Context:
        if context_id not in self._contexts:
            self._contexts[context_id] = Context(*self._row(_CONTEXT, context_id))
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
