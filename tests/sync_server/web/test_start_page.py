"""The first-run guide, from an empty store to the first answer."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from survey.exchange import EnrolmentRequest
from survey.questions import survey_faults
from sync_server.accounts.people import sign_in_name
from sync_server.fleet import enrolment
from sync_server.fleet.beginning import own_address, starter_survey
from sync_server.mail.settings import Mail
from sync_server.store import open_store, people, places
from tests import cast
from tests.sync_server.fleet.heard import hear
from tests.sync_server.web.house import House, Served, post

SHOP = {"name": "Käpylä 2", "time_zone": "Europe/Helsinki", "touchpoint": "Door"}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[House]:
    """A server with Cilla, and nothing else."""
    store = open_store(tmp_path)
    people.add_person(store, cast.person("Cilla"), sign_in_name("Cilla"), now_ms=0)
    house = House(store)
    with Served(house):
        yield house
    store.close()


def test_the_guide_leads_to_a_terminal_that_answers(empty: House) -> None:
    with empty.client("Cilla") as client:
        post(client, "/start/shop", **SHOP)
        page = post(client, "/start/code", touchpoint_id="kapyla-2-door").text
        waiting = client.get("/start/main").text
        terminal = _enrol(empty, page)
        hear(empty.store, terminal, 0, empty.now_ms)
        there = client.get("/start/main").text
        hear(empty.store, terminal, 1, empty.now_ms)
        answered = client.get("/start/main").text

    assert "Nothing has been heard of a terminal yet." in waiting
    assert "Door 1 is there." in there
    assert "Door 1 works: 1 answer has been counted." in answered and "wait three seconds" in answered
    assert ("✓" in there, "✓" in answered) == (False, True)
    assert 'href="/today/kapyla-2"' in answered


def test_a_code_is_shown_with_the_commands_that_take_it(empty: House) -> None:
    with empty.client("Cilla") as client:
        post(client, "/start/shop", **SHOP)
        offered = client.get("/start").text
        page = post(client, "/start/code", touchpoint_id="kapyla-2-door").text

    assert f"hymy kiosk --data hymy-terminal --server {empty.address} --code {_code(page)} --windowed" in page
    assert "Käpylä 2 · Door" in offered


@pytest.mark.parametrize("width", [390, 1366])
def test_the_commands_are_seen_whole_and_no_step_is_wider_than_the_page(
    empty: House, browser: Browser, width: int
) -> None:
    with empty.client("Cilla") as client:
        post(client, "/start/shop", **SHOP)
        text = post(client, "/start/code", touchpoint_id="kapyla-2-door").text

    page = browser.new_page(viewport={"width": width, "height": 800}, base_url=empty.address)
    page.route("**/start", lambda route: route.fulfill(body=text, content_type="text/html"))
    page.goto("/start")

    commands = page.locator("pre").evaluate_all("all => all.map(one => [one.scrollWidth, one.clientWidth])")
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert [scroll <= client for scroll, client in commands] == [True, True]
    assert wide <= width


def test_opened_on_the_server_s_own_computer_it_names_an_address_that_others_reach(empty: House) -> None:
    with empty.client("Cilla") as client:
        post(client, "/start/shop", **SHOP)
        page = post(client, "/start/code", touchpoint_id="kapyla-2-door").text

    port = empty.address.rpartition(":")[2]
    address = f"http://{own_address()}:{port}"
    assert "127." not in address
    assert f"install.sh --server {address} --code {_code(page)}" in page
    assert f"--listen 0.0.0.0:{port}" in page


def test_an_address_that_was_set_goes_before_the_one_that_was_asked(empty: House) -> None:
    empty.app.state.mail = Mail(address="https://hymy.example")

    with empty.client("Cilla") as client:
        post(client, "/start/shop", **SHOP)
        page = post(client, "/start/code", touchpoint_id="kapyla-2-door").text

    assert f"install.sh --server https://hymy.example --code {_code(page)}" in page
    assert "--listen" not in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "  "}, "A shop and the place of its terminal need a name."),
        ({"time_zone": "Mars/Phobos"}, "Choose one of the list."),
        ({"name": "x" * 81}, ""),
    ],
)
def test_what_is_no_shop_is_refused_in_words(empty: House, wrong: dict[str, str], said: str) -> None:
    with empty.client("Cilla") as client:
        answer = post(client, "/start/shop", **(SHOP | wrong))

    assert (answer.status_code, said in answer.text) == (400, True)
    assert places.locations(empty.store) == []


def test_a_chain_that_was_loaded_gets_no_second_first_shop(house: House) -> None:
    with house.client("Cilla") as client:
        answer = post(client, "/start/shop", **SHOP)

    assert (answer.status_code, "hymy chain load FILE" in answer.text) == (400, True)
    assert len(places.locations(house.store)) == len(cast.LOCATIONS)


def test_the_same_shop_twice_is_one(empty: House) -> None:
    with empty.client("Cilla") as client:
        statuses = [post(client, "/start/shop", **SHOP).status_code for _ in range(2)]

    assert statuses == [303, 303]
    assert [location.name for location in places.locations(empty.store)] == ["Käpylä 2"]


def test_the_starter_survey_is_sound() -> None:
    assert list(survey_faults(starter_survey())) == []


def _code(page: str) -> str:
    (code,) = re.findall(r'class="code"><code>([\w-]+)<', page)
    return code


def _enrol(empty: House, page: str) -> enrolment.EnrolmentReply:
    return enrolment.enrol(empty.store, EnrolmentRequest(_code(page), "Door 1"), empty.now_ms)


def test_a_server_without_a_place_says_so_on_every_page_of_results(empty: House) -> None:
    people.add_person(empty.store, cast.person("Eeva"), sign_in_name("Eeva"), now_ms=0)

    with empty.client("Eeva") as client:
        pages = [client.get(path) for path in ("/compare", "/comments", "/alerts", "/exports")]

    assert {page.status_code for page in pages} == {200}
    assert all("There is no location yet." in page.text for page in pages)
