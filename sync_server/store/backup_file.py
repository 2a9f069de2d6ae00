"""One backup: a SQLite file with the schema of the store that it was taken of, whichever store that was.

It is only ever read, and nothing is left beside it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Self

import apsw

from sync_server.store.interface import Bindable, Row, Snapshot, Store
from sync_server.store.migrate import migrations
from sync_server.store.sqlite import SqliteSnapshot, SqliteStore

HEADER = b"SQLite format 3\0"
HEADER_BYTES = 100
ROWS_TOGETHER = 20_000
OWN = "migrations"  # each store keeps its own account of what was done to its schema

Tell = Callable[[int, int], None]  # so much is done, of so much
Tables = dict[str, list[str]]  # table -> its columns


class Unfit(ValueError):
    """Why a file can't be taken for a backup, as the middle of a sentence."""


class BackupFile:
    """Open for reading. It has a snapshot's stream, and a store's read."""

    def __init__(self, file: Path) -> None:
        """Raises Unfit for what is no whole SQLite file, and OSError."""
        _check_whole(file)
        self._connection = apsw.Connection(
            f"file:{_quoted(file)}?mode=ro", apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def stream(self, sql: str, parameters: Sequence[Bindable] = ()) -> Iterator[Row]:
        return iter(self._connection.execute(sql, parameters))

    def read(self, sql: str, parameters: Sequence[Bindable] = ()) -> list[Row]:
        return list(self.stream(sql, parameters))

    def check(self) -> None:
        """Raises Unfit unless it is sound, and of this program's schema or an older one."""
        try:
            found = [text for (text,) in self.read("PRAGMA integrity_check(3)")]
            if found != ["ok"]:
                raise Unfit(f"is damaged: {'; '.join(map(str, found))}")
            done = {name for (name,) in self.read(f"SELECT name FROM {OWN}")}  # noqa: S608
        except apsw.SQLError as error:
            raise Unfit(f"is not a store of Hymy ({error})") from error
        except (apsw.CorruptError, apsw.NotADBError) as error:
            raise Unfit(f"is damaged ({error})") from error
        if newer := done - {migration.name for migration in migrations()}:
            raise Unfit(f"comes from a newer version of Hymy (it has {', '.join(sorted(newer))})")

    def tables(self) -> Tables:
        """Of the store; without what SQLite and the migrations keep for themselves."""
        names = self.read(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        )
        return {
            name: [column for (column,) in self.read("SELECT name FROM pragma_table_info(?)", (name,))]
            for (name,) in names
            if name != OWN
        }


def rows_of(source: Snapshot, tables: Iterable[str]) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table: int(count)
        for table in tables
        for (count,) in source.stream(f"SELECT COUNT(*) FROM {table}")  # noqa: S608
    }


def write_backup(snapshot: Snapshot, file: Path, tell: Tell) -> None:
    """All that the snapshot shows, into a new file: by pages where it is SQLite's, else table by table."""
    if isinstance(snapshot, SqliteSnapshot):
        snapshot.copy_pages(file, tell)
        return
    with closing(SqliteStore(file)):
        pass  # the empty schema
    with BackupFile(file) as empty:
        tables = empty.tables()
    of = sum(rows_of(snapshot, tables).values())
    done = 0
    with closing(SqliteStore(file)) as copy:
        for table, columns, rows in _all_rows(snapshot, tables):
            with copy.write() as transaction:
                transaction.insert(table, columns, rows)
            done += len(rows)
            tell(done, of)
    make_single(file)


def fill(store: Store, backup: BackupFile, tell: Tell) -> None:
    """Put what the backup holds in place of all that the store holds, in one transaction.

    Journals first: without their rows nothing is appended, until the backup's heads stand there.
    """
    tables = dict(sorted(backup.tables().items(), key=lambda item: item[0] != "journals"))
    of = sum(rows_of(backup, tables).values())
    done = 0
    with store.write() as transaction:
        for table in tables:
            transaction.execute(f"DELETE FROM {table}")  # noqa: S608
        for table, columns, rows in _all_rows(backup, tables):
            transaction.insert(table, columns, rows)
            done += len(rows)
            tell(done, of)


def make_single(file: Path) -> None:
    """Everything in the one file, nothing beside it. Raises apsw.BusyError while anybody else has it open."""
    with closing(apsw.Connection(str(file))) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()


def _check_whole(file: Path) -> None:
    with file.open("rb") as opened:
        header = opened.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES or not header.startswith(HEADER):
        raise Unfit("is not a backup: it is no SQLite file")
    page_bytes = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    should_bytes = pages * (65_536 if page_bytes == 1 else page_bytes)
    if file.stat().st_size < should_bytes:
        raise Unfit(f"is cut short: it has {file.stat().st_size} of {should_bytes} bytes")


def _quoted(file: Path) -> str:
    return str(file.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _all_rows(source: Snapshot, tables: Tables) -> Iterator[tuple[str, list[str], list[Row]]]:
    """Table, columns and some of its rows."""
    for table, columns in tables.items():
        rows = source.stream(f"SELECT {', '.join(columns)} FROM {table}")  # noqa: S608
        while some := list(islice(rows, ROWS_TOGETHER)):
            yield table, columns, some
