"""HTTP/1.1 from many terminals at once: one POST at a time on a connection, no more than an exchange needs.

Light on purpose: ten thousand of these share a core with whatever else the machine does.
"""

import asyncio
import contextlib
import ssl
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from survey.exchange import wait_asked_s

CONNECT_TIMEOUT_S, READ_TIMEOUT_S = 5.0, 20.0  # as terminals have them
MAX_REPLY_BYTES = 4_000_000


class Answer(NamedTuple):
    """retry_after_s: how long the server asks to wait, None if it does not."""

    status: int
    body: bytes
    retry_after_s: float | None


class Address(NamedTuple):
    """Where the server is; tls: None for plain HTTP."""

    host: str
    port: int
    tls: ssl.SSLContext | None

    @classmethod
    def of(cls, url: str, ca: Path | None) -> "Address":
        """Raises ValueError for what is no address, OSError for a CA file that can't be read."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is no server's address; write it as in http://127.0.0.1:8080.")
        is_secret = parts.scheme == "https"
        tls = ssl.create_default_context(cafile=ca) if is_secret else None
        return cls(parts.hostname, parts.port or (443 if is_secret else 80), tls)


class Connection:
    """Opened when it is needed, kept while the server keeps it, if `keep`.

    Raises OSError (TimeoutError is one), asyncio.IncompleteReadError, and ValueError for what is not HTTP.
    """

    def __init__(self, address: Address, *, keep: bool = True) -> None:
        self._address, self._keep = address, keep
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: bytes, *, token: str = "", is_gzipped: bool = False) -> Answer:
        data = self._head(path, len(body), token, is_gzipped=is_gzipped) + body
        was_open = self._streams is not None
        try:
            return await self._exchange(data)
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            # The server may close a kept connection at the very moment when it is used again.
            if not was_open or (isinstance(error, asyncio.IncompleteReadError) and error.partial):
                raise
            return await self._exchange(data)

    async def _exchange(self, data: bytes) -> Answer:
        try:
            reader, writer = await self._open()
            writer.write(data)
            async with asyncio.timeout(READ_TIMEOUT_S):
                answer, stays = await _read(reader)
        except BaseException:
            self.close()
            raise
        if not (stays and self._keep):
            self.close()
        return answer

    async def post_without_reply(self, path: str, body: bytes, *, token: str, share: float = 1.0) -> None:
        """So much of it goes out, and then the connection is gone."""
        data = self._head(path, len(body), token, is_gzipped=True) + body
        try:
            _, writer = await self._open()
            writer.write(data[: max(1, int(share * len(data)))])
            await writer.drain()
            await asyncio.sleep(0)
        finally:
            self.close()

    async def post_slowly(self, path: str, body: bytes, *, token: str, takes_s: float) -> Answer:
        """The body in ten pieces."""
        try:
            reader, writer = await self._open()
            writer.write(self._head(path, len(body), token, is_gzipped=True))
            piece = max(1, len(body) // 10)
            for first in range(0, len(body), piece):
                writer.write(body[first : first + piece])
                await asyncio.sleep(takes_s / 10)
            async with asyncio.timeout(READ_TIMEOUT_S):
                answer, _ = await _read(reader)
        finally:
            self.close()
        return answer

    def close(self) -> None:
        if self._streams:
            self._streams[1].transport.abort()
            self._streams = None

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams and (self._streams[0].at_eof() or self._streams[1].is_closing()):
            self.close()
        if self._streams is None:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                host, port, tls = self._address
                self._streams = await asyncio.open_connection(host, port, ssl=tls, limit=65_536)
        return self._streams

    def _head(self, path: str, length: int, token: str, *, is_gzipped: bool) -> bytes:
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: {self._address.host}:{self._address.port}",
            "Content-Type: application/json",
            f"Content-Length: {length}",
        ]
        if token:
            lines.append(f"Authorization: Bearer {token}")
        if is_gzipped:
            lines.append("Content-Encoding: gzip")
        if not self._keep:
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode()


async def _read(reader: asyncio.StreamReader) -> tuple[Answer, bool]:
    """The answer, and whether the connection stays open. Raises ValueError for what is not HTTP."""
    try:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except asyncio.LimitOverrunError as error:
        raise ValueError("The answer has no end of its headers.") from error
    status = int(lines[0].split(" ")[1])
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
    length = headers.get("content-length")
    if length is not None:
        if int(length) > MAX_REPLY_BYTES:
            raise ValueError(f"An answer of {length} bytes.")
        body = await reader.readexactly(int(length))
    elif headers.get("transfer-encoding", "").lower() == "chunked":
        body = await _chunks(reader)
    else:
        body = await reader.read(MAX_REPLY_BYTES)
    stays = headers.get("connection", "").lower() != "close" and (length is not None or "transfer-encoding" in headers)
    return Answer(status, body, wait_asked_s(headers.get("retry-after", ""), headers.get("date", ""))), stays


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).partition(b";")[0], 16):
        if len(body) + size > MAX_REPLY_BYTES:
            raise ValueError("An answer without an end.")
        body += await reader.readexactly(size)
        await reader.readline()
    with contextlib.suppress(asyncio.IncompleteReadError):
        await reader.readuntil(b"\r\n")
    return body
