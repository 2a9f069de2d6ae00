"""Staff's PINs: kept as salted hashes alone, slow enough to guess that a copied card gives none away at a glance.

The four to eight digits are no secret against a computer that has the hash; at the terminal wrong ones are made to wait
(kiosk/staff.py).
"""

import re
import secrets
from base64 import b64decode, b64encode
from hashlib import scrypt
from hmac import compare_digest

LEAST_DIGITS, MOST_DIGITS = 4, 8
COST, BLOCK, PARALLEL = 2**13, 8, 1  # 8 MB, and under 0.3 s on the slowest Pi; never on the screen's thread
MOST_COST = 2**16
_HASHED = re.compile(r"scrypt\$([0-9]{1,6})\$([0-9A-Za-z+/=]{8,64})\$([0-9A-Za-z+/=]{8,100})")


def hashed(pin: str) -> str:
    """As it may be kept: `scrypt$cost$salt$hash`. Raises ValueError for what is no PIN."""
    if not is_pin(pin):
        raise ValueError(f"A PIN is {LEAST_DIGITS} to {MOST_DIGITS} digits.")
    salt = secrets.token_bytes(16)
    return f"scrypt${COST}${_in_letters(salt)}${_in_letters(_hash(pin, salt, COST))}"


def matches(pin: str, hashed: str) -> bool:
    """Whether this is the PIN; False also for a hash that is none of ours."""
    found = _HASHED.fullmatch(hashed)
    if not found or not is_pin(pin):
        return False
    try:
        cost, salt, right = int(found[1]), b64decode(found[2], validate=True), b64decode(found[3], validate=True)
        return cost <= MOST_COST and compare_digest(_hash(pin, salt, cost), right)
    except ValueError:
        return False


def is_pin(text: str) -> bool:
    return text.isascii() and text.isdecimal() and LEAST_DIGITS <= len(text) <= MOST_DIGITS


def _hash(pin: str, salt: bytes, cost: int) -> bytes:
    return scrypt(pin.encode(), salt=salt, n=cost, r=BLOCK, p=PARALLEL, maxmem=256 * BLOCK * cost, dklen=32)


def _in_letters(content: bytes) -> str:
    return b64encode(content).decode()
