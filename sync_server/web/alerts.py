"""Alerts: what is open at one's places and who looks at it, who is told by mail, by which rules, and webhooks."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from sync_server.accounts.people import Role
from sync_server.alerts import Alert, Kind, open_alerts, rules, webhooks, words
from sync_server.alerts.alert import Day, alert
from sync_server.alerts.letters import wanted
from sync_server.alerts.rules import Rules, RulesChanged
from sync_server.alerts.webhooks import WebhookUnfit
from sync_server.errors import NotFound
from sync_server.store import Store
from sync_server.store import alerts as stored
from sync_server.store.alerts import CHAIN, Comment, Webhook
from sync_server.store.places import LocationRow
from sync_server.texts.say import Say, say_in
from sync_server.web.guards import for_acting, for_fleet
from sync_server.web.page import PersonRequest, Sent, VisibleLocation, form_at, page, page_at, visible_locations

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


class RulesForm(Choice, frozen=True):
    """follow: go back to the rules above. The numbers are read by Rules."""

    place: str = ""
    version: str = "0"
    percent: str = ""
    minutes: str = ""
    least: str = ""
    silent_minutes: str = ""
    follow: str = ""


class Shown(msgspec.Struct, frozen=True):
    """An alert in words. link: where to look further."""

    row: stored.AlertRow
    location: LocationRow
    finding: str
    grounds: str
    advice: str
    link: str
    comments: list[Comment]


class Hook(msgspec.Struct, frozen=True):
    url: str = ""


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


@page_at("/alerts/rules", guards=[for_acting])
def show_rules(
    request: PersonRequest, state: State, place: FromQuery[str] = "", saved: FromQuery[str] = ""
) -> Template:
    return _rules(request, state, place, saved=bool(saved))


@form_at("/alerts/rules/changes", guards=[for_acting])
def change_rules(request: PersonRequest, state: State, data: Sent[RulesForm]) -> Redirect | Template:
    if data.place not in rules.places_to_edit(state.store, request.user):
        raise NotFound(f"There are no rules for {data.place!r}, or they are not yours to set.")
    try:
        wanted_rules = None if data.follow else _read_rules(data)
        version = msgspec.convert(data.version, int, strict=False)
        rules.save(state.store, data.place, wanted_rules, version=version, who=request.user.name, now_ms=state.clock())
    except msgspec.ValidationError:
        return _rules(request, state, data.place, status_code=400, fault="alerts.unfit")
    except RulesChanged:
        return _rules(request, state, data.place, status_code=409, fault="alerts.rules_changed")
    return Redirect(f"/alerts/rules?place={data.place}&saved=1", status_code=303)


@page_at("/alerts/webhooks", guards=[for_fleet])
def show_webhooks(request: PersonRequest, state: State) -> Template:
    return _webhooks(request, state)


@form_at("/alerts/webhooks/new", guards=[for_fleet], status_code=200)
def add_webhook(request: PersonRequest, state: State, data: Sent[Hook]) -> Template:
    """Its secret is on this answer alone."""
    try:
        made = webhooks.add(state.store, data.url.strip(), who=request.user.name, now_ms=state.clock())
    except WebhookUnfit:
        return _webhooks(request, state, status_code=400, unfit=data.url)
    return _webhooks(request, state, made=made)


@form_at("/alerts/webhooks/{webhook_id:str}/removal", guards=[for_fleet])
def end_webhook(request: PersonRequest, state: State, webhook_id: FromPath[str]) -> Redirect:
    webhooks.end(state.store, webhook_id, who=request.user.name, now_ms=state.clock())
    return Redirect("/alerts/webhooks", status_code=303)


def _list(request: PersonRequest, state: State, location_id: str) -> Template:
    visible = visible_locations(state.store, request.user)
    if not visible:
        return page(request, "error.html", key="error.no_places", detail="")
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


def _rules(
    request: PersonRequest,
    state: State,
    place: str,
    *,
    status_code: int = 200,
    fault: str = "",
    saved: bool = False,
) -> Template:
    to_edit = rules.places_to_edit(state.store, request.user)
    place = place or next(iter(to_edit), "")
    if place not in to_edit:
        raise NotFound(f"There are no rules for {place!r}, or they are not yours to set.")
    kept, visible = stored.rules(state.store), visible_locations(state.store, request.user)
    location = next((one for one in visible if rules.location_place(one.location_id) == place), None)
    above = [rules.region_place(location.region_id)] if location else []
    of_place = rules.rules_of(kept, place, *above)
    watched = [one for one in visible if place in (CHAIN, rules.region_place(one.region_id)) or one == location]
    return page(
        request,
        "alerts_rules.html",
        section="alerts",
        status_code=status_code,
        place=place,
        places=to_edit,
        rules=of_place.rules,
        is_own=of_place.place == place,
        follows=of_place.place.partition(":")[0],
        version=of_place.version if of_place.place == place else 0,
        without_hours=sum(one.opening_hours is None for one in watched),
        fault=fault,
        saved=saved,
    )


def _read_rules(data: RulesForm) -> Rules:
    """Raises msgspec.ValidationError."""
    told: dict[str, object] = {name: getattr(data, name) for name in ("percent", "minutes", "least", "silent_minutes")}
    told |= {kind.value: bool(getattr(data, kind)) for kind in Kind}
    return msgspec.convert(told, Rules, strict=False)


def _webhooks(
    request: PersonRequest, state: State, *, made: Webhook | None = None, unfit: str = "", status_code: int = 200
) -> Template:
    say = say_in(request.user.language)
    return page(
        request,
        "alerts_webhooks.html",
        section="alerts",
        status_code=status_code,
        webhooks=stored.webhooks(state.store),
        made=made,
        unfit=unfit,
        utc=lambda at_ms: f"{words.local_time(say, at_ms, 'UTC')} UTC",
    )
