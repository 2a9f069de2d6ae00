"""What the rest of the server may ask of a store. All SQL stands in this folder, in one text for every store."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Bindable = str | bytes | int | float | None
Row = tuple[Any, ...]


class Transaction(Protocol):
    """One write transaction. What it does is kept together, or not at all."""

    def execute(self, sql: str, parameters: Sequence[Bindable] = ()) -> list[Row]: ...

    def execute_many(self, sql: str, rows: Iterable[Sequence[Bindable]]) -> None: ...

    def changes(self) -> int:
        """How many rows the last statement changed: who won, where two wanted the same."""

    def undo_if_it_fails(self) -> AbstractContextManager[None]:
        """A part of the transaction that may fail alone (a savepoint)."""


class Snapshot(Protocol):
    """All that was committed at one instant, unchanged however long it is read."""

    def stream(self, sql: str, parameters: Sequence[Bindable] = ()) -> Iterator[Row]:
        """The rows of a query one by one: for more of them than memory holds."""


class Store(Protocol):
    """Safe to use from any thread."""

    def read(self, sql: str, parameters: Sequence[Bindable] = ()) -> list[Row]:
        """All rows of a query, of what is committed."""

    def write(self) -> AbstractContextManager[Transaction]:
        """Waits for its turn; durable when the block has ended without an error."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Holds up nobody who writes. For one thread."""

    def close(self) -> None: ...
