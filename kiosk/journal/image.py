"""What SQLite itself still reads of a damaged journal. It is read in memory: the file is left as it is."""

import sqlite3
from typing import Any, NamedTuple, Self


class Rows(NamedTuple):
    """is_whole: SQLite came to the end of the table."""

    rows: list[tuple[Any, ...]]
    is_whole: bool


class Image:
    def __init__(self, content: bytes) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.deserialize(content)
        self._connection.text_factory = _text

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def read(self, sql: str) -> Rows:
        rows: list[tuple[Any, ...]] = []
        try:
            for row in self._connection.execute(sql):
                rows.append(row)  # what comes before an error is of use
        except (sqlite3.Error, UnicodeDecodeError):  # SQLite may name a spoilt table in its message
            return Rows(rows, is_whole=False)
        return Rows(rows, is_whole=True)


def _text(content: bytes) -> str:
    return content.decode(errors="replace")  # a spoilt text: its chain may yet be sound
