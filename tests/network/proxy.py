"""A network that misbehaves: an HTTP proxy between terminals and a server, whose mischief is drawn from a seed.

It knows nothing of the exchange: it cuts, loses, delays, repeats, crosses and answers itself, as networks do.
"""

import asyncio
import contextlib
import re
import threading
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping
from random import Random
from typing import Self

LIMIT_S = 30.0
DELAY_S = 0.3
HANG_S = 5.0  # longer than a terminal of the tests waits
PIECES = 12  # of a message that comes drop by drop
OWN_ANSWERS = {
    "login_page": ("200 OK", "text/html", b"<html><h1>Welcome to CafeWiFi</h1><form><input name=room></form></html>"),
    "other_json": ("200 OK", "application/json", b'{"status": "ok", "accepted": 500, "head": 500}'),
    "empty_page": ("200 OK", "application/json", b""),
    "redirect": ("302 Found\r\nLocation: http://wifi.example/login", "text/html", b"<a href=/login>Log in</a>"),
    "bad_gateway": ("502 Bad Gateway", "text/html", b"<h1>502</h1>"),
}
CHAOS: Mapping[str, float] = {
    "pass_on": 12,
    "cut_request": 2,
    "cut_reply": 2,
    "lose_reply": 3,
    "hang": 0.2,
    "delay": 2,
    "repeat": 3,
    "repeat_later": 3,
    "overtake": 3,
    "drip_request": 0.5,
    "drip_reply": 0.5,
    **dict.fromkeys(OWN_ANSWERS, 0.6),
}
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_SENDER = re.compile(rb"\r\nauthorization: *([^\r]+)", re.IGNORECASE)
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class ChaosProxy:
    """mischief: weights of what it does with a request; the keys of CHAOS and `anothers_reply`."""

    def __init__(self, upstream_port: int, *, seed: int, mischief: Mapping[str, float] = CHAOS) -> None:
        self.done: Counter[str] = Counter()
        self._upstream_port = upstream_port
        self._random = Random(seed)
        self._mischief = dict(mischief)
        self._held: defaultdict[bytes, list[bytes]] = defaultdict(list)  # by sender: what is delivered later
        self._last_replies: dict[bytes, bytes] = {}
        self._started, self._over = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="proxy")

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(LIMIT_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def behave(self, mischief: Mapping[str, float]) -> None:
        """In this way from now on."""
        self._mischief = dict(mischief)

    def calm(self) -> None:
        """From now on everything passes; what is held is delivered still."""
        self.behave({"pass_on": 1})

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._converse, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._over.wait()
        server.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a terminal: a request after the other, until one side or the mischief ends it."""
        async with _closing(writer):
            with contextlib.suppress(OSError, EOFError):
                while await self._one(await _message(reader), writer):
                    pass

    async def _one(self, request: bytes, writer: asyncio.StreamWriter) -> bool:
        """Returns whether the connection goes on."""
        (name,) = self._random.choices(list(self._mischief), list(self._mischief.values()))
        self.done[name] += 1
        if name in OWN_ANSWERS:
            status, kind, body = OWN_ANSWERS[name]
            head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
            reply: bytes | None = head.encode() + body
        else:
            reply = await getattr(self, f"_{name}")(request, writer)
        if reply is None:
            return False
        writer.write(reply)
        await writer.drain()
        return True

    async def _pass_on(self, request: bytes, _: asyncio.StreamWriter) -> bytes:
        reply = await self._forward(request)
        for late in self._held.pop(_sender(request), []):
            await self._forward(late)
        self._last_replies[_sender(request)] = reply
        return reply

    async def _cut_request(self, request: bytes, _: asyncio.StreamWriter) -> None:
        async with self._connected() as (_, writer):
            writer.write(request[: self._random.randrange(len(request))])
            await writer.drain()

    async def _cut_reply(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        reply = await self._forward(request)
        writer.write(reply[: self._random.randrange(len(reply))])
        await writer.drain()

    async def _lose_reply(self, request: bytes, _: asyncio.StreamWriter) -> None:
        await self._forward(request)

    async def _hang(self, request: bytes, _: asyncio.StreamWriter) -> None:
        await self._forward(request)
        await asyncio.sleep(HANG_S)

    async def _delay(self, request: bytes, writer: asyncio.StreamWriter) -> bytes:
        await asyncio.sleep(self._random.uniform(0, DELAY_S))
        return await self._pass_on(request, writer)

    async def _repeat(self, request: bytes, _: asyncio.StreamWriter) -> bytes:
        """Twice at the same moment; either may come first, and either may be answered."""
        return self._random.choice(await asyncio.gather(self._forward(request), self._forward(request)))

    async def _repeat_later(self, request: bytes, _: asyncio.StreamWriter) -> bytes:
        self._held[_sender(request)].append(request)
        return await self._forward(request)

    async def _overtake(self, request: bytes, _: asyncio.StreamWriter) -> None:
        """Lost to the sender, who sends again, and delivered after what it sends then: two batches cross."""
        self._held[_sender(request)].append(request)

    async def _drip_request(self, request: bytes, _: asyncio.StreamWriter) -> bytes:
        async with self._connected() as (reader, writer):
            await self._drip(request, writer)
            return await asyncio.wait_for(_message(reader), LIMIT_S)

    async def _drip_reply(self, request: bytes, writer: asyncio.StreamWriter) -> bytes:
        await self._drip(await self._forward(request), writer)
        return b""

    async def _anothers_reply(self, request: bytes, writer: asyncio.StreamWriter) -> bytes:
        """What somebody else was told last: a cache that should not be there."""
        others = [reply for sender, reply in self._last_replies.items() if sender != _sender(request)]
        return self._random.choice(others) if others else await self._pass_on(request, writer)

    async def _drip(self, message: bytes, writer: asyncio.StreamWriter) -> None:
        size = 1 + len(message) // PIECES
        for first in range(0, len(message), size):
            writer.write(message[first : first + size])
            await writer.drain()
            await asyncio.sleep(DELAY_S / PIECES)

    async def _forward(self, request: bytes) -> bytes:
        async with self._connected() as (reader, writer):
            writer.write(request)
            return await asyncio.wait_for(_message(reader), LIMIT_S)

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[Streams]:
        """To the server, for one request."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._upstream_port)
        async with _closing(writer):
            yield reader, writer


@contextlib.asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """A request or a reply whole, as bytes. Raises EOFError where it ends early."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return head + await reader.readexactly(int(length[1]) if length else 0)


def _sender(request: bytes) -> bytes:
    found = _SENDER.search(request)
    return found[1] if found else b""
