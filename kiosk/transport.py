"""HTTP to the server: one pooled session, a time-out on everything. What comes back is told, not judged."""

import ssl
from pathlib import Path
from typing import Protocol

import msgspec
import requests

from kiosk.errors import StrangeReply, TooSlow, Unreachable

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 20
MAX_REPLY_BYTES = 4_000_000


class Answer(msgspec.Struct, frozen=True):
    """retry_after_s: how long the server asks to wait, None if it does not."""

    status: int
    body: bytes
    retry_after_s: float | None = None


class Transport(Protocol):
    def post(self, path: str, body: bytes, *, token: str = "", is_gzipped: bool = False) -> Answer:
        """Raises Unreachable, TooSlow, StrangeReply."""


class HttpTransport:
    """ca: a file with the certificate authority to trust instead of the system's."""

    def __init__(self, server: str, *, ca: Path | None = None, read_timeout_s: float = READ_TIMEOUT_S) -> None:
        self._server = server.rstrip("/")
        self._timeout = (CONNECT_TIMEOUT_S, read_timeout_s)
        self._session = requests.Session()
        self._session.trust_env = False  # a ~/.netrc would replace our token, REQUESTS_CA_BUNDLE our authority
        self._session.verify = str(ca) if ca else True

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
        except requests.Timeout as error:
            raise TooSlow(f"{self._server} did not answer in time: {error}") from error
        except (requests.RequestException, ssl.SSLError) as error:
            raise Unreachable(f"{self._server} can't be reached: {error}") from error
        return Answer(response.status_code, content, _retry_after_s(response.headers.get("Retry-After", "")))

    def close(self) -> None:
        self._session.close()


def _bounded(response: requests.Response) -> bytes:
    content = b""
    for piece in response.iter_content(65_536):
        content += piece
        if len(content) > MAX_REPLY_BYTES:
            raise StrangeReply(f"A reply of more than {MAX_REPLY_BYTES} bytes.")
    return content


def _retry_after_s(header: str) -> float | None:
    return float(header) if header.isdecimal() else None
