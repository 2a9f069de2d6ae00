"""The raw limits: what sqlite3 and PostgreSQL write with nothing around them, of the same rows."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg

from survey.entries import Entry
from sync_server.store.migrate import migrations

COLUMNS = 13
Rows = list[tuple[object, ...]]


class PlainSqlite:
    """executemany, with the same table and the same durability."""

    def __init__(self, file: Path, entries: Sequence[Entry], *, together: int) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(_table_of_answers())
        self._entries, self._together, self._turn = entries, together, 0

    def turn(self) -> float:
        """Answers a second."""
        self._turn += 1
        rows = [_row(entry, self._turn) for entry in self._entries]
        return len(rows) / timed(lambda: self._write(rows))

    def _write(self, rows: Rows) -> None:
        marks = ", ".join("?" * COLUMNS)
        for first in range(0, len(rows), self._together):
            self._connection.execute("BEGIN")
            part = rows[first : first + self._together]
            self._connection.executemany(f"INSERT INTO answers VALUES ({marks})", part)  # noqa: S608
            self._connection.execute("COMMIT")


class PlainCopy:
    """COPY as text, into the same table."""

    def __init__(self, address: str, entries: Sequence[Entry], *, together: int) -> None:
        self._connection = psycopg.connect(address)
        self._connection.execute(_table_of_answers().partition("WITHOUT")[0])
        self._connection.commit()
        self._entries, self._together, self._turn = entries, together, 0

    def turn(self) -> float:
        """Answers a second."""
        self._turn += 1
        rows = [_row(entry, self._turn) for entry in self._entries]
        texts = ["".join("\t".join(map(str, row)) + "\n" for row in part) for part in self._parts(rows)]
        return len(rows) / timed(lambda: self._write(texts))

    def _parts(self, rows: Rows) -> list[Rows]:
        return [rows[first : first + self._together] for first in range(0, len(rows), self._together)]

    def _write(self, texts: Sequence[str]) -> None:
        for text in texts:
            with self._connection.cursor().copy("COPY answers FROM STDIN") as copy:
                copy.write(text)
            self._connection.commit()


def timed(act: Callable[[], object]) -> float:
    """Seconds."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _table_of_answers() -> str:
    statements = [statement for migration in migrations() for statement in migration.statements]
    return next(text for text in statements if text.startswith("CREATE TABLE answers"))


def _row(entry: Entry, journal_id: int) -> tuple[object, ...]:
    context = entry.context
    value = len(entry.value) if isinstance(entry.value, str) else entry.value
    at = context.clock_ms + entry.uptime_ms
    place = ("kamppi", journal_id, entry.seq, 7_233_201_443_822_123_001, at, "server", "kamppi-checkout")
    return (*place, context.survey, context.about, entry.visit, value, context.language, context.source)
