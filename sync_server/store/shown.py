"""The queries about what terminals show and ask for beside the survey: the chain's theme, pictures, staff's PINs."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec

from survey.theme import Theme
from sync_server.store.interface import Store, Transaction

CHAIN = "chain"  # the one theme there is


def theme(store: Store) -> Theme:
    rows = store.read("SELECT theme FROM themes WHERE theme_id = ?", (CHAIN,))
    return msgspec.json.decode(rows[0][0], type=Theme) if rows else Theme()


def put_theme(transaction: Transaction, theme: Theme) -> None:
    transaction.execute(
        "INSERT INTO themes (theme_id, theme) VALUES (?, ?)"
        " ON CONFLICT (theme_id) DO UPDATE SET theme = excluded.theme",
        (CHAIN, msgspec.json.encode(theme).decode()),
    )


def put_pictures(transaction: Transaction, pictures: Mapping[str, bytes]) -> None:
    """By name, as PNG."""
    transaction.execute_many(
        "INSERT INTO pictures (name, sha256, content) VALUES (?, ?, ?) ON CONFLICT (name)"
        " DO UPDATE SET sha256 = excluded.sha256, content = excluded.content",
        [(name, sha256(png).hexdigest(), b64encode(png).decode()) for name, png in sorted(pictures.items())],
    )


def picture_hashes(store: Store, names: Sequence[str]) -> dict[str, str]:
    """Name -> SHA-256 (hex), of those that there are."""
    if not names:
        return {}
    marks = ", ".join("?" * len(names))
    rows = store.read(f"SELECT name, sha256 FROM pictures WHERE name IN ({marks}) ORDER BY name", tuple(names))  # noqa: S608
    return dict(rows)


def picture(store: Store, sha256_hex: str) -> bytes | None:
    rows = store.read("SELECT content FROM pictures WHERE sha256 = ? LIMIT 1", (sha256_hex,))
    return b64decode(rows[0][0]) if rows else None


def staff_pin(store: Store, location_id: str) -> str:
    """As survey.pins.hashed gave it; empty where none is set."""
    rows = store.read("SELECT staff_pin FROM locations WHERE location_id = ?", (location_id,))
    return str(rows[0][0]) if rows else ""


def put_staff_pin(transaction: Transaction, location_id: str, hashed: str) -> bool:
    """False where there is no such location."""
    transaction.execute("UPDATE locations SET staff_pin = ? WHERE location_id = ?", (hashed, location_id))
    return transaction.changes() == 1
