"""The first-run guide: a shop, a terminal's code, and then it waits until that terminal has answered."""

from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import msgspec
from litestar.datastructures import State
from litestar.response import Redirect, Template

from sync_server.fleet import enrolment
from sync_server.fleet.beginning import UnfitShop, own_address, own_time_zone, set_up_shop, standing
from sync_server.mail.settings import is_this_machine
from sync_server.store import places
from sync_server.web.guards import for_fleet
from sync_server.web.page import PersonRequest, Sent, form_at, page, page_at


class ShopForm(msgspec.Struct, frozen=True):
    name: Annotated[str, msgspec.Meta(max_length=80)] = ""
    time_zone: Annotated[str, msgspec.Meta(max_length=80)] = ""
    touchpoint: Annotated[str, msgspec.Meta(max_length=80)] = ""


class CodeForm(msgspec.Struct, frozen=True):
    touchpoint_id: str = ""


@page_at("/start", guards=[for_fleet])
def show(request: PersonRequest, state: State) -> Template:
    return _guide(request, state, "start.html")


@page_at("/start/main", guards=[for_fleet])
def part(request: PersonRequest, state: State) -> Template:
    """How far one has come, for the page that changes by itself."""
    return _guide(request, state, "start_standing.html")


@form_at("/start/shop", guards=[for_fleet])
def make_shop(request: PersonRequest, state: State, data: Sent[ShopForm]) -> Redirect | Template:
    try:
        set_up_shop(state.store, data.name, data.time_zone, data.touchpoint)
    except UnfitShop as error:
        return _guide(request, state, "start.html", status_code=400, fault=f"{error.message} {error.hint}")
    return Redirect("/start", status_code=303)


@form_at("/start/code", guards=[for_fleet])
def make_code(request: PersonRequest, state: State, data: Sent[CodeForm]) -> Template:
    """The page with the code: it is shown this once."""
    code = enrolment.make_code(state.store, data.touchpoint_id, state.clock())
    return _guide(request, state, "start.html", code=code)


def _guide(request: PersonRequest, state: State, template: str, **more: Any) -> Template:
    content: dict[str, Any] = {"code": "", "fault": "", "there": standing(state.store)}
    content["names"] = {one.location_id: one.name for one in places.locations(state.store)}
    content |= {"time_zones": sorted(available_timezones()), "own_time_zone": own_time_zone()}
    return page(request, template, section="fleet", **content | _addresses(request, state.mail.address) | more)


def _addresses(request: PersonRequest, address: str) -> dict[str, Any]:
    """For a terminal on this computer, and for one on another: `address`, where one is set."""
    here = urlsplit(str(request.base_url).rstrip("/"))
    is_guess = not address and is_this_machine(here.hostname or "")
    reached = here._replace(netloc=f"{own_address()}:{here.port or 80}") if is_guess else here
    return {"here": here.geturl(), "server": address or reached.geturl(), "port": here.port, "is_guess": is_guess}
