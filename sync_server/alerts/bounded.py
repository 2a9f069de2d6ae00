"""HTTP to receivers who may drip their answer byte by byte: what is read of it is bounded, in time and in size."""

import io
import socket
import time
from http.client import HTTPException, HTTPResponse
from typing import Any, cast

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool

MOST_BYTES = 64 * 1024  # of an answer; that of a webhook is its first line


class BoundedAdapter(HTTPAdapter):
    """For a requests.Session. until_s: by time.monotonic(), set before each call; then its answer has to be there."""

    until_s = 0.0

    def get_connection_with_tls_context(self, *asked: Any, **more: Any) -> HTTPConnectionPool:
        pool = cast(HTTPConnectionPool, super().get_connection_with_tls_context(*asked, **more))
        connection = type(pool).ConnectionCls
        pool.ConnectionCls = type(connection.__name__, (connection,), {"response_class": self._response})
        return pool

    def _response(self, connection: socket.socket, **how: Any) -> HTTPResponse:
        response = HTTPResponse(connection, **how)
        response.fp.close()
        response.fp = io.BufferedReader(_Bounded(connection, self.until_s))
        return response


class _Bounded(io.RawIOBase):
    """What comes over a connection. A socket's own time-out is for each part alone."""

    def __init__(self, connection: socket.socket, until_s: float) -> None:
        self._connection, self._until_s, self._left_bytes = connection, until_s, MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left_s = self._until_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        if self._left_bytes <= 0:
            raise HTTPException(f"The answer is longer than {MOST_BYTES} bytes.")
        self._connection.settimeout(left_s)
        count = self._connection.recv_into(buffer)
        self._left_bytes -= count
        return count
