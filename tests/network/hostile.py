"""Clients as no terminal is: each opens a connection, does its worst, and waits until the server ends it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

Worst = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
EXCHANGE = b"POST /api/exchange HTTP/1.1\r\nHost: hymy\r\n"
PAGE = b"GET /sign-in HTTP/1.1\r\nHost: hymy\r\n\r\n"
PAUSE_S = 0.5
CLIENT_HELLO = bytes.fromhex("160301020001000001fc0303") + b"\x5a" * 505
HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")


def sends(*parts: bytes) -> Worst:
    """These bytes, and then nothing more."""

    async def worst(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()

    return worst


def drips(beginning: bytes, piece: bytes) -> Worst:
    """A beginning, and then for ever a little more."""

    async def worst(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(beginning)
        while not reader.at_eof():
            writer.write(piece)
            await writer.drain()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reader.read(65_536), PAUSE_S)

    return worst


async def half_closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Says that nothing more will come, in the middle of the headers."""
    writer.write(EXCHANGE)
    writer.write_eof()


async def never_reads(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Asks for page after page, and takes none of them."""
    reader._transport.pause_reading()  # type: ignore[attr-defined]
    while True:
        writer.write(PAGE * 100)
        await writer.drain()
        await asyncio.sleep(0.01)  # asks for more, until the line is full


def kinds(token: str) -> dict[str, Worst]:
    """By name. token: of a terminal that is enrolled."""
    known = EXCHANGE + f"Authorization: Bearer {token}\r\n".encode()
    return {
        "silent": sends(),
        "slow headers": drips(EXCHANGE, b"X-More: 1\r\n"),
        "headers cut short": sends(EXCHANGE),
        "half closed": half_closes,
        "idle after a page": sends(PAGE),
        "slow body": drips(known + b"Content-Length: 100000\r\n\r\n", b"x"),
        "slow body of a stranger": drips(EXCHANGE + b"Content-Length: 100000\r\n\r\n", b"x"),
        "body cut short": sends(known + b"Content-Length: 100000\r\n\r\nxxx"),
        "body of a stranger cut short": sends(EXCHANGE + b"Content-Length: 100000\r\n\r\nxxx"),
        "body to a page": drips(b"POST /sign-in HTTP/1.1\r\nHost: hymy\r\nContent-Length: 100000\r\n\r\n", b"x"),
        "body to an enrolment": drips(b"POST /api/enrol HTTP/1.1\r\nHost: hymy\r\nContent-Length: 3000\r\n\r\n", b"x"),
        "chunks without end": drips(known + b"Transfer-Encoding: chunked\r\n\r\n", b"4\r\nabcd\r\n"),
        "chunks of a stranger": drips(EXCHANGE + b"Transfer-Encoding: chunked\r\n\r\n", b"4\r\nabcd\r\n"),
        "chunks to a page": drips(
            b"GET /sign-in HTTP/1.1\r\nHost: hymy\r\nTransfer-Encoding: chunked\r\n\r\n", b"4\r\nabcd\r\n"
        ),
        "a chunk of bad size": sends(known + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n"),
        "negative length": sends(known + b"Content-Length: -5\r\n\r\nhello"),
        "two lengths": sends(known + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
        "length and chunks": sends(known + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        "length in words": sends(known + b"Content-Length: five\r\n\r\nhello"),
        "length in other digits": sends(known + "Content-Length: ٥\r\n\r\nhello".encode()),
        "length beyond all": sends(known + b"Content-Length: 99999999999999999999999\r\n\r\nhello"),
        "length too short": sends(known + b"Content-Length: 2\r\n\r\nhello, this is garbage\r\n\r\n"),
        "expects to continue": sends(known + b"Content-Length: 10\r\nExpect: 100-continue\r\n\r\n"),
        "a huge header": sends(EXCHANGE, b"X-Huge: " + b"x" * 1_000_000 + b"\r\n\r\n"),
        "ten thousand headers": sends(EXCHANGE, b"".join(b"X-%d: 1\r\n" % n for n in range(10_000)) + b"\r\n"),
        "a huge address": sends(b"GET /" + b"x" * 1_000_000 + b" HTTP/1.1\r\nHost: hymy\r\n\r\n"),
        "pipelined garbage": sends(PAGE * 50 + b"\x00\xff GARBAGE\r\n" * 1_000),
        "never reads": never_reads,
        "TLS": sends(CLIENT_HELLO),
        "HTTP/2": sends(HTTP2),
        "websocket": sends(
            b"GET /sign-in HTTP/1.1\r\nHost: hymy\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        ),
        "HTTP/1.0 that stays": sends(b"GET /sign-in HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
        "no host": sends(b"GET /sign-in HTTP/1.1\r\n\r\n"),
        "NUL in the address": sends(b"GET /sign-in\x00 HTTP/1.1\r\nHost: hymy\r\n\r\n"),
        "odd escapes in the address": sends(b"GET /today/%ff%00%c0%af HTTP/1.1\r\nHost: hymy\r\n\r\n"),
        "odd bytes in a header": sends(EXCHANGE + b"Authorization: Bearer \xff\xfe\xe4\r\nContent-Length: 0\r\n\r\n"),
        "odd cookie": sends(b"GET /fleet HTTP/1.1\r\nHost: hymy\r\nCookie: session=\xff\xe4; =;;; \x01\r\n\r\n"),
    }


@contextlib.asynccontextmanager
async def connection(host: str, port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def suffer(host: str, port: int, worst: Worst, *, limit_s: float) -> tuple[float, bytes]:
    """Until the server ends the connection: after how many seconds (limit_s: it did not), and what it had said."""
    clock, said = asyncio.get_running_loop().time, bytearray()
    began = clock()
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(limit_s), connection(host, port) as (reader, writer):
            await worst(reader, writer)
            while part := await reader.read(65_536):
                said += part[: 1_000_000 - len(said)]
    return clock() - began, bytes(said)
