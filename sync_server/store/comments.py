"""The queries about what was said in words: what people look for, what they do with it, and what was masked in it."""

from collections.abc import Sequence
from typing import NamedTuple

from sync_server.store.interface import Row, Store, Transaction

_IS_IT = "location_id = ? AND at = ? AND journal_id = ? AND seq = ?"
_OF_TEXT = ("unmasked", "comment_states", "comment_acts")  # tables whose rows go with their text


class Key(NamedTuple):
    """Names a text."""

    location_id: str
    at: int
    journal_id: int
    seq: int


class Words(NamedTuple):
    key: Key
    text: str


def remove_with_texts(transaction: Transaction, keys: Sequence[Row]) -> None:
    """All that is kept beside texts that are removed: keys of theirs."""
    for table in _OF_TEXT:
        transaction.execute_many(f"DELETE FROM {table} WHERE {_IS_IT}", keys)  # noqa: S608


def texts_after(store: Store, location_id: str, after: Key | None, most: int) -> list[Words]:
    """In the order of their keys, of one location."""
    _, *last = after or Key(location_id, -(2**62), 0, 0)
    rows = store.read(
        "SELECT location_id, at, journal_id, seq, text FROM texts"
        " WHERE location_id = ? AND (at, journal_id, seq) > (?, ?, ?) ORDER BY at, journal_id, seq LIMIT ?",
        (location_id, *last, most),
    )
    return [Words(Key(*key), text) for *key, text in rows]


def mask(transaction: Transaction, was: Words, text: str) -> None:
    """Put a masked text in its place, unless somebody did; the first original is the one that is kept."""
    transaction.execute(f"UPDATE texts SET text = ? WHERE {_IS_IT} AND text = ?", (text, *was.key, was.text))  # noqa: S608
    if transaction.changes():
        transaction.execute(
            "INSERT INTO unmasked (location_id, at, journal_id, seq, text) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (*was.key, was.text),
        )
