"""Every route x every person x a place of theirs and another's. A route without a row in RULES fails.

A row is a kind, with the address that is asked where the path's own does not say which place: {place} stands for it.

OPEN          anybody, also who is not signed in
SECRET        whoever has the link, signed in or not; with another link there is nothing
SIGNED_IN     everybody who is signed in, for themselves or for all places of theirs together
ACTING        the same for those who act: managers, area managers, the owner
PLACE         those whose place it is; to the others it looks like one that does not exist
ACT_AT_PLACE  the same for those who act
FLEET         IT and the owner
PEOPLE        IT and the owner
"""

import re
from typing import NamedTuple

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler

from sync_server.accounts.people import Role
from tests.cast import ROLES
from tests.sync_server.web.house import House, post


class Rule(NamedTuple):
    kind: str
    address: str = ""

    def at(self, address: str) -> "Rule":
        return Rule(self.kind, address)


OPEN, SECRET, SIGNED_IN, ACTING, PLACE, ACT_AT_PLACE, FLEET, PEOPLE = (
    Rule(kind) for kind in ("open", "secret", "signed in", "acting", "place", "act at place", "fleet", "people")
)

RULES = {
    ("GET", "/sign-in"): OPEN,
    ("POST", "/sign-in"): OPEN,
    ("GET", "/static/{file_path:path}"): OPEN,
    ("HEAD", "/static/{file_path:path}"): OPEN,
    ("GET", "/api/schema"): OPEN,
    ("GET", "/api/schema/openapi.json"): OPEN,
    ("GET", "/api/schema/{path:str}"): OPEN,
    ("POST", "/sign-out"): SIGNED_IN,
    ("GET", "/"): SIGNED_IN,
    ("GET", "/today/{location_id:str}"): PLACE,
    ("GET", "/today/{location_id:str}/main"): PLACE,
    ("GET", "/today/{location_id:str}/changes"): PLACE,
    ("GET", "/pdf/today/{location_id:str}"): PLACE,
    ("GET", "/api/locations/{location_id:str}/today"): PLACE,
    ("GET", "/location"): SIGNED_IN,
    ("GET", "/location/{location_id:str}"): PLACE,
    ("GET", "/pdf/location/{location_id:str}"): PLACE,
    ("GET", "/definitions"): SIGNED_IN,
    ("GET", "/pdf/definitions"): SIGNED_IN,
    ("GET", "/compare"): SIGNED_IN,
    ("GET", "/pdf/compare"): SIGNED_IN,
    ("GET", "/alerts"): PLACE.at("/alerts?location={place}"),
    ("POST", "/alerts/{location_id:str}/{alert_id:str}/acts"): ACT_AT_PLACE,
    ("POST", "/alerts/choice"): SIGNED_IN,
    ("GET", "/alerts/rules"): ACTING,
    ("POST", "/alerts/rules/changes"): ACTING,
    ("GET", "/alerts/webhooks"): FLEET,
    ("POST", "/alerts/webhooks/new"): FLEET,
    ("POST", "/alerts/webhooks/{webhook_id:str}/removal"): FLEET,
    ("GET", "/comments"): PLACE.at("/comments?location={place}"),
    ("GET", "/pdf/comments"): PLACE.at("/pdf/comments?location={place}"),
    ("GET", "/comments/{comment_id:str}"): SIGNED_IN,
    ("POST", "/comments/{comment_id:str}/acts"): ACTING,
    ("POST", "/comments/{comment_id:str}/reveal"): ACTING,
    ("GET", "/exports"): ACTING,
    ("GET", "/exports/file"): ACT_AT_PLACE.at("/exports/file?first=never&at={place}"),
    ("GET", "/wallboards"): ACTING,
    ("POST", "/wallboards/new"): ACTING,
    ("POST", "/wallboards/{wallboard_id:str}/revocation"): ACTING,
    ("GET", "/wall/{secret:str}"): SECRET,
    ("GET", "/wall/{secret:str}/main"): SECRET,
    ("GET", "/wall/{secret:str}/changes"): SECRET,
    ("GET", "/start"): FLEET,
    ("GET", "/start/main"): FLEET,
    ("POST", "/start/shop"): FLEET,
    ("POST", "/start/code"): FLEET,
    ("GET", "/people"): PEOPLE,
    ("GET", "/people/new"): PEOPLE,
    ("POST", "/people/invitations"): PEOPLE,
    ("GET", "/people/{person_id:str}"): PEOPLE,
    ("POST", "/people/{person_id:str}/changes"): PEOPLE,
    ("POST", "/people/{person_id:str}/invitation"): PEOPLE,
    ("POST", "/people/{person_id:str}/end"): PEOPLE,
    ("GET", "/audit"): PEOPLE,
    ("GET", "/account"): SIGNED_IN,
    ("POST", "/account/details"): SIGNED_IN,
    ("POST", "/account/password"): SIGNED_IN,
    ("POST", "/account/sessions/end"): SIGNED_IN,
    ("POST", "/account/sessions/end-others"): SIGNED_IN,
    ("GET", "/invitation/{token:str}"): SECRET,
    ("POST", "/invitation/{token:str}/password"): SECRET,
    ("GET", "/reports"): SIGNED_IN,
    ("POST", "/reports/choice"): SIGNED_IN,
    ("GET", "/reports/preview/{kind:str}"): SIGNED_IN.at("/reports/preview/daily"),
    ("GET", "/reports/preview/{kind:str}/pdf"): SIGNED_IN.at("/reports/preview/daily/pdf"),
    ("GET", "/reports/end/{token:str}"): SECRET,
    ("POST", "/reports/end/{token:str}"): SECRET,
    ("GET", "/fleet"): FLEET,
    ("GET", "/fleet/main"): FLEET,
    ("POST", "/fleet/codes"): FLEET,
    ("GET", "/fleet/{terminal_id:str}/revoke"): FLEET,
    ("POST", "/fleet/{terminal_id:str}/revocation"): FLEET,
    ("GET", "/fleet/terminals/{terminal_id:str}"): FLEET,
    ("POST", "/fleet/terminals/{terminal_id:str}/losses"): FLEET,
    ("POST", "/fleet/terminals/{terminal_id:str}/releases"): FLEET,
}

SEES = {  # a place of theirs, and another's; "nowhere" does not exist
    "Aino": ("kamppi", "tapiola"),
    "Bo": ("tapiola", "vasa"),
    "Cilla": ("vasa", "nowhere"),
    "Dag": ("vasa", "kamppi"),
    "Eeva": ("tapiola", "nowhere"),
    "Frida": ("kamppi", "tapiola"),
}
IN, DOOR, FORBIDDEN, NOTHING = "let in", "sent to the door", "forbidden", "nothing there"
NOBODY = "nobody"


def test_every_route_has_a_rule(house: House) -> None:
    routes = {
        (method, route.path)
        for route in house.app.routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler)
        for method in handler.http_methods
        if method != "OPTIONS"
    }

    assert routes == set(RULES)


def test_every_person_of_the_cast_is_asked() -> None:
    assert set(SEES) == set(ROLES)


@pytest.mark.parametrize("name", [*ROLES, NOBODY])
def test_everybody_gets_where_their_role_leads_and_nowhere_else(house: House, name: str) -> None:
    own, foreign = SEES.get(name, ("kamppi", "nowhere"))
    house.chain_days.step(most_s=60)
    came = {}

    with house.client(None if name == NOBODY else name) as client:
        for (method, path), rule in RULES.items():
            for place in (own, foreign) if _has_place(path, rule) else (own,):
                came[method, path, place] = _ask(client, method, _address(path, rule, place))
                if path == "/sign-out" and name != NOBODY:
                    client.cookies.clear()
                    client.cookies.set("hymy_session", house.session_of(name))

    wrong = {
        (method, path, place): outcome
        for (method, path, place), outcome in came.items()
        if outcome not in expected(name, path, RULES[method, path], is_own=place == own)
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "own"),
    [("Aino", {"kamppi"}), ("Bo", {"kamppi", "tapiola"}), ("Cilla", {"kamppi", "tapiola", "vasa"})],
)
def test_a_place_is_theirs_by_itself_by_its_region_or_as_all_are(house: House, name: str, own: set[str]) -> None:
    with house.client(name) as client:
        statuses = {place: client.get(f"/today/{place}").status_code for place in ("kamppi", "tapiola", "vasa", "x")}

    assert statuses == {place: 200 if place in own else 404 for place in statuses}


def test_a_page_of_another_place_looks_like_one_that_does_not_exist(house: House) -> None:
    with house.client("Dag") as client:
        foreign, unknown = client.get("/today/kamppi"), client.get("/today/nowhere")

    assert foreign.status_code == unknown.status_code == 404
    assert foreign.text == unknown.text
    assert "Kamppi" not in foreign.text


def expected(name: str, path: str, rule: Rule, *, is_own: bool) -> set[str]:
    """What may come of it. Where nothing is sent along, or an id is made up, there may be nothing, too."""
    kind, is_of_place = rule.kind, rule.kind in (PLACE.kind, ACT_AT_PLACE.kind)
    if kind == SECRET.kind:
        return {NOTHING}
    if kind == OPEN.kind:
        return {IN, NOTHING}
    if name == NOBODY:
        return {DOOR}
    role = ROLES[name][0]
    if kind in (ACTING.kind, ACT_AT_PLACE.kind) and role not in (Role.MANAGER, Role.AREA, Role.OWNER):
        return {FORBIDDEN}
    if kind in (FLEET.kind, PEOPLE.kind) and role not in (Role.IT, Role.OWNER):
        return {FORBIDDEN}
    if is_of_place and not is_own:
        return {NOTHING}
    return {IN} if is_of_place and not re.search(r"\{(?!location_id:)", path) else {IN, NOTHING}


def _has_place(path: str, rule: Rule) -> bool:
    return "{location_id:" in path or "{place}" in rule.address


def _address(path: str, rule: Rule, place: str) -> str:
    address = rule.address or path.replace("{location_id:str}", "{place}")
    return re.sub(r"\{[^}]*\}", "1", address.replace("{place}", place))


def _ask(client: httpx.Client, method: str, address: str) -> str:
    if method == "POST":
        answer = post(client, address)
    else:
        with client.stream(method, address) as answer:  # does not wait for the end of what never ends
            pass
    assert answer.status_code < 500, (address, answer.status_code)
    if answer.headers.get("location", "").startswith("/sign-in?"):
        return DOOR
    if answer.status_code == 401 and address.startswith("/api/"):
        return DOOR
    return {403: FORBIDDEN, 404: NOTHING}.get(answer.status_code, IN)
