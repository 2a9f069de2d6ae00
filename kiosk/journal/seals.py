"""Seals: what guards the tables that the chain does not (faults.md 1.4): of each row a hash, kept by a trigger.

A row with one bit turned over is known again: the seal fits as soon as that bit is turned back.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

import msgspec

SEALED = {
    "state": "journal, pressed, sent, last_visit, head_seq, head_chain, base_seq, base_chain, base_answers,"
    " may_forget_seq, standing, configuration",
    "boots": "number, boot_id, offset_ms, how, clock_ms, last_uptime_ms",
    "sources": "source, last_seq",
    "days": "local_date, pressed, stored, last_seq",
}
LONGEST = 20_000  # bytes of a text whose bits are tried: a second

_encode = msgspec.json.Encoder().encode
_begun = sha256().copy
Values = tuple[Any, ...]


def seal(*values: object) -> int:
    """Of a row's columns."""
    sealed = _begun()
    sealed.update(_encode(values))
    return int.from_bytes(sealed.digest()[:8], "big", signed=True)


def add_seals(connection: sqlite3.Connection) -> None:
    """To tables that have none; every connection that writes them takes can_seal() from now on."""
    can_seal(connection)
    for table, columns in SEALED.items():
        connection.execute(f"ALTER TABLE {table} ADD COLUMN seal INTEGER")
        connection.execute(f"UPDATE {table} SET seal = seal({columns})")  # noqa: S608  names of ours
        for name, change in (("added", "INSERT"), ("changed", f"UPDATE OF {columns}")):
            connection.execute(
                f"CREATE TRIGGER {table}_{name} AFTER {change} ON {table} BEGIN"  # noqa: S608
                f" UPDATE {table} SET seal = seal({columns}) WHERE rowid = new.rowid; END"
            )


def can_seal(connection: sqlite3.Connection) -> None:
    connection.create_function("seal", -1, seal, deterministic=True)


def is_sound(row: Values) -> bool:
    """The seal is the last of its columns."""
    *values, sealed = row
    return bool(seal(*values) == sealed)


def mended(row: Values) -> Values | None:
    """As it was written, without its seal; None if that can't be told."""
    *values, sealed = row
    if not isinstance(sealed, int):
        return None
    for tried in _each_bit_turned(values):
        if seal(*tried) == sealed:
            return tuple(tried)
    return tuple(values) if (seal(*values) ^ sealed).bit_count() == 1 else None


def _each_bit_turned(values: Sequence[Any]) -> Iterator[list[Any]]:
    """As they are first."""
    yield list(values)
    for place, value in enumerate(values):
        for turned in _turned(value):
            yield [*values[:place], turned, *values[place + 1 :]]


def _turned(value: Any) -> Iterator[Any]:
    if isinstance(value, int):
        yield from (value ^ 1 << bit for bit in range(63))
    elif isinstance(value, str | bytes) and len(value) < LONGEST:
        content = bytearray(value.encode() if isinstance(value, str) else value)
        for at in range(len(content)):
            for bit in range(8):
                content[at] ^= 1 << bit
                yield content.decode(errors="replace") if isinstance(value, str) else bytes(content)
                content[at] ^= 1 << bit
