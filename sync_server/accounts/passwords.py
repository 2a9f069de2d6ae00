"""Passwords: hashed with Argon2id, compared slowly, and never more than two at once.

Each takes 64 MiB and a core for a moment; a flood of sign-ins must not starve the exchange.
"""

import secrets
import string
import threading
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10  # characters of a password that a person chooses
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are mistaken for each other

_hasher = PasswordHasher()
_two_at_once = threading.BoundedSemaphore(2)

Fault = Literal["short", "common", "own"]


def fault_of(password: str, own: Sequence[str] = ()) -> Fault | None:
    """Why a password that a person chose will not do. own: what others know of them: name, e-mail address."""
    if len(password) < SHORTEST:
        return "short"
    core = _core(password)
    if len(set(core)) < 4 or core in _common():  # also "password2026!", "aaaaaaaaaa", "12345678910"
        return "common"
    words = [word for told in own for word in (told, *told.replace("@", " ").split())]
    return "own" if core in {_core(word) for word in words} else None


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


def _core(text: str) -> str:
    """What is left without the capitals, and the figures and signs around, that everybody adds."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return plain.strip(string.digits + string.punctuation + string.whitespace)


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # a moment, for those alone who choose a password

    return frozenset(_core(password) for password in FREQUENCY_LISTS["passwords"])
