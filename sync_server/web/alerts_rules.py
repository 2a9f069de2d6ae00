"""When there is an alert: the rules of the chain, of regions and of locations."""

import msgspec
from litestar.datastructures import State
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from sync_server.alerts import Kind, rules
from sync_server.alerts.rules import Rules, RulesChanged
from sync_server.errors import NotFound
from sync_server.store import alerts as stored
from sync_server.store.alerts import CHAIN
from sync_server.web.alerts import Choice
from sync_server.web.guards import for_acting
from sync_server.web.page import PersonRequest, Sent, form_at, page, page_at, visible_locations

MOST_NAMES = 3  # of locations without opening hours


class RulesForm(Choice, frozen=True):
    """follow: go back to the rules above. The numbers are read by Rules."""

    place: str = ""
    version: str = "0"
    percent: str = ""
    minutes: str = ""
    least: str = ""
    silent_minutes: str = ""
    follow: str = ""


@page_at("/alerts/rules", guards=[for_acting])
def show(request: PersonRequest, state: State, place: FromQuery[str] = "", saved: FromQuery[str] = "") -> Template:
    return _rules(request, state, place, saved=bool(saved))


@form_at("/alerts/rules/changes", guards=[for_acting])
def change(request: PersonRequest, state: State, data: Sent[RulesForm]) -> Redirect | Template:
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
        without_hours=[one.name for one in watched if one.opening_hours is None],
        most_names=MOST_NAMES,
        fault=fault,
        saved=saved,
    )


def _read_rules(data: RulesForm) -> Rules:
    """Raises msgspec.ValidationError."""
    told: dict[str, object] = {name: getattr(data, name) for name in ("percent", "minutes", "least", "silent_minutes")}
    told |= {kind.value: bool(getattr(data, kind)) for kind in Kind}
    return msgspec.convert(told, Rules, strict=False)
