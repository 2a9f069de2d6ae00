"""The main job, end to end on real parts: a touch on a window, bytes through a pty, HTTP, a page in Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import chromium
from tests.together.shop import LIMIT_S, PASSWORD, Shop, wait_until

SOON_MS = 15_000  # two seconds on a quiet computer: benchmarks/page.py holds it to them


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.close()


@pytest.fixture
def browser_page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()


def sign_in(page: Page, shop: Shop, path: str) -> None:
    page.goto(f"{shop.url}{path}")
    page.get_by_label("Name").fill("Aino")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button").click()
    page.wait_for_url(f"{shop.url}{path}")


def test_a_touch_on_the_window_shows_on_the_managers_page_by_itself(shop: Shop, browser_page: Page) -> None:
    shop.open_window("kamppi-checkout")
    sign_in(browser_page, shop, "/today/kamppi")
    assert "No answers yet today" in browser_page.inner_text("main")

    shop.touch_face(5)

    expect(browser_page.locator("main")).to_contain_text("1 answer", timeout=SOON_MS)
    assert shop.values("kamppi", "overall") == [5]


def test_presses_made_while_the_server_is_away_arrive_once_each(shop: Shop, browser_page: Page) -> None:
    shop.open_box("stockholm-checkout")
    sign_in(browser_page, shop, "/today/stockholm")
    before, away, after = [4, 5, 1], [2, 2, 3, 5, 5, 5, 4], [1, 4]
    for button in before:
        shop.press(button)
    wait_until(lambda: len(shop.values("stockholm", "overall")) == len(before))

    shop.server.stop()
    for button in away:
        shop.press(button)
    wait_until(lambda: "acked 10" in shop.box.log.read_text())
    shop.start_server()
    for button in after:
        shop.press(button)

    wait_until(lambda: len(shop.values("stockholm", "overall")) == 12)
    assert shop.values("stockholm", "overall") == shop.box_record() == [*before, *away, *after]
    wait_until(lambda: shop.terminals()["Stockholm Kassa"].waiting == 0)
    row = shop.terminals()["Stockholm Kassa"]
    assert row.pressed == row.stored == row.sent == row.counted == 12
    # Ten presses in a row are no ten visitors.
    expect(browser_page.locator("main")).to_contain_text("presses set aside", timeout=LIMIT_S * 1000)
