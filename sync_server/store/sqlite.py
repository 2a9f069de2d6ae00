"""The store in one SQLite file, through APSW alone: its SQLite has the repair of the WAL-reset fault (stack.md 1).

Never open the same file with the standard library's sqlite3 in this process: closing one drops the other's locks.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import apsw

from sync_server.errors import SettingsFaults, StoreAway
from sync_server.store.interface import Bindable, Row
from sync_server.store.migrate import migrate

FILE = "hymy.db"
BUSY_TIMEOUT_S = 20.0  # the command line, and other servers, write beside this one
LOOK_S, LOOK_LONGEST_S = 0.0002, 0.02  # whether they still do; each time a little later
STATEMENTS_KEPT = 512  # APSW's most: it forgets one that was not among the last so many carried out
ROWS_TOGETHER = (100, 25, 5, 1)  # in one statement: so that few different ones do for any number of rows
PAGES_AT_A_STEP = 1000
WRITERS_CACHE_MB = 64
READERS_CACHE_MB = 16  # for each of up to twenty threads; what else is read, the system's own cache has


class SqliteTransaction:
    """The store's one writing connection while a transaction is open."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[Bindable] = ()) -> list[Row]:
        return list(self._connection.execute(sql, parameters))

    def execute_many(self, sql: str, rows: Iterable[Sequence[Bindable]]) -> None:
        self._connection.executemany(sql, rows)

    def execute_each(self, sql: str, rows: Sequence[Sequence[Bindable]]) -> list[list[Row]]:
        return [self.execute(sql, row) for row in rows]

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Bindable]]) -> None:
        for begin, end in _parts(len(rows)):
            sql = _insertion(table, tuple(columns), end - begin)
            self._connection.execute(sql, list(chain.from_iterable(rows[begin:end])))

    def insert_alike(self, table: str, columns: Sequence[str], alike: int, blocks: Sequence[Sequence[Any]]) -> None:
        for block in blocks:
            shared, varying = block[:alike], block[alike:]
            width, count = len(varying), len(varying[0])
            values: list[Bindable] = [None] * (width * count)
            for place, column in enumerate(varying):
                values[place::width] = column
            for begin, end in _parts(count):
                sql = _insertion_alike(table, tuple(columns), alike, end - begin)
                self._connection.execute(sql, [*shared, *values[begin * width : end * width]])

    def add_up(self, table: str, keys: Sequence[str], amount: str, rows: Sequence[Sequence[Bindable]]) -> None:
        for begin, end in _parts(len(rows)):
            sql = _addition(table, tuple(keys), amount, end - begin)
            self._connection.execute(sql, list(chain.from_iterable(rows[begin:end])))

    def changes(self) -> int:
        return self._connection.changes()


class SqliteSnapshot:
    """A connection of its own whose reading transaction is open."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def stream(self, sql: str, parameters: Sequence[Bindable] = ()) -> Iterator[Row]:
        return iter(self._connection.execute(sql, parameters))

    def copy_pages(self, file: Path, tell: Callable[[int, int], None]) -> None:
        """The whole database into a new file. tell: pages copied, of how many.

        Within an open reading transaction the copy never begins anew, however much is written meanwhile.
        """
        copy = apsw.Connection(str(file))
        try:
            with copy.backup("main", self._connection, "main") as backup:
                while not backup.done:
                    backup.step(PAGES_AT_A_STEP)
                    tell(backup.page_count - backup.remaining, backup.page_count)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        finally:
            copy.close()


class SqliteStore:
    """One writing connection behind a lock, and a reading one for each thread that asks."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.place: Path | str = file.parent
        self._write_lock = threading.Lock()
        self._own = threading.local()
        self._readers: list[apsw.Connection] = []
        self._writer = self._connect(cache_mb=WRITERS_CACHE_MB)
        with self.write() as transaction:
            migrate(transaction)

    def read(self, sql: str, parameters: Sequence[Bindable] = ()) -> list[Row]:
        return list(self._reader().execute(sql, parameters))

    def read_each(self, sql: str, rows: Sequence[Sequence[Bindable]]) -> list[list[Row]]:
        return [self.read(sql, row) for row in rows]

    @contextmanager
    def write(self) -> Iterator[SqliteTransaction]:
        with self._write_lock, _told():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield SqliteTransaction(self._writer)
                self._writer.execute("COMMIT")
            except BaseException:
                if not self._writer.get_autocommit():
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[SqliteSnapshot]:
        connection = self._connect()
        try:
            connection.execute("BEGIN")
            connection.execute("SELECT COUNT(*) FROM migrations").fetchall()  # the instant is that of the first read
            yield SqliteSnapshot(connection)
        finally:
            connection.close()

    def close(self) -> None:
        with self._write_lock:
            for connection in (*self._readers, self._writer):
                connection.close()

    def _reader(self) -> apsw.Connection:
        reader: apsw.Connection | None = getattr(self._own, "reader", None)
        if reader is None:
            reader = self._connect()
            reader.execute("PRAGMA query_only = 1")
            self._own.reader = reader
            self._readers.append(reader)
        return reader

    def _connect(self, *, cache_mb: int = READERS_CACHE_MB) -> apsw.Connection:
        connection = apsw.Connection(str(self._file), statementcachesize=STATEMENTS_KEPT)
        connection.set_busy_handler(_patience())
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # NORMAL loses acknowledged answers at a power cut
        connection.execute(f"PRAGMA cache_size = -{cache_mb * 1024}")
        connection.execute("PRAGMA wal_autocheckpoint = 10000")  # 40 MB: a page is moved once after many commits
        return connection


def has_sqlite(data: Path) -> bool:
    """Whether a store was begun in this data folder."""
    return (data / FILE).exists()


def open_sqlite(data: Path) -> SqliteStore:
    """The store in the data folder, made and brought up to date where needed. Raises SettingsFaults."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        make_private(data / FILE)
    except OSError as error:
        fault = f"data: {data} can't be used: {error.strerror}. Name a folder that may be written to."
        raise SettingsFaults("settings", [fault]) from error
    return SqliteStore(data / FILE)


def make_private(file: Path) -> None:
    """Begin it as a file that its owner alone reads: a store holds passwords' hashes, secrets, and what was masked."""
    if not file.exists():
        file.touch(mode=0o600)


def _patience() -> Callable[[int], bool]:
    """Waits for whoever writes; SQLite's own would sleep a tenth of a second for a write of a millisecond."""
    since = 0.0

    def wait(looks: int) -> bool:
        nonlocal since
        now = time.monotonic()
        since = since if looks else now
        time.sleep(min(LOOK_S * (1 + looks / 10), LOOK_LONGEST_S))
        return now - since < BUSY_TIMEOUT_S

    return wait


def _parts(count: int) -> Iterator[tuple[int, int]]:
    """Begin and end of each: many rows at a statement, because each one lets other threads in between."""
    begin = 0
    for rows in ROWS_TOGETHER:
        while count - begin >= rows:
            yield begin, begin + rows
            begin += rows


@cache
def _insertion(table: str, columns: tuple[str, ...], rows: int) -> str:
    values = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([values] * rows)}"  # noqa: S608


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except apsw.BusyError as error:
        raise StoreAway(f"Another program holds the store for too long: {error}.") from error


@cache
def _addition(table: str, keys: tuple[str, ...], amount: str, rows: int) -> str:
    return (
        f"{_insertion(table, (*keys, amount), rows)} ON CONFLICT ({', '.join(keys)})"
        f" DO UPDATE SET {amount} = {table}.{amount} + excluded.{amount}"
    )


@cache
def _insertion_alike(table: str, columns: tuple[str, ...], alike: int, rows: int) -> str:
    """The shared values are parameters 1 to `alike`, named in every row."""
    shared = [f"?{number}" for number in range(1, alike + 1)]
    width = len(columns) - alike
    own = [[f"?{alike + row * width + number}" for number in range(1, width + 1)] for row in range(rows)]
    lines = ", ".join(f"({', '.join(shared + numbers)})" for numbers in own)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {lines}"  # noqa: S608  names of ours
