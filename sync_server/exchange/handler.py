"""What terminals ask, over HTTP: bounded before anything is read, then decided elsewhere.

Plain ASGI in front of the pages: at an exchange Litestar's own part would be a third of all the time.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any, TypeVar

import msgspec
from litestar.types import ASGIApp, Receive, Send

from survey.errors import ExchangeTooLarge, MalformedExchange
from survey.exchange import (
    ENROLMENT_PATH,
    MAX_BODY_BYTES,
    NEW_JOURNAL,
    PATH,
    PICTURE_PATH,
    Configuration,
    EnrolmentRequest,
    ErrorReply,
    PictureReply,
    PictureRequest,
    Reply,
    decode_request,
)
from sync_server.clock import Clock
from sync_server.errors import Busy, Malformed, NotFound, Refused, ServerError, TooLarge, TooSlow, WrongMethod
from sync_server.exchange.incoming import Incoming, incoming
from sync_server.exchange.ingest import Received, in_force
from sync_server.exchange.writer import MAX_TOGETHER, MAX_WAITING, RETRY_AFTER_S, Writer
from sync_server.fleet.enrolment import enrol
from sync_server.fleet.surveys import Configurations
from sync_server.store import Store, journals, shown
from sync_server.store.journals import Asking

MAX_ASKED_BYTES = 4_000  # of a request without entries
BODY_TIMEOUT_S = 30
RETRY_AFTER_SPREAD_S = 30
MOST_KNOWN = 100_000
THREADS = 2
MOST_INSIDE = MAX_WAITING + MAX_TOGETHER  # exchanges at once: what the writer can hold (design.md 3.7)

log = logging.getLogger(__name__)
T = TypeVar("T", bound=msgspec.Struct)
R = TypeVar("R")
_Headers = dict[bytes, bytes]
_Answer = Callable[[_Headers, Receive], Awaitable[msgspec.Struct]]


class TerminalRequests:
    """The requests that a terminal makes; all others go on to the pages."""

    def __init__(
        self,
        pages: ASGIApp,
        *,
        store: Store,
        writer: Writer,
        configurations: Configurations,
        clock: Clock,
        body_timeout_s: float = BODY_TIMEOUT_S,
    ) -> None:
        self._pages, self._store, self._writer = pages, store, writer
        self._configurations, self._clock, self._body_timeout_s = configurations, clock, body_timeout_s
        self._routes: dict[str, _Answer] = {
            PATH: self._exchange,
            ENROLMENT_PATH: self._enrol,
            PICTURE_PATH: self._picture,
        }
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="exchange")
        self._inside = 0
        self._known: dict[str, Asking] = {}  # by the token's hash; whether it is still in force, the writer looks

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        route = self._routes.get(scope["path"]) if scope["type"] == "http" else None
        if route is None:
            await self._pages(scope, receive, send)
            return
        status, headers, content = await self._answer(route, scope, receive)
        headers |= {b"content-type": b"application/json", b"content-length": b"%d" % len(content)}
        headers |= {b"cache-control": b"no-store", b"x-content-type-options": b"nosniff"}
        await send({"type": "http.response.start", "status": status, "headers": list(headers.items())})
        await send({"type": "http.response.body", "body": content, "more_body": False})

    async def _answer(self, route: _Answer, scope: Any, receive: Receive) -> tuple[int, _Headers, bytes]:
        try:
            if scope["method"] != "POST":
                raise WrongMethod("This address takes POST alone.", "docs/exchange.md says what to send.")
            return 200, {}, msgspec.json.encode(await route(dict(scope["headers"]), receive))
        except ServerError as error:
            return _told(error)
        except Exception as error:  # the outermost round of a request: the next one may do better
            log.exception("%s failed.", scope["path"])
            return _told(ServerError(f"The server failed: {type(error).__name__}.", "Look at the server's log."))

    async def _exchange(self, headers: _Headers, receive: Receive) -> Reply:
        """Raises Busy before anything is looked at, where the wait would be too long: a crowd costs little that way."""
        if self._inside >= MOST_INSIDE:
            raise Busy(RETRY_AFTER_S)
        self._inside += 1
        try:
            return await self._serve(headers, receive)
        finally:
            self._inside -= 1

    async def _serve(self, headers: _Headers, receive: Receive) -> Reply:
        asking = await self._admit(headers)
        body = await bounded_body(headers, receive, MAX_BODY_BYTES, self._body_timeout_s)
        # Decoding takes 0.5 ms for 500 entries: less than handing it to a thread would cost beside the writer's.
        come = decode(asking, body)
        try:
            received = await asyncio.wrap_future(self._writer.submit(come))
        except Refused:
            self._known.pop(asking.token_hash, None)
            raise
        wanted = received.asking.place.touchpoint_id, received.asking.terminal_name
        configuration = self._configurations.kept(*wanted)
        if configuration is None:
            configuration = await self._in_thread(self._configurations.get, *wanted)
        return reply(come, received, configuration, self._clock())

    async def _enrol(self, headers: _Headers, receive: Receive) -> msgspec.Struct:
        asked = await self._asked(EnrolmentRequest, headers, receive)
        return await asyncio.to_thread(enrol, self._store, asked, self._clock())

    async def _picture(self, headers: _Headers, receive: Receive) -> PictureReply:
        await self._admit(headers)
        asked = await self._asked(PictureRequest, headers, receive)
        content = await asyncio.to_thread(shown.picture, self._store, asked.sha256)
        if content is None:
            raise NotFound("There is no such picture.", "Load the chain file again: hymy chain load FILE.")
        return PictureReply(content)

    async def _asked(self, kind: type[T], headers: _Headers, receive: Receive) -> T:
        """Raises what bounded_body raises, and Malformed."""
        body = await bounded_body(headers, receive, MAX_ASKED_BYTES, self._body_timeout_s)
        try:
            return msgspec.json.decode(body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Malformed(f"Not understood: {error}.", "The format is described at /api/schema.") from error

    async def _in_thread(self, look: Callable[..., R], *arguments: object) -> R:
        """One of the exchange's own: those of the pages may all be waiting for the store (design.md 3.7)."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, look, *arguments)

    async def _admit(self, headers: _Headers) -> Asking:
        """Raises Refused before anything of a stranger's body is read."""
        header = headers.get(b"authorization", b"").decode("latin-1")
        known = self._known.get(_token_hash(header))
        if known is None:
            known = await self._in_thread(authenticate, self._store, header)
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[known.token_hash] = known
        return known


def decode(asking: Asking, body: bytes) -> Incoming:
    """Raises TooLarge, Malformed."""
    try:
        return incoming(asking, decode_request(body))
    except ExchangeTooLarge as error:
        raise TooLarge(str(error), "Send smaller batches.") from error
    except MalformedExchange as error:
        raise Malformed(str(error), "The format is described at /api/schema.") from error


def reply(come: Incoming, received: Received, configuration: Configuration, now_ms: int) -> Reply:
    """Where the server stands now, with the configuration if the terminal has another one."""
    place = received.asking.place
    is_new = configuration.version != come.request.configuration
    was_moved = (received.place.location_id, received.place.touchpoint_id) != (place.location_id, place.touchpoint_id)
    return Reply(
        journal=come.request.journal,
        head=received.head,
        server_time_ms=now_ms,
        known=received.known,
        missing=received.missing,
        may_forget=received.may_forget,
        configuration=configuration if is_new else None,
        commands=[NEW_JOURNAL] if was_moved else [],
        closed=received.closed,
    )


def authenticate(store: Store, header: str) -> Asking:
    """The terminal that an Authorization header speaks for. Raises Refused."""
    return in_force(journals.terminal_of(store.read, _token_hash(header)))


def _token_hash(header: str) -> str:
    """Empty for what is no token."""
    scheme, _, token = header.partition(" ")
    return sha256(token.encode()).hexdigest() if scheme.lower() == "bearer" else ""


async def bounded_body(headers: _Headers, receive: Receive, limit_bytes: int, timeout_s: float) -> bytes:
    """The body, refused before it is read where its length is told, and while it is read where it isn't.

    Raises TooLarge, TooSlow, Malformed.
    """
    told = headers.get(b"content-length", b"0")
    if not told.isdigit() or int(told) > limit_bytes:
        raise TooLarge(f"The body is over {limit_bytes} bytes.", "Send smaller batches.")
    body, is_whole = b"", False
    try:
        async with asyncio.timeout(timeout_s):
            while not is_whole:
                message: Any = await receive()
                if message["type"] == "http.disconnect":
                    raise Malformed("The body was cut short.", "Send it whole, and its length with it.")
                body += message.get("body", b"")
                is_whole = not message.get("more_body", False)
                if len(body) > limit_bytes:
                    raise TooLarge(f"The body is over {limit_bytes} bytes.", "Send smaller batches.")
    except TimeoutError as error:
        raise TooSlow(f"The body did not come within {timeout_s:g} s.", "Send smaller batches.") from error
    return body


def _told(error: ServerError) -> tuple[int, _Headers, bytes]:
    """The error as a terminal reads it. Retry-After is spread, so that those sent away don't come back together."""
    headers = {}
    if error.retry_after_s is not None:
        headers[b"retry-after"] = b"%d" % (error.retry_after_s + random.randrange(RETRY_AFTER_SPREAD_S))  # noqa: S311
    if isinstance(error, Refused):
        headers[b"www-authenticate"] = b"Bearer"
    return error.status, headers, msgspec.json.encode(ErrorReply(error.code, error.message, error.hint))
