"""The page in a real browser: it changes by itself, keeps its place, and says when it no longer lives."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests import cast
from tests.cast import CHECKOUT
from tests.sync_server.fleet import heard
from tests.sync_server.web.house import House

TODAY = "2026-11-21"
LIMIT_S = 60
expect.set_options(timeout=LIMIT_S * 1000)


@pytest.fixture
def page(house: House, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 600})
    context.add_cookies([{"name": "hymy_session", "value": house.session_of("Aino"), "url": house.address}])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert not [line for line in said if "ERR_" not in line]  # the browser tells lost connections, too


def test_answers_show_by_themselves_and_the_reader_stays_where_they_were(house: House, page: Page) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 9})])
    page.goto(f"{house.address}/today/kamppi")
    expect(page.locator("h1")).to_have_text("9 answers today: too few to say.")
    page.evaluate("window.scrollTo(0, 300)")

    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 10, {5: 31})])
    house.changes.tell(["kamppi"])

    expect(page.locator("h1")).to_contain_text("100 % satisfied today")
    assert page.evaluate("window.scrollY") == 300


def test_the_keyboard_stays_where_it_is_when_answers_come(house: House, page: Page) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 9})])
    page.goto(f"{house.address}/today/kamppi")
    day_before = page.locator("main a").first
    day_before.focus()

    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 10, {5: 31})])
    house.changes.tell(["kamppi"])

    expect(page.locator("h1")).to_contain_text("100 % satisfied today")
    expect(day_before).to_be_focused()


def test_what_somebody_is_choosing_stays_when_the_page_changes(house: House, browser: Browser) -> None:
    context = browser.new_context()
    context.add_cookies([{"name": "hymy_session", "value": house.session_of("Cilla"), "url": house.address}])
    page = context.new_page()
    page.goto(f"{house.address}/fleet")
    page.get_by_label("Location").select_option("vasa")

    heard.enrol(house.store, "Till 1", house.now_ms)
    page.evaluate("refresh()")

    expect(page.get_by_role("link", name="Till 1")).to_be_visible()
    expect(page.get_by_label("Location")).to_have_value("vasa")
    finding, choice = (page.locator(part).bounding_box() for part in ("h1", ".choose"))
    assert finding and choice and finding["y"] < choice["y"]
    context.close()


def test_the_page_says_that_it_is_not_live_and_comes_back(house: House, page: Page) -> None:
    page.goto(f"{house.address}/today/kamppi")
    expect(page.locator("#not-live")).to_be_empty()

    page.context.set_offline(True)
    house.changes.tell(["kamppi"])
    expect(page.locator("#not-live")).to_contain_text("Not live")
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 9})])
    page.context.set_offline(False)

    expect(page.locator("h1")).to_have_text("9 answers today: too few to say.")
    expect(page.locator("#not-live")).to_be_empty()


def test_an_answer_that_never_comes_does_not_keep_the_page_old(house: House, page: Page) -> None:
    page.add_init_script("const whole = AbortSignal.timeout; AbortSignal.timeout = (ms) => whole(ms / 20);")
    page.route("**/today/kamppi/main", lambda route: None, times=1)
    page.goto(f"{house.address}/today/kamppi")
    expect(page.locator("#not-live")).to_contain_text("Not live")

    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 9})])

    expect(page.locator("h1")).to_have_text("9 answers today: too few to say.")


def test_a_page_that_is_open_over_an_upgrade_loads_itself_anew(house: House, page: Page) -> None:
    with page.expect_response("**/today/kamppi/main"):
        page.goto(f"{house.address}/today/kamppi")

    def upgraded(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers=answer.headers | {"x-hymy-look": "other"})

    page.route("**/today/kamppi/main", upgraded)
    with page.expect_request("**/today/kamppi") as anew:
        house.changes.tell(["kamppi"])

    assert anew.value.is_navigation_request()


def test_a_closed_page_leaves_nothing_listening(house: House) -> None:
    with house.client("Aino") as client:
        for _ in range(5):
            with client.stream("GET", "/today/kamppi/changes") as events:
                lines = events.iter_lines()
                assert next(lines) == "event: changed"
                wait_until(lambda: bool(house.changes._waiting.get("kamppi")))

        wait_until(lambda: not house.changes._waiting.get("kamppi"))


def wait_until(is_so: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < ends_at
        threading.Event().wait(0.01)


def test_signing_in_by_keyboard_alone(house: House, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{house.address}/")
    expect(page.get_by_label("Name")).to_be_focused()

    page.keyboard.type("Aino")
    page.keyboard.press("Tab")
    page.keyboard.type(cast.PASSWORD)
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("No answers yet today.")
    page.close()
