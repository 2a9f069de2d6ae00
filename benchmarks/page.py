"""From a press on the button box to a changed page in a real browser, terminal and server between them (1 minute)."""

import random
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from playwright.sync_api import Page

from benchmarks.report import Measured, percentile
from benchmarks.shop import WHO, Shop
from hardware.buttons.simulated import SimulatedBox
from hymy.programs import hymy
from tests.chromium import chromium

PRESSES = 60
BETWEEN_S = (0.2, 1.2)
LIMIT_MS = 10_000
# Notes when each count of answers was first in the document; all clocks here are one machine's.
WATCH = """() => {
    window.seen = {};
    const look = () => { window.seen[document.querySelector('#chosen span')?.textContent.trim()] ??= Date.now(); };
    new MutationObserver(look).observe(document.querySelector('main'), { childList: true, subtree: true });
}"""


def measure() -> Iterator[Measured]:
    with ExitStack() as stack, browser_page() as page:
        shop = Shop(stack)
        box = stack.enter_context(SimulatedBox(shop.data / "box"))
        place = ("--data", shop.data / "terminal", "--server", shop.url, "--code", shop.code())
        terminal = shop.begin("terminal", hymy("kiosk", *place, "--headless", "--buttons", f"serial:{box.link}"))
        sign_in(page, shop.url, WHO, shop.password)
        page.goto(f"{shop.url}/today/kamppi")
        page.evaluate(WATCH)
        box.press(4)  # the first one waits until the terminal is enrolled
        assert box.wait_until_acknowledged(LIMIT_MS / 1000), f"The press was not kept; see {terminal.log}."
        _changed_at(page, 1)
        choose = random.Random(1)
        times = [_press(page, box, choose, count) for count in range(2, PRESSES + 2)]
    yield Measured(f"page: press to changed page, median of {PRESSES}", statistics.median(times), "s")
    yield Measured("page: press to changed page, p95", percentile(times, 95), "s", limit=1.0)


@contextmanager
def browser_page(width: int = 1280, height: int = 800) -> Iterator[Page]:
    """A page of Debian's Chromium."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": width, "height": height}, locale="en-GB")
        page.set_default_timeout(LIMIT_MS)
        yield page


def sign_in(page: Page, url: str, name: str, password: str) -> None:
    page.goto(url)
    page.fill("#name", name)
    page.fill("#password", password)
    page.click("form.door button")
    page.wait_for_selector("header.bar")


def _press(page: Page, box: SimulatedBox, choose: random.Random, count: int) -> float:
    """Seconds until the page counts it."""
    time.sleep(choose.uniform(*BETWEEN_S))
    pressed_at = time.time()
    box.press(choose.randint(1, 5))
    return _changed_at(page, count) - pressed_at


def _changed_at(page: Page, count: int) -> float:
    found = page.wait_for_function("count => window.seen[count]", arg=str(count), polling=20)
    return float(found.json_value()) / 1000
