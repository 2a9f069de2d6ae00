"""The exchange and the enrolment over HTTP: bounded before anything is read, then decided elsewhere."""

import asyncio
import random
from hashlib import sha256
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.enums import MediaType
from litestar.exceptions import InternalServerException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec

from survey.errors import ExchangeTooLarge, MalformedExchange
from survey.exchange import (
    MAX_BODY_BYTES,
    NEW_JOURNAL,
    PATH,
    EnrolmentReply,
    EnrolmentRequest,
    ErrorReply,
    Reply,
    decode_request,
)
from sync_server.clock import Clock
from sync_server.errors import Malformed, Refused, ServerError, TooLarge, TooSlow
from sync_server.exchange.ingest import Incoming, Received, incoming
from sync_server.exchange.openapi import EnrolmentOperation, ExchangeOperation
from sync_server.exchange.writer import Writer
from sync_server.fleet.enrolment import enrol
from sync_server.fleet.surveys import Configurations
from sync_server.store import Store, journals
from sync_server.store.journals import Asking

MAX_ENROLMENT_BYTES = 4_000
BODY_TIMEOUT_S = 30
RETRY_AFTER_SPREAD_S = 30


def exchange_routes(
    store: Store,
    writer: Writer,
    configurations: Configurations,
    clock: Clock,
    *,
    body_timeout_s: float = BODY_TIMEOUT_S,
) -> list[HTTPRouteHandler]:
    """The two requests that a terminal makes."""

    @post(
        PATH,
        status_code=200,
        summary="What is new here; what is new there?",
        description="A terminal's one request. Body: gzipped JSON `Request`; an empty batch is the heartbeat.",
        operation_class=ExchangeOperation,
        responses=_responses(Reply, 400, 401, 408, 413, 503),
        exception_handlers={ServerError: _tell},
        tags=["terminal"],
    )
    async def exchange(request: Request[Any, Any, Any]) -> Response[bytes]:
        asking = authenticate(store, request.headers.get("authorization"))
        body = await bounded_body(request, MAX_BODY_BYTES, body_timeout_s)
        # Decoding takes 0.5 ms for 500 entries: less than handing it to a thread would cost beside the writer's.
        come = decode(asking, body)
        received = await asyncio.wrap_future(writer.submit(come))
        return _json(reply(come, received, configurations, clock()))

    @post(
        "/api/enrol",
        status_code=200,
        summary="A one-time code goes in, a token comes out",
        operation_class=EnrolmentOperation,
        responses=_responses(EnrolmentReply, 400, 408, 413),
        exception_handlers={ServerError: _tell},
        tags=["terminal"],
    )
    async def enrol_terminal(request: Request[Any, Any, Any]) -> Response[bytes]:
        body = await bounded_body(request, MAX_ENROLMENT_BYTES, body_timeout_s)
        try:
            asked = msgspec.json.decode(body, type=EnrolmentRequest)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Malformed(f"Not understood: {error}.", 'Send {"code": "..."}.') from error
        return _json(await asyncio.to_thread(enrol, store, asked, clock()))

    return [exchange, enrol_terminal]


def decode(asking: Asking, body: bytes) -> Incoming:
    """Raises TooLarge, Malformed."""
    try:
        return incoming(asking, decode_request(body))
    except ExchangeTooLarge as error:
        raise TooLarge(str(error), "Send smaller batches.") from error
    except MalformedExchange as error:
        raise Malformed(str(error), "The format is described at /api/schema.") from error


def reply(come: Incoming, received: Received, configurations: Configurations, now_ms: int) -> Reply:
    """Where the server stands now, with the configuration if the terminal has another one."""
    place = come.asking.place
    configuration = configurations.get(place.touchpoint_id, come.asking.terminal_name)
    is_new = configuration.version != come.request.configuration
    was_moved = (received.place.location_id, received.place.touchpoint_id) != (place.location_id, place.touchpoint_id)
    return Reply(
        head=received.head,
        server_time_ms=now_ms,
        known=received.known,
        missing=received.missing,
        may_forget=received.may_forget,
        configuration=configuration if is_new else None,
        commands=[NEW_JOURNAL] if was_moved else [],
        closed=received.closed,
    )


def authenticate(store: Store, header: str | None) -> Asking:
    """The terminal that an Authorization header speaks for. Raises Refused."""
    scheme, _, token = (header or "").partition(" ")
    asking = journals.terminal_of(store, sha256(token.encode()).hexdigest()) if scheme.lower() == "bearer" else None
    if asking is None:
        raise Refused("This token is not known here.", "Enrol the terminal with a new code: Fleet > New terminal.")
    if asking.revoked_at is not None:
        raise Refused("This terminal was revoked.", "Enrol it again with a new code: Fleet > New terminal.")
    return asking


async def bounded_body(request: Request[Any, Any, Any], limit_bytes: int, timeout_s: float) -> bytes:
    """The body, refused before it is read where its length is told, and while it is read where it isn't.

    Raises TooLarge, TooSlow, Malformed.
    """
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or int(told) > limit_bytes:
        raise TooLarge(f"The body is over {limit_bytes} bytes.", "Send smaller batches.")
    body = bytearray()
    try:
        async with asyncio.timeout(timeout_s):
            async for part in request.stream():
                body += part
                if len(body) > limit_bytes:
                    raise TooLarge(f"The body is over {limit_bytes} bytes.", "Send smaller batches.")
    except TimeoutError as error:
        raise TooSlow(f"The body did not come within {timeout_s:g} s.", "Send smaller batches.") from error
    except InternalServerException as error:  # Litestar's word for a body that ends early, or whose chunks are none
        raise Malformed("The body was cut short.", "Send it whole, and its length with it.") from error
    return bytes(body)


def _tell(_: Request[Any, Any, Any], error: ServerError) -> Response[bytes]:
    """The error as a terminal reads it. Retry-After is spread, so that those sent away don't come back together."""
    headers = {}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(error.retry_after_s + random.randrange(RETRY_AFTER_SPREAD_S))  # noqa: S311
    if isinstance(error, Refused):
        headers["WWW-Authenticate"] = "Bearer"
    content = msgspec.json.encode(ErrorReply(error.code, error.message, error.hint))
    return Response(content, status_code=error.status, media_type=MediaType.JSON, headers=headers)


def _json(content: msgspec.Struct) -> Response[bytes]:
    return Response(msgspec.json.encode(content), media_type=MediaType.JSON)


def _responses(reply: type[msgspec.Struct], *statuses: int) -> dict[int, ResponseSpec]:
    return {200: ResponseSpec(reply), **{status: ResponseSpec(ErrorReply) for status in statuses}}
