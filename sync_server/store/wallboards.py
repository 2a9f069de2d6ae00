"""The queries about wallboards: a location's day for whoever has the link."""

from collections.abc import Sequence
from typing import NamedTuple

from sync_server.store.interface import Store, Transaction


class WallboardRow(NamedTuple):
    """look: "light" or "dark". made_by: a person's name."""

    wallboard_id: str
    location_id: str
    name: str
    language: str
    look: str
    made_at: int
    made_by: str


_WALLBOARDS = f"SELECT {', '.join(WallboardRow._fields)} FROM wallboards"  # noqa: S608


def add(transaction: Transaction, row: WallboardRow, secret_hash: str) -> None:
    transaction.execute(
        f"INSERT INTO wallboards ({', '.join(row._fields)}, secret_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (*row, secret_hash),
    )


def at(store: Store, location_ids: Sequence[str]) -> list[WallboardRow]:
    """Those of these locations, newest first."""
    if not location_ids:
        return []
    marks = ", ".join("?" * len(location_ids))
    rows = store.read(
        f"{_WALLBOARDS} WHERE location_id IN ({marks}) ORDER BY made_at DESC, wallboard_id", list(location_ids)
    )
    return [WallboardRow(*row) for row in rows]


def by_secret(store: Store, secret_hash: str) -> WallboardRow | None:
    return _one(store, f"{_WALLBOARDS} WHERE secret_hash = ?", secret_hash)


def by_id(store: Store, wallboard_id: str) -> WallboardRow | None:
    return _one(store, f"{_WALLBOARDS} WHERE wallboard_id = ?", wallboard_id)


def remove(transaction: Transaction, wallboard_id: str) -> bool:
    """True for the one who came first."""
    transaction.execute("DELETE FROM wallboards WHERE wallboard_id = ?", (wallboard_id,))
    return transaction.changes() == 1


def _one(store: Store, sql: str, parameter: str) -> WallboardRow | None:
    rows = store.read(sql, (parameter,))
    return WallboardRow(*rows[0]) if rows else None
