"""The store in PostgreSQL, for any number of server processes side by side; with Citus also on several machines.

What differs from SQLite stands here: placeholders, COPY, and which errors mean that the database is away. Nothing is
acknowledged unless its COMMIT said so without a warning (stack.md 3).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper
from psycopg_pool import ConnectionPool, PoolTimeout

from sync_server.errors import ServerError, SettingsFaults, StoreAway
from sync_server.store.interface import Bindable, Row
from sync_server.store.migrate import migrate
from sync_server.store.rows import without_nul

PGBOUNCER = re.compile(
    r"(?<=[?&])pgbouncer=true(&|$)"
)  # in the address: PgBouncer hands each transaction to another server
SECRETS = re.compile(r"://[^/@:]*:(.*)@|password=([^&]*)")
READERS, WRITERS = 20, 4  # connections of one process: one for each thread that may read, so that pages and exchange
# never wait for each other's (design.md 3.7)
WAIT_S = 5.0
RECONNECT_S = 1.5
STREAMED_ROWS = 2_000
UNLESS_SAID = {  # of several hosts the one that writes, and no waiting for a dead one
    "target_session_attrs": "read-write",
    "connect_timeout": "2",
    "tcp_user_timeout": "5000",
    "application_name": "hymy",
}
AWAY_CLASSES = ("08", "57P")  # the connection is lost; the server goes down or comes up
AWAY = {"25006", "40001", "40P01", "53300"}  # no longer the primary; lost to another; deadlock; too many connections
ARRAY_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"'})
COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
STILL_GOOD = {"40001", "40P01"}  # the connection is, after these

T = TypeVar("T")
_Connection = psycopg.Connection[Row]


class PostgresqlTransaction:
    """A connection while its transaction is open."""

    def __init__(self, connection: _Connection, types: dict[str, dict[str, int]]) -> None:
        self._connection = connection
        self._cursor = connection.cursor()
        self._known_types = types

    def execute(self, sql: str, parameters: Sequence[Bindable] = ()) -> list[Row]:
        return _execute(self._cursor, sql, parameters)

    def execute_many(self, sql: str, rows: Iterable[Sequence[Bindable]]) -> None:
        self._cursor.executemany(in_postgresql(sql), map(_storable, rows))

    def execute_each(self, sql: str, rows: Sequence[Sequence[Bindable]]) -> list[list[Row]]:
        return _execute_each(self._cursor, sql, rows)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Bindable]]) -> None:
        if not rows:
            return
        # Packing such rows by hand took longer than psycopg's own; executemany takes six times as long.
        into = _copy_into(table, tuple(columns), "BINARY")
        types = self._types(table)
        if _has_nul(rows):
            rows = [_storable(row) for row in rows]
        with self._cursor.copy(into) as copy:
            copy.set_types([types[column] for column in columns])
            for row in rows:
                copy.write_row(row)

    def insert_alike(self, table: str, columns: Sequence[str], alike: int, blocks: Sequence[Sequence[Any]]) -> None:
        """Made by whole blocks, five times as fast as row by row; as text, which costs PostgreSQL less than binary."""
        if blocks:
            with self._cursor.copy(_copy_into(table, tuple(columns), "TEXT")) as copy:
                copy.write("".join(_lines(block, alike) for block in blocks))

    def add_up(self, table: str, keys: Sequence[str], amount: str, rows: Sequence[Sequence[Bindable]]) -> None:
        """Column by column in one statement: a row at a time takes four times as long."""
        if rows:
            columns = list(zip(*rows, strict=True))
            kinds = tuple("BIGINT" if isinstance(column[0], int) else "TEXT" for column in columns)
            self._cursor.execute(_addition(table, tuple(keys), amount, kinds), [_array(column) for column in columns])

    def changes(self) -> int:
        return max(0, self._cursor.rowcount)

    def _types(self, table: str) -> dict[str, int]:
        """The type of each column, by its number in the catalog: a binary COPY converts nothing."""
        if table not in self._known_types:
            rows = self._connection.execute(
                b"SELECT attname, atttypid FROM pg_attribute WHERE attrelid = CAST(%s AS regclass) AND attnum > 0",
                (table,),
            )
            self._known_types[table] = dict(rows.fetchall())
        return self._known_types[table]


class PostgresqlSnapshot:
    """A connection whose transaction reads what was committed when it began."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._number = 0

    def stream(self, sql: str, parameters: Sequence[Bindable] = ()) -> Iterator[Row]:
        self._number += 1
        with self._connection.cursor(f"stream_{self._number}") as cursor:
            cursor.itersize = STREAMED_ROWS
            cursor.execute(in_postgresql(sql), _storable(parameters))
            yield from cursor


class PostgresqlStore:
    """Two pools of connections: one for reading, one for writing."""

    def __init__(self, address: str) -> None:
        self._threshold = None if PGBOUNCER.search(address) else 2
        self.place: Path | str = address
        self._address = _complete(address)
        self._types: dict[str, dict[str, int]] = {}
        with _told():  # at the start its own words, instead of a wait
            psycopg.connect(self._address).close()
        self._writers = self._pool("writers", WRITERS, check=_begin)
        self._readers = self._pool("readers", READERS)
        try:
            self._migrate()
        except BaseException:
            self.close()
            raise

    def read(self, sql: str, parameters: Sequence[Bindable] = ()) -> list[Row]:
        return self._read(lambda cursor: _execute(cursor, sql, parameters))

    def read_each(self, sql: str, rows: Sequence[Sequence[Bindable]]) -> list[list[Row]]:
        return self._read(lambda cursor: _execute_each(cursor, sql, rows))

    @contextmanager
    def write(self) -> Iterator[PostgresqlTransaction]:
        with _borrowed(self._writers) as connection:
            yield PostgresqlTransaction(connection, self._types)
            _commit(connection)

    @contextmanager
    def snapshot(self) -> Iterator[PostgresqlSnapshot]:
        with _told(), psycopg.connect(self._address, autocommit=True) as connection:
            _prepare(connection, None)
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            connection.execute("SELECT 1 FROM migrations LIMIT 1")  # the instant is that of the first read
            yield PostgresqlSnapshot(connection)

    def close(self) -> None:
        self._readers.close()
        self._writers.close()

    def _read(self, ask: "Callable[[psycopg.Cursor[Row]], T]") -> T:
        try:
            return self._asked(ask)
        except StoreAway as error:
            if isinstance(error.__cause__, PoolTimeout):
                raise
            self._readers.check()  # one that was kept has died since; others may have, too
            return self._asked(ask)

    def _asked(self, ask: "Callable[[psycopg.Cursor[Row]], T]") -> T:
        with _borrowed(self._readers) as connection:
            return ask(connection.cursor())

    def _migrate(self) -> None:
        try:
            with self.write() as transaction:
                migrate(transaction)
        except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable):  # two began the same store at once
            with self.write() as transaction:
                migrate(transaction)

    def _pool(
        self, name: str, most: int, check: Callable[[_Connection], None] | None = None
    ) -> "ConnectionPool[_Connection]":
        return ConnectionPool(
            self._address,
            min_size=1,
            max_size=most,
            kwargs={"autocommit": True},
            configure=lambda connection: _prepare(connection, self._threshold),
            check=check,
            timeout=WAIT_S,
            reconnect_timeout=RECONNECT_S,
            name=name,
            open=True,
        )


def has_postgresql(address: str) -> bool:
    """Whether a store was begun in this database. Raises StoreAway."""
    with _told(), psycopg.connect(_complete(address)) as connection:
        return connection.execute("SELECT to_regclass('migrations')").fetchone() != (None,)


@lru_cache(maxsize=500)
def in_postgresql(sql: str) -> bytes:
    """The text as psycopg takes it: `?` outside of quotes becomes a placeholder, and tables have no ROWID to leave."""
    parts = sql.replace(" WITHOUT ROWID", "").replace("%", "%%").split("'")
    parts[::2] = [part.replace("?", "%s") for part in parts[::2]]
    return "'".join(parts).encode()


def is_away(error: psycopg.Error) -> bool:
    """Whether the same transaction may succeed when it is tried again."""
    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError)  # the connection broke, or none was to be had
    return error.sqlstate.startswith(AWAY_CLASSES) or error.sqlstate in AWAY


def _execute(cursor: "psycopg.Cursor[Row]", sql: str, parameters: Sequence[Bindable]) -> list[Row]:
    cursor.execute(in_postgresql(sql), _storable(parameters))
    return [] if cursor.rownumber is None else cursor.fetchall()  # its `description` would describe every column first


def _execute_each(cursor: "psycopg.Cursor[Row]", sql: str, rows: Sequence[Sequence[Bindable]]) -> list[list[Row]]:
    if len(rows) < 2:
        return [_execute(cursor, sql, row) for row in rows]
    cursor.executemany(in_postgresql(sql), map(_storable, rows), returning=True)
    found = [cursor.fetchall()]
    while cursor.nextset():
        found.append(cursor.fetchall())
    return found


def _begin(connection: _Connection) -> None:
    """The pool carries this out as it hands a connection over; one that can't begin is replaced."""
    connection.execute(b"BEGIN")


def _commit(connection: _Connection) -> None:
    """Durable where it returns. Raises StoreAway where that is not known: then the transaction is tried again."""
    warnings: list[str] = []

    def note(notice: psycopg.errors.Diagnostic) -> None:
        if (notice.sqlstate or "").startswith("01"):
            warnings.append(notice.message_primary or "")

    connection.add_notice_handler(note)
    try:
        ended = connection.execute(b"COMMIT").statusmessage
    except psycopg.Error as error:
        raise _away(error) from error
    finally:
        connection.remove_notice_handler(note)
    if warnings:  # "canceling wait for synchronous replication": it is here, but the standby may lack it
        raise StoreAway(f"The database does not vouch for what it wrote: {warnings[0]}.")
    if ended != "COMMIT":
        raise ServerError("An error within the transaction was passed over, so that nothing of it was kept.")


@contextmanager
def _borrowed(pool: "ConnectionPool[_Connection]") -> Iterator[_Connection]:
    """Raises StoreAway; a connection that has seen the database go is not given to anybody again."""
    with _told(), pool.connection() as connection:
        try:
            yield connection
        except psycopg.Error as error:
            if is_away(error) and error.sqlstate not in STILL_GOOD:
                connection.close()
            raise


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        if is_away(error):
            raise _away(error) from error
        raise


def _away(error: psycopg.Error) -> StoreAway:
    return StoreAway(f"The database is away: {' '.join(str(error).split())}.")


def _complete(address: str) -> str:
    """The address for libpq, with what it leaves open. Raises SettingsFaults."""
    address = PGBOUNCER.sub("", address).rstrip("?&")
    authority, _, path = address.partition("://")[2].partition("?")[0].partition("/")
    if "@" in path or authority.count("@") > 1:  # libpq would take a part of the password for the host, and name it
        raise SettingsFaults("settings", ["database: write @ and / in a password as %40 and %2F."])
    try:
        return make_conninfo(address, **{k: v for k, v in UNLESS_SAID.items() if k not in conninfo_to_dict(address)})
    except psycopg.ProgrammingError as error:
        raise SettingsFaults("settings", [f"database: {_without_secrets(error, address)}."]) from None


def _without_secrets(error: Exception, address: str) -> str:
    """libpq's words, but for what it quotes of a password, or of an address with one in it."""
    secrets = [secret for pair in SECRETS.findall(address) for secret in pair if secret]

    def shown(quoted: re.Match[str]) -> str:
        return '"***"' if any(secret in quoted[1] or quoted[1] in secret for secret in secrets) else quoted[0]

    return re.sub('"([^"]*)"', shown, " ".join(str(error).split()))


def _prepare(connection: _Connection, threshold: int | None) -> None:
    """Every number is a BIGINT, a yes too: else each mix of sizes would be prepared as a statement of its own."""
    connection.prepare_threshold = threshold
    for kind in (int, bool):
        for dumper in (Int8Dumper, Int8BinaryDumper):
            connection.adapters.register_dumper(kind, dumper)


def _storable(row: Sequence[Bindable]) -> Sequence[Bindable]:
    if any(isinstance(value, str) and "\0" in value for value in row):
        return [without_nul(value) if isinstance(value, str) else value for value in row]
    return row


def _has_nul(rows: Sequence[Sequence[Bindable]]) -> bool:
    """Column by column: far quicker than value by value."""
    return any(isinstance(value, str) and "\0" in value for column in zip(*rows, strict=True) for value in set(column))


@cache
def _copy_into(table: str, columns: tuple[str, ...], form: LiteralString) -> Composed:
    names = SQL(", ").join(map(Identifier, columns))
    return SQL("COPY {} ({}) FROM STDIN (FORMAT {})").format(Identifier(table), names, SQL(form))


@cache
def _addition(table: str, keys: tuple[str, ...], amount: str, kinds: tuple[str, ...]) -> bytes:
    arrays = ", ".join(f"CAST(%s AS {kind}[])" for kind in kinds)
    return (
        f"INSERT INTO {table} ({', '.join((*keys, amount))}) SELECT * FROM unnest({arrays})"  # noqa: S608  names of ours
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {amount} = {table}.{amount} + excluded.{amount}"
    ).encode()


def _array(column: Sequence[Bindable]) -> str:
    """As PostgreSQL writes one: psycopg's own way from a list takes longer than the statement."""
    if isinstance(column[0], int):
        return "{" + ",".join(map(str, column)) + "}"
    return '{"' + '","'.join(str(value).translate(ARRAY_ESCAPES) for value in _storable(column)) + '"}'


def _lines(block: Sequence[Any], alike: int) -> str:
    """The rows of a block as a COPY has them in text."""
    shared = "\t".join(map(_escaped, _storable(block[:alike])))
    varying = [_escaped_column(column) if isinstance(column[0], str) else column for column in block[alike:]]
    line = shared.replace("%", "%%") + "\t%s" * len(varying) + "\n"
    return line * len(varying[0]) % tuple(chain.from_iterable(zip(*varying, strict=True)))


def _escaped_column(texts: Sequence[str]) -> list[str]:
    """There are few different ones."""
    escaped = {text: _escaped(without_nul(text)) for text in set(texts)}
    return [escaped[text] for text in texts]


def _escaped(value: Bindable) -> str:
    return str(value).translate(COPY_ESCAPES)
