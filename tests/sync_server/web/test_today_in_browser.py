"""Today and the walls as people meet them: everybody can read them, on any screen, in both themes and each language."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from sync_server.accounts import wallboards
from sync_server.alerts.alert import Negative, new_row
from sync_server.store import alerts, open_store, terminals
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE, KAMPPI
from tests.sync_server.web.house import House, Served

TODAY = date(2026, 11, 19)
HOSTILE = "<script>alert('1')</script>" + "Kauppakeskuksenpohjoinensisäänkäynti" * 3
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOOKS = [*product(THEMES, ("en", "fi", "sv"))]
MORE = ("/today/kamppi?day=2026-11-12", "/today/kamppi?day=2026-11-01", "/wallboards", "/wall/none")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A busy, bad day after a quarter of usual ones, with everything that the page may show."""
    store = open_store(Path(tmp_path_factory.mktemp("kamppi")))
    cast.settle(store)
    for back in range(13):
        usual = {1: 4, 2: 2, 3: 5, 4: 27, 5: 62} if back else {1: 20, 2: 10, 3: 10, 4: 20, 5: 40}
        hours = [(CHECKOUT, "overall", hour, usual) for hour in (10, 11)]
        cast.add_counts(store, (TODAY - timedelta(weeks=back)).isoformat(), hours)
    more = [
        (ENTRANCE, "overall", 12, {5: 7}),
        (CHECKOUT, "why", 11, {1: 17, 2: 9}),
        (CHECKOUT, "staff:overall", 11, {5: 12}),
    ]
    more += [(CHECKOUT, "count:door", hour, {0: 400, 1: 4}) for hour in (10, 11)]
    cast.add_counts(store, TODAY.isoformat(), more)
    cast.add_text(store, ENTRANCE, cast.at("2026-11-19 12:30"), HOSTILE, language="fi", score=1)
    with store.write() as transaction:
        alerts.add(transaction, new_row(("kamppi", "negative", "checkout"), Negative(5, 6, 15), 0))
        terminals.add_terminal(
            transaction, terminal_id="t", touchpoint_id="kamppi-entrance", name=HOSTILE, token_hash="t", now_ms=0
        )
    house = House(store)
    house.now_ms = cast.at("2026-11-19 13:30")
    with Served(house):
        yield house
    store.close()


def opened(house: House, browser: Browser, language: str = "en", theme: Literal["light", "dark"] = "light") -> Page:
    with house.store.write() as transaction:
        transaction.execute("UPDATE people SET language = ? WHERE person_id = 'aino'", (language,))
    context = browser.new_context(viewport={"width": 320, "height": 700}, color_scheme=theme)
    context.add_cookies([{"name": "hymy_session", "value": house.session_of("Aino"), "url": house.address}])
    return context.new_page()


@pytest.mark.parametrize(("theme", "language"), LOOKS)
def test_everybody_can_read_it(house: House, browser: Browser, theme: Literal["light", "dark"], language: str) -> None:
    """What axe finds, with all tables open; and whether anything is wider than the smallest phone."""
    page = opened(house, browser, language, theme)
    _, secret = wallboards.make(
        house.store, KAMPPI, name="Wall", language=language, look=theme, by=cast.person("Aino"), now_ms=0
    )
    found = []
    for path in ("/today/kamppi", f"/wall/{secret}", *(MORE if language == "fi" else ())):
        page.goto(house.address + path)
        page.eval_on_selector_all(".drawn details", "all => all.forEach(one => one.open = true)")
        found += [(path, fault["id"], fault["nodes"][0]["html"]) for fault in Axe().run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((path, "wider than the screen", ""))
    page.context.close()

    assert found == []


@pytest.mark.parametrize("width", [320, 820, 1366])
def test_charts_are_drawn_for_the_width_of_the_screen(house: House, browser: Browser, width: int) -> None:
    page = opened(house, browser)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{house.address}/today/kamppi")

    shown = page.locator(".drawn > .chart:visible")
    number = shown.count()
    scales = page.eval_on_selector_all(
        ".by-hour .chart, .among .chart",
        "all => all.filter(one => one.clientWidth).map(one => one.clientWidth / one.viewBox.baseVal.width)",
    )
    page.context.close()

    assert number == 3  # among its weekdays, the faces, the hours: each once
    assert all(0.7 < scale < 1.6 for scale in scales)  # letters of 13 px stay letters


def test_a_table_that_is_open_stays_open_when_the_page_changes(house: House, browser: Browser) -> None:
    page = opened(house, browser)
    page.goto(f"{house.address}/today/kamppi")
    page.locator(".by-hour summary").click()

    cast.add_counts(house.store, TODAY.isoformat(), [(ENTRANCE, "overall", 13, {5: 55})])
    house.changes.tell(["kamppi"])

    expect(page.locator(".by-hour tr", has_text="13–14")).to_contain_text("55")
    assert page.locator(".by-hour details").get_attribute("open") is not None
    page.context.close()


def test_the_keyboard_alone_gets_through_the_days(house: House, browser: Browser) -> None:
    page = opened(house, browser)
    page.goto(f"{house.address}/today/kamppi")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # to the content
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # to the day before

    page.wait_for_url("**/today/kamppi?day=2026-11-18")
    expect(page.locator("h1")).to_have_text("No answers that day.")
    page.context.close()
