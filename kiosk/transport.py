"""HTTP to the server: one pooled session, a time-out on everything. What comes back is told, not judged."""

import io
import logging
import socket
import time
from functools import partial
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, Protocol

import msgspec
import requests
import urllib3
from requests.adapters import HTTPAdapter

from kiosk.errors import StrangeReply, TooSlow, Unreachable
from survey import authorities
from survey.exchange import ErrorReply, wait_asked_s

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 20
WHOLE_REPLY_S = 60  # headers and body; the read time-out is for each part alone
MAX_REPLY_BYTES = 4_000_000
MAX_COMPLAINT = 500  # characters: it is shown on the screen

log = logging.getLogger(__name__)


class Answer(msgspec.Struct, frozen=True):
    """retry_after_s: how long the server asks to wait, None if it does not."""

    status: int
    body: bytes
    retry_after_s: float | None = None

    @property
    def complaint(self) -> str:
        """What our server says is wrong, and what to do about it; empty where it says nothing, or another answered."""
        try:
            reply = msgspec.json.decode(self.body, type=ErrorReply)
        except ValueError:  # also what is no UTF-8
            return ""
        return f"{reply.message} {reply.hint}".strip()[:MAX_COMPLAINT]


class Transport(Protocol):
    def post(self, path: str, body: bytes, *, token: str = "", is_gzipped: bool = False) -> Answer:
        """Raises Unreachable, TooSlow, StrangeReply."""


class HttpTransport:
    """ca: a file with the certificate authority to trust instead of the system's."""

    def __init__(
        self,
        server: str,
        *,
        ca: Path | None = None,
        read_timeout_s: float = READ_TIMEOUT_S,
        whole_reply_s: float = WHOLE_REPLY_S,
    ) -> None:
        self._server = server.rstrip("/")
        self._timeout = (CONNECT_TIMEOUT_S, read_timeout_s)
        self._session = requests.Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _BoundedAdapter(whole_reply_s))
        self._session.trust_env = False  # a ~/.netrc would replace our token, REQUESTS_CA_BUNDLE our authority
        self._session.verify = str(ca) if ca else authorities.of_the_system()

    def post(self, path: str, body: bytes, *, token: str = "", is_gzipped: bool = False) -> Answer:
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if is_gzipped:
            headers["Content-Encoding"] = "gzip"
        url = self._server + path
        try:
            with self._session.post(
                url, data=body, headers=headers, timeout=self._timeout, allow_redirects=False, stream=True
            ) as response:
                content = _bounded(response)
        except (requests.Timeout, urllib3.exceptions.ReadTimeoutError) as error:
            log.info("%s: %s", url, error)
            raise TooSlow(f"The server at {self._server} does not answer in time.") from error
        except (OSError, urllib3.exceptions.HTTPError) as error:  # the former also of what requests and ssl tell
            log.info("%s: %s", url, error)
            raise Unreachable(f"The server at {self._server} does not answer: {_why(error)}.") from error
        return Answer(
            response.status_code,
            content,
            wait_asked_s(response.headers.get("Retry-After", ""), response.headers.get("Date", "")),
        )

    def close(self) -> None:
        self._session.close()


def _why(error: BaseException) -> str:
    """The fault at the bottom of it, as the system calls it: `connection refused`."""
    while cause := error.__cause__ or error.__context__:
        error = cause
    said = getattr(error, "verify_message", None) or getattr(error, "strerror", None) or str(error)
    begins_with_a_word = said[1:2].islower()  # and not with a name in capitals
    return (said[:1].lower() + said[1:] if begins_with_a_word else said).rstrip(".")


def _bounded(response: requests.Response) -> bytes:
    content = b""
    while piece := response.raw.read1(65_536, decode_content=True):  # what is there: the rest may come drop by drop
        content += piece
        if len(content) > MAX_REPLY_BYTES:
            raise StrangeReply(f"A reply of more than {MAX_REPLY_BYTES} bytes.")
    return content


class _BoundedAdapter(HTTPAdapter):
    """Gives each reply so long from its status line to its last byte."""

    def __init__(self, whole_reply_s: float) -> None:
        self._reply = staticmethod(partial(_BoundedReply, whole_reply_s))
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            scheme: type(pool.__name__, (pool,), {"ConnectionCls": self._bounded(pool.ConnectionCls)})
            for scheme, pool in self.poolmanager.pool_classes_by_scheme.items()
        }

    def _bounded(self, connection: type) -> type:
        return type(connection.__name__, (connection,), {"response_class": self._reply})


class _BoundedReply(HTTPResponse):
    def __init__(self, whole_reply_s: float, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Until(time.monotonic() + whole_reply_s, self.fp.detach()))


class _Until(io.RawIOBase):
    """What comes on a socket, until a monotonic time."""

    def __init__(self, until: float, raw: io.RawIOBase) -> None:
        self._until, self._raw = until, raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if time.monotonic() > self._until:
            raise TimeoutError("The reply was not complete in time.")
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
