"""The link that ends a report without signing in (RFC 8058): nobody but this server can make one."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple

from sync_server.reports.schedule import Kind
from sync_server.store import Store
from sync_server.store.people import secret_for

PURPOSE = "unsubscribe"
PATH = "/reports/end/"
_SEPARATOR = "\n"


class Ending(NamedTuple):
    person_id: str
    kind: Kind


def headers(address: str) -> Mapping[str, str]:
    """Of a letter. address: the whole link."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def token(store: Store, ending: Ending) -> str:
    content = _SEPARATOR.join((ending.kind, ending.person_id)).encode()
    return f"{_encoded(content)}.{_encoded(_signature(store, content))}"


def read_token(store: Store, given: str) -> Ending | None:
    """None for one that was not made here, or was changed."""
    try:
        content, signature = (urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in given.split("."))
    except ValueError:
        return None
    if not hmac.compare_digest(signature, _signature(store, content)):
        return None
    kind, _, person_id = content.decode().partition(_SEPARATOR)
    return Ending(person_id, Kind(kind))


def _signature(store: Store, content: bytes) -> bytes:
    return hmac.digest(secret_for(store, PURPOSE).encode(), content, sha256)


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
