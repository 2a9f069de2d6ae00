"""What the rest of the server may ask of a store. All SQL stands in this folder, in one text for every store."""

from collections.abc import Iterable, Sequence
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


class Store(Protocol):
    """Safe to use from any thread."""

    def read(self, sql: str, parameters: Sequence[Bindable] = ()) -> list[Row]:
        """All rows of a query, of what is committed."""

    def write(self) -> AbstractContextManager[Transaction]:
        """Waits for its turn; durable when the block has ended without an error."""

    def close(self) -> None: ...
