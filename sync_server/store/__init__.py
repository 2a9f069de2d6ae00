"""All SQL of the server. interface.py: what a store can do; sqlite.py, postgresql.py: do it; the rest: the queries."""

from pathlib import Path

from sync_server.store.interface import Row, Snapshot, Store, Transaction
from sync_server.store.sqlite import has_sqlite, open_sqlite

__all__ = ["Row", "Snapshot", "Store", "Transaction", "has_store", "open_store"]


def open_store(place: Path | str) -> Store:
    """The store at this place, made and brought up to date where needed.

    place: a data folder for SQLite, an address like postgresql://host/database for PostgreSQL. Raises StoreAway.
    """
    if isinstance(place, Path):
        return open_sqlite(place)
    from sync_server.store.postgresql import PostgresqlStore  # 0.1 s that a store in a file need not wait for

    return PostgresqlStore(place)


def has_store(place: Path | str) -> bool:
    """Whether a store was begun there. Raises StoreAway."""
    if isinstance(place, Path):
        return has_sqlite(place)
    from sync_server.store.postgresql import has_postgresql

    return has_postgresql(place)
