"""Fleet, for IT: is every terminal heard of, and did every press count? New codes, and revoking."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.enums import RequestEncodingType
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.params import Body, FromPath
from litestar.response import Redirect, Template

from survey.opening_hours import zone
from sync_server.accounts.people import Person
from sync_server.errors import NotFound
from sync_server.fleet import enrolment, terminals
from sync_server.fleet.terminals import TerminalRow
from sync_server.store import Store, places
from sync_server.store import terminals as stored
from sync_server.web.page import PersonRequest, page
from sync_server.web.texts import Say

SILENT_MS = 10 * 60_000  # an idle terminal is heard of every minute or so
MAX_FORM_BYTES = 10_000
UNPLUGGED = "unplugged"  # a device's state, as terminals tell it


class Form(msgspec.Struct, frozen=True):
    touchpoint_id: str = ""


class Shown(msgspec.Struct, frozen=True):
    """A terminal as the page shows it. faults: where pressed = stored = sent = counted does not hold, and by how many.

    needs_look: something that does not mend itself; answers that wait for the network do.
    """

    row: TerminalRow
    is_silent: bool
    faults: list[tuple[str, int]]
    needs_look: bool


async def for_it(connection: ASGIConnection[BaseRouteHandler, Person, object, State], _: BaseRouteHandler) -> None:
    if not connection.user.runs_fleet:
        raise PermissionDeniedException("The fleet is for IT.")


@get("/fleet", guards=[for_it], include_in_schema=False, sync_to_thread=True)
def show(request: PersonRequest, state: State) -> Template:
    return _fleet(request, state, "fleet.html")


@get("/fleet/main", guards=[for_it], include_in_schema=False, sync_to_thread=True)
def part(request: PersonRequest, state: State) -> Template:
    return _fleet(request, state, "fleet_main.html")


@post(
    "/fleet/codes", guards=[for_it], include_in_schema=False, sync_to_thread=True, request_max_body_size=MAX_FORM_BYTES
)
def make_code(
    request: PersonRequest, state: State, data: Annotated[Form, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Template:
    now = state.clock()
    code = enrolment.make_code(state.store, data.touchpoint_id, now)
    time_zone = _time_zone(state.store, data.touchpoint_id)
    return page(
        request,
        "fleet_code.html",
        code=code,
        touchpoint=_touchpoint_labels(state.store)[data.touchpoint_id],
        until=f"{datetime.fromtimestamp((now + enrolment.VALID_MS) / 1000, zone(time_zone)):%Y-%m-%d %H:%M}",
        time_zone=time_zone,
    )


@get("/fleet/{terminal_id:str}/revoke", guards=[for_it], include_in_schema=False, sync_to_thread=True)
def ask_revoke(request: PersonRequest, state: State, terminal_id: FromPath[str]) -> Template:
    for row in terminals.terminals(state.store):
        if row.terminal_id == terminal_id and row.revoked_at is None:
            return page(request, "fleet_revoke.html", row=row)
    raise NotFound(f"There is no terminal {terminal_id!r} in force.")


@post(
    "/fleet/{terminal_id:str}/revocation",  # not the path of the question: Litestar 2.25 wraps two on one path twice
    guards=[for_it],
    include_in_schema=False,
    sync_to_thread=True,
    request_max_body_size=MAX_FORM_BYTES,
)
def revoke(state: State, terminal_id: FromPath[str]) -> Redirect:
    terminals.revoke(state.store, terminal_id, state.clock())
    return Redirect("/fleet", status_code=303)


def equation_faults(row: TerminalRow) -> list[tuple[str, int]]:
    """Where pressed = stored = sent = counted does not hold: what is said of it, and how many."""
    steps = [
        ("fleet.not_stored", row.pressed - row.stored),
        ("fleet.not_sent", row.stored - row.sent),
        ("fleet.not_counted", row.sent - row.counted),
        ("fleet.too_many", row.counted - row.stored),
    ]
    return [(key, n) for key, n in steps if n > 0]


def shown(row: TerminalRow, now_ms: int) -> Shown:
    is_silent = row.revoked_at is None and (row.last_exchange_at or row.enrolled_at) < now_ms - SILENT_MS
    faults = equation_faults(row)
    lasting = any(key != "fleet.not_sent" for key, _ in faults)
    amiss = lasting or row.quarantined or row.missing or UNPLUGGED in row.devices.values()
    return Shown(row, is_silent, faults, needs_look=bool(is_silent or row.last_exchange_at is None or amiss))


def ago(say: Say, at_ms: int | None, now_ms: int) -> str:
    if at_ms is None:
        return say("fleet.never")
    minutes = max(0, now_ms - at_ms) // 60_000
    if minutes < 1:
        return say("fleet.now")
    if minutes < 60:
        return say("fleet.minutes", n=minutes)
    if minutes < 48 * 60:
        return say("fleet.hours", n=minutes // 60)
    return say("fleet.days", n=minutes // (24 * 60))


def _fleet(request: PersonRequest, state: State, template: str) -> Template:
    now = state.clock()
    return page(
        request,
        template,
        now=now,
        ago=ago,
        unplugged=UNPLUGGED,
        terminals=[shown(row, now) for row in terminals.terminals(state.store)],
        touchpoints=_touchpoint_labels(state.store),
        location_names=_location_names(state.store),
        quarantine=stored.quarantine_reasons(state.store),
    )


def _time_zone(store: Store, touchpoint_id: str) -> str:
    touchpoint = places.touchpoint(store, touchpoint_id)
    location = places.location(store, touchpoint.location_id) if touchpoint else None
    return location.time_zone if location else "UTC"


def _location_names(store: Store) -> dict[str, str]:
    return {location.location_id: location.name for location in places.locations(store)}


def _touchpoint_labels(store: Store) -> dict[str, str]:
    """Each with its location's name: every shop has a checkout."""
    names = _location_names(store)
    return {
        touchpoint.touchpoint_id: f"{names.get(touchpoint.location_id, touchpoint.location_id)} · {touchpoint.name}"
        for touchpoint in places.touchpoints(store)
    }
