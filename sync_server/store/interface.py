"""What the rest of the server may ask of a store. All SQL stands in this folder, in one text for every store."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

Bindable = str | bytes | int | float | None
Row = tuple[Any, ...]
Read = Callable[[str, Sequence[Bindable]], list[Row]]  # a store's read, or a transaction's execute


class Transaction(Protocol):
    """One write transaction. What it does is kept together, or not at all."""

    def execute(self, sql: str, parameters: Sequence[Bindable] = ()) -> list[Row]: ...

    def execute_many(self, sql: str, rows: Iterable[Sequence[Bindable]]) -> None: ...

    def execute_each(self, sql: str, rows: Sequence[Sequence[Bindable]]) -> list[list[Row]]:
        """One statement with several sets of parameters, sent in one go; the rows that each gives."""

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Bindable]]) -> None:
        """New rows, as fast as the store can."""

    def insert_alike(self, table: str, columns: Sequence[str], alike: int, blocks: Sequence[Sequence[Any]]) -> None:
        """New rows in blocks: the first `alike` items of a block stand in each of its rows, the others are columns.

        Those columns hold whole numbers, or few different texts. Two to five times as fast as row by row.
        """

    def add_up(self, table: str, keys: Sequence[str], amount: str, rows: Sequence[Sequence[Bindable]]) -> None:
        """Add to the rows of these keys, or begin them. rows: key and amount, whole numbers or texts; no key twice."""

    def changes(self) -> int:
        """How many rows the last statement changed: who won, where two wanted the same."""


class Snapshot(Protocol):
    """All that was committed at one instant, unchanged however long it is read."""

    def stream(self, sql: str, parameters: Sequence[Bindable] = ()) -> Iterator[Row]:
        """The rows of a query one by one: for more of them than memory holds."""


class Store(Protocol):
    """Safe to use from any thread. place: what open_store was given; another process may open it, too."""

    place: Path | str

    def read(self, sql: str, parameters: Sequence[Bindable] = ()) -> list[Row]:
        """All rows of a query, of what is committed. Raises StoreAway."""

    def read_each(self, sql: str, rows: Sequence[Sequence[Bindable]]) -> list[list[Row]]:
        """The same for several sets of parameters, sent in one go. Raises StoreAway."""

    def write(self) -> AbstractContextManager[Transaction]:
        """Waits for its turn; durable when the block has ended without an error.

        Raises StoreAway where the store is away or another was first: then carry the whole block out again, in a new
        transaction. It may have been kept; so the block itself finds out what is there already.
        """

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Holds up nobody who writes. For one thread."""

    def close(self) -> None: ...
