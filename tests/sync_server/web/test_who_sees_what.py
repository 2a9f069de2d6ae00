"""Every route x every person x an own and a foreign place x nobody. A route without a row in RULES fails."""

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler

from sync_server.web.routes import page_routes
from tests.cast import ROLES
from tests.sync_server.web.house import House, post

OPEN, SIGNED_IN, PLACE, FLEET = "open", "signed in", "place", "fleet"

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
    ("GET", "/api/locations/{location_id:str}/today"): PLACE,
    ("GET", "/fleet"): FLEET,
    ("GET", "/fleet/main"): FLEET,
    ("POST", "/fleet/codes"): FLEET,
    ("GET", "/fleet/{terminal_id:str}/revoke"): FLEET,
    ("POST", "/fleet/{terminal_id:str}/revocation"): FLEET,
    ("GET", "/fleet/terminals/{terminal_id:str}"): FLEET,
    ("POST", "/fleet/terminals/{terminal_id:str}/losses"): FLEET,
    ("POST", "/fleet/terminals/{terminal_id:str}/releases"): FLEET,
}
MAY_SEE = {
    "Aino": {"kamppi"},
    "Bo": {"kamppi", "tapiola"},
    "Cilla": {"kamppi", "tapiola", "vasa"},
    "Dag": {"vasa"},
    "Eeva": {"kamppi", "tapiola", "vasa"},
    "Frida": {"kamppi"},
}
PLACES = ("kamppi", "tapiola", "vasa", "nowhere")
GUARDED = [(method, path) for (method, path), rule in RULES.items() if rule != OPEN]


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


def test_every_person_and_page_is_in_the_tables() -> None:
    assert set(MAY_SEE) == set(ROLES)
    assert len(page_routes()) > 10


def test_nobody_signed_in_is_sent_to_the_door(house: House) -> None:
    with house.client() as client:
        statuses = {(method, path): _ask(client, method, _address(path, "kamppi")) for method, path in GUARDED}

    assert statuses == {(method, path): 401 if path.startswith("/api/") else 303 for method, path in GUARDED}


def test_the_right_person_sees_a_place_and_the_wrong_one_does_not(house: House) -> None:
    paths = [path for (_, path), rule in RULES.items() if rule == PLACE]

    seen: dict[str, set[tuple[str, str]]] = {}
    for name in ROLES:
        with house.client(name) as client:
            answers = {(place, path): _ask(client, "GET", _address(path, place)) for place in PLACES for path in paths}
        assert set(answers.values()) <= {200, 404}, name
        seen[name] = {asked for asked, status in answers.items() if status == 200}

    assert seen == {name: {(place, path) for place in own for path in paths} for name, own in MAY_SEE.items()}


@pytest.mark.parametrize("name", ROLES)
def test_only_it_and_the_owner_get_to_the_fleet(house: House, name: str) -> None:
    routes = [asked for asked, rule in RULES.items() if rule == FLEET]

    with house.client(name) as client:
        statuses = {_ask(client, method, _address(path, "kamppi")) for method, path in routes}

    assert statuses == ({200, 404} if name in ("Cilla", "Eeva") else {403})  # 404: there is no such terminal


def test_a_page_of_another_place_looks_like_one_that_does_not_exist(house: House) -> None:
    with house.client("Dag") as client:
        foreign, unknown = client.get("/today/kamppi"), client.get("/today/nowhere")

    assert foreign.status_code == unknown.status_code == 404
    assert foreign.text == unknown.text
    assert "Kamppi" not in foreign.text


def _address(path: str, place: str) -> str:
    return path.replace("{location_id:str}", place).replace("{terminal_id:str}", "t1")


def _ask(client: httpx.Client, method: str, path: str) -> int:
    if method == "POST":
        return post(client, path).status_code
    with client.stream(method, path) as answer:  # does not wait for the end of what never ends
        return answer.status_code
