"""Wallboards: who acts at a place makes, sees and revokes the links that show its day without signing in."""

from typing import Annotated

import msgspec
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Redirect, Template

from survey.opening_hours import local_date
from sync_server.accounts import wallboards
from sync_server.accounts.people import LANGUAGES
from sync_server.accounts.wallboards import Look
from sync_server.errors import NotFound
from sync_server.store import wallboards as stored
from sync_server.store.places import LocationRow
from sync_server.texts import dates
from sync_server.texts.say import say_in
from sync_server.web.guards import for_acting
from sync_server.web.page import PersonRequest, Sent, form_at, page, page_at, visible_locations


class Form(msgspec.Struct, frozen=True):
    location_id: Annotated[str, msgspec.Meta(max_length=200)] = ""
    name: Annotated[str, msgspec.Meta(max_length=60)] = ""
    language: Annotated[str, msgspec.Meta(max_length=5)] = ""
    look: Look = "dark"


@page_at("/wallboards", guards=[for_acting])
def show(request: PersonRequest, state: State) -> Template:
    own = _own(request, state)
    rows = stored.at(state.store, list(own))
    return page(
        request,
        "wallboards.html",
        section="wallboards",
        rows=[(row, own[row.location_id], _made_on(request, row, own[row.location_id])) for row in rows],
        own=own,
        languages=LANGUAGES,
    )


@form_at("/wallboards/new", guards=[for_acting])
def make(request: PersonRequest, state: State, data: Sent[Form]) -> Template:
    """The link is shown here, and never again."""
    location = _own(request, state).get(data.location_id)
    if location is None:
        raise NotFound(f"There is no location {data.location_id!r}, or it is not yours to see.")
    language = data.language if data.language in LANGUAGES else request.user.language
    row, secret = wallboards.make(
        state.store,
        location,
        name=data.name.strip() or location.name,
        language=language,
        look=data.look,
        by=request.user,
        now_ms=state.clock(),
    )
    address = str(state.mail.address or request.base_url).rstrip("/")
    return page(request, "wallboard_made.html", section="wallboards", row=row, address=address, path=f"/wall/{secret}")


@form_at("/wallboards/{wallboard_id:str}/revocation", guards=[for_acting])
def revoke(request: PersonRequest, state: State, wallboard_id: FromPath[str]) -> Redirect:
    row = stored.by_id(state.store, wallboard_id)
    location = _own(request, state).get(row.location_id) if row else None
    if row is None or location is None:
        raise NotFound(f"There is no wallboard {wallboard_id!r}, or it is not yours to see.")
    wallboards.revoke(state.store, row, location, by=request.user, now_ms=state.clock())
    state.changes.tell([location.location_id])  # it looks at once, and finds nothing
    return Redirect("/wallboards", status_code=303)


def _own(request: PersonRequest, state: State) -> dict[str, LocationRow]:
    return {location.location_id: location for location in visible_locations(state.store, request.user)}


def _made_on(request: PersonRequest, row: stored.WallboardRow, location: LocationRow) -> str:
    return dates.short(say_in(request.user.language), local_date(row.made_at, location.time_zone))
