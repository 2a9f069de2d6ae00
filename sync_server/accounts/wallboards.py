"""Wallboards: links that show a location's day without signing in, made and revoked by those who act there."""

import secrets
from base64 import b32encode
from hashlib import sha256
from typing import Literal

from sync_server.accounts.people import Person
from sync_server.store import Store, audit, wallboards
from sync_server.store.places import LocationRow
from sync_server.store.wallboards import WallboardRow

SECRET_BYTES = 15  # 120 bits: nobody guesses that; 24 small letters and digits, to be typed with a television's remote
MADE, REVOKED = "wallboard made", "wallboard revoked"

Look = Literal["light", "dark"]


def make(
    store: Store, location: LocationRow, *, name: str, language: str, look: Look, by: Person, now_ms: int
) -> tuple[WallboardRow, str]:
    """The wallboard, and the secret of its link, which is nowhere kept."""
    secret = b32encode(secrets.token_bytes(SECRET_BYTES)).decode().lower()
    row = WallboardRow(secrets.token_hex(8), location.location_id, name, language, look, now_ms, by.name)
    with store.write() as transaction:
        wallboards.add(transaction, row, _hashed(secret))
        audit.note(transaction, who=by.name, what=MADE, about=_about(row, location), at_ms=now_ms)
    return row, secret


def find(store: Store, secret: str) -> WallboardRow | None:
    """None for one that was revoked, too."""
    return wallboards.by_secret(store, _hashed(secret))


def revoke(store: Store, row: WallboardRow, location: LocationRow, *, by: Person, now_ms: int) -> None:
    """The link leads nowhere from now on. Of two who do it at once, one is noted."""
    with store.write() as transaction:
        if wallboards.remove(transaction, row.wallboard_id):
            audit.note(transaction, who=by.name, what=REVOKED, about=_about(row, location), at_ms=now_ms)


def _hashed(secret: str) -> str:
    """Of the secret as it may have been typed."""
    return sha256(secret.strip().lower().encode()).hexdigest()


def _about(row: WallboardRow, location: LocationRow) -> str:
    return f"{location.name}: {row.name} ({row.wallboard_id})"
