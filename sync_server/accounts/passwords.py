"""Passwords: hashed with Argon2id, compared slowly, and never more than two at once.

Each takes 64 MiB and a core for a moment; a flood of sign-ins must not starve the exchange.
"""

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10  # characters of a password that a person chooses
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are mistaken for each other

_hasher = PasswordHasher()
_two_at_once = threading.BoundedSemaphore(2)


def hashed(password: str) -> str:
    with _two_at_once:
        return _hasher.hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """None: there is no such person; takes as long and is never right."""
    with _two_at_once:
        try:
            return _hasher.verify(password_hash or _nobodys(), password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def generated() -> str:
    """About 79 bits, in four groups that can be read out on the telephone."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


@cache
def _nobodys() -> str:
    """What an unknown name is compared with, so that the time taken does not tell which names exist."""
    return _hasher.hash(secrets.token_hex(16))
