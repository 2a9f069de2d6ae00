"""Alerts: what is open at one's places and who looks at it, and who is told by mail."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Redirect, Template

from sync_server.accounts.people import Role
from sync_server.alerts import Alert, Kind, open_alerts, words
from sync_server.alerts.alert import Day, alert
from sync_server.alerts.letters import wanted
from sync_server.errors import NotFound
from sync_server.store import Store
from sync_server.store import alerts as stored
from sync_server.store.alerts import Comment
from sync_server.store.places import LocationRow
from sync_server.texts.say import Say, say_in
from sync_server.web.guards import for_acting
from sync_server.web.page import (
    PersonRequest,
    Sent,
    VisibleLocation,
    form_at,
    nothing_to_see,
    page,
    page_at,
    visible_locations,
)

CLOSED_MS = 30 * 24 * 3_600_000
MOST_OPEN = MOST_CLOSED = 100  # on the page


class Act(msgspec.Struct, frozen=True):
    """back: the location that the list was about, empty for all."""

    act: Literal["acknowledge", "close", "comment"]
    text: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    back: str = ""


class Choice(msgspec.Struct, frozen=True):
    """A box that is not ticked is not sent."""

    negative: str = ""
    day: str = ""
    slide: str = ""
    silent: str = ""


class Shown(msgspec.Struct, frozen=True):
    """An alert in words. link: where to look further."""

    row: stored.AlertRow
    location: LocationRow
    finding: str
    grounds: str
    advice: str
    link: str
    comments: list[Comment]


@page_at("/alerts")
def show(request: PersonRequest, state: State) -> Template:
    return _list(request, state, str(request.query_params.get("location", "")))


@form_at("/alerts/{location_id:str}/{alert_id:str}/acts", guards=[for_acting])
def act(
    request: PersonRequest,
    state: State,
    location: VisibleLocation,
    alert_id: FromPath[str],
    data: Sent[Act],
) -> Redirect:
    store: Store = state.store
    row = stored.find(store, location.location_id, alert_id)
    if row is None:
        raise NotFound(f"There is no alert {alert_id!r} at {location.name}.")
    who, now_ms = request.user.name, state.clock()
    with store.write() as transaction:
        if data.act == "acknowledge":
            stored.acknowledge(transaction, row, who, now_ms)
        elif data.act == "close":
            stored.close(transaction, row, who, now_ms)
        elif data.text.strip():
            stored.comment(transaction, row, who, data.text.strip(), now_ms)
    there = f"?location={location.location_id}" if data.back == location.location_id else ""
    return Redirect(f"/alerts{there}#{alert_id}", status_code=303)


@form_at("/alerts/choice")
def choose(request: PersonRequest, state: State, data: Sent[Choice]) -> Redirect:
    kinds = [kind for kind in Kind if getattr(data, kind)]
    with state.store.write() as transaction:
        stored.put_choice(transaction, request.user.person_id, msgspec.json.encode(kinds).decode())
    return Redirect("/alerts#choice", status_code=303)


def _list(request: PersonRequest, state: State, location_id: str) -> Template:
    visible = visible_locations(state.store, request.user)
    if not visible:
        return nothing_to_see(request)
    location = next((one for one in visible if one.location_id == location_id), None)
    if location_id and location is None:
        raise NotFound(f"There is no location {location_id!r}, or it is not yours to see.")
    asked = [location] if location else visible
    ids = [one.location_id for one in asked]
    closed = stored.closed_at(state.store, ids, state.clock() - CLOSED_MS, MOST_CLOSED)
    say = say_in(request.user.language)
    still_open = open_alerts(state.store, ids)
    found = _shown(say, state.store, [*still_open[:MOST_OPEN], *map(alert, closed)], asked)
    return page(
        request,
        "alerts.html",
        section="alerts",
        location=location,
        locations=visible,
        location_names={one.location_id: one.name for one in visible},
        count=len(still_open),
        open=[one for one in found if one.row.closed_at is None],
        closed=[one for one in found if one.row.closed_at is not None],
        local_time=lambda at_ms, time_zone: words.local_time(say, at_ms, time_zone),
        kinds=list(Kind),
        wanted=wanted(request.user, stored.choices(state.store)),
        is_everywhere=request.user.role in (Role.OWNER, Role.IT),
    )


def _shown(say: Say, store: Store, alerts: Sequence[Alert], locations: Sequence[LocationRow]) -> list[Shown]:
    by_id = {location.location_id: location for location in locations}
    comments = stored.comments(store, [one.row for one in alerts])
    return [
        Shown(
            row=one.row,
            location=(location := by_id[one.row.location_id]),
            finding=words.finding(say, one.facts, location.time_zone),
            grounds=words.grounds(say, one.facts),
            advice=words.advice(say, one.row.kind),
            link=_link(one),
            comments=[said for said in comments if said.alert_id == one.row.alert_id],
        )
        for one in alerts
    ]


def _link(one: Alert) -> str:
    """The page that shows more of it; none for a silent terminal: there is nothing of it to see."""
    if isinstance(one.facts, Day):
        return f"/today/{one.row.location_id}?day={one.facts.local_date}"
    return {Kind.NEGATIVE: "/today/{}", Kind.SLIDE: "/location/{}"}.get(Kind(one.row.kind), "").format(
        one.row.location_id
    )
