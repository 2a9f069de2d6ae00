"""Every page in Chromium, taken from RULES: without a fault, on a phone, readable by all, by the keyboard alone."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

from sync_server.accounts import invitations, wallboards
from sync_server.alerts.alert import Negative, new_row
from sync_server.mail.settings import Mail
from sync_server.reports import unsubscribing
from sync_server.reports.schedule import Kind
from sync_server.store import alerts, audit, open_store
from sync_server.store.alerts import Webhook
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE, KAMPPI
from tests.sync_server.web.house import House, Served, post
from tests.sync_server.web.test_terminal_page import LATER, Till
from tests.sync_server.web.test_who_sees_what import IN, NOBODY, OPEN, RULES, SECRET, expected

Theme = Literal["light", "dark"]

LOOKS: tuple[tuple[str, Theme], ...] = (("fi", "light"), ("sv", "light"), ("en", "dark"))
PHONE, SMALLEST = 390, 320  # px
TODAY = date(2026, 11, 21)
LONG = "Kauppakeskuksenpohjoinensisäänkäynti" * 3 + "<script>alert('1')</script>"
NO_PAGE = re.compile(r"^/(pdf|api|static)/|/(main|changes|file|pdf)$|/\{path:str\}$")
PAGES = [path for method, path in RULES if method == "GET" and not NO_PAGE.search(path)]
MORE = (  # what else pages show, to who sees most
    "/today/kamppi?day=2026-11-14",
    "/today/kamppi?day=2026-11-01",
    "/location/kamppi?first=2026-11-19",
    "/compare?what=periods",
    "/comments?location=kamppi&face=1",
    "/alerts/rules?place=location:kamppi",
    "/account?said=saved",
    "/reports?saved=1",
)
GONE = ("/today/nowhere", "/wall/none", "/invitation/none", "/compare?first=never")
ALL = {"resultTypes": ["violations"], "preload": False, "iframes": False}
BUT_COLOURS = ALL | {
    "rules": {"color-contrast": {"enabled": False}}
}  # they are the same in each language, and take long
NOT_OF_LETTERS = ("landmark-one-main", "region")
STOPS = "a[href], summary, button:not(:disabled), input:not([type=hidden]):not(:disabled), select, textarea"
NOTE_STOPS = "() => { window.stops = new Set(); addEventListener('focusin', event => window.stops.add(event.target)); }"
IS_CUT_OFF = """() => [...document.querySelectorAll('nav [aria-current]')].map(link => link.getBoundingClientRect())
    .some(box => box.left < 0 || box.right > innerWidth)"""
NOT_REACHED = """() => [...document.querySelectorAll('a[href], summary, button:not(:disabled)')]
    .filter(one => one.checkVisibility({ visibilityProperty: true }) && !window.stops.has(one))
    .map(one => one.outerHTML)"""


class Lived(NamedTuple):
    """A house in which everything has happened. known: what stands for the variable parts of addresses."""

    house: House
    known: Mapping[str, str]

    def address(self, path: str, name: str = "Eeva") -> str:
        """A page of a place of theirs."""
        method_path = ("GET", path)
        address = RULES[method_path].address or path if method_path in RULES else path
        for part, stands in {**self.known, "{place}": _place(name), "{location_id:str}": _place(name)}.items():
            address = address.replace(part, stands)
        return self.house.address + address


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    store = open_store(tmp_path_factory.mktemp("lived"))
    cast.settle(store)
    house = House(store)
    _answered(house)
    till = Till(house)
    till.journal.write(*[4] * 10).write(4, context=LATER)
    till.send(pressed=12, stored=11, upto=2)
    till.send(pressed=12, stored=11, after=6, gap_after=2)
    owner, now_ms = cast.person("Eeva"), house.now_ms
    _, secret = wallboards.make(store, KAMPPI, name="Wall", language="fi", look="light", by=owner, now_ms=now_ms)
    with store.write() as transaction:
        alerts.add(transaction, new_row(("kamppi", "negative", "checkout"), Negative(5, 6, 15), now_ms))
        alerts.add_webhook(transaction, Webhook("hook", "https://chat.example/hook", "s", now_ms, owner.name))
        audit.note(transaction, who="Cilla", what="loss accepted", about=LONG, at_ms=now_ms)
        link = invitations.invite(transaction, cast.person("Dag"), mail=Mail(), here="", now_ms=now_ms).link
    ending = unsubscribing.token(store, unsubscribing.Ending("aino", Kind.DAILY))
    known = {
        "/invitation/{token:str}": link,
        "/reports/end/{token:str}": f"{unsubscribing.PATH}{ending}",
        "{secret:str}": secret,
        "{terminal_id:str}": till.enrolled.terminal_id,
        "{person_id:str}": "bo",
        "{comment_id:str}": f"{now_ms}-1-{now_ms % 1_000_003}-{{place}}",
    }
    with Served(house):
        with house.client("Aino") as client:
            comment = f"/comments/{known['{comment_id:str}']}".format(place="kamppi")
            post(client, f"{comment}/acts", act="noted", seen="0", words=LONG)
        yield Lived(house, known)
    store.close()


def _answered(house: House) -> None:
    """A bad day after a quarter of usual ones; long words everywhere."""
    vasa = cast.TOUCHPOINTS[3]
    for back in range(90):
        usual = {1: 4, 2: 2, 3: 5, 4: 27, 5: 62} if back else {1: 40, 2: 10, 3: 10, 4: 20, 5: 20}
        counts = [(CHECKOUT, "overall", hour, usual) for hour in (9, 10)]
        counts += [(vasa, "overall", 11, {1: 3, 5: 9}), (ENTRANCE, "overall", 11, {5: 7})]
        counts += [(CHECKOUT, "why", 10, {1: 17, 2: 9}), (CHECKOUT, "staff:overall", 10, {5: 12})]
        counts += [(CHECKOUT, "count:door", 10, {0: 400, 1: 4})]
        cast.add_counts(house.store, (TODAY - timedelta(days=back)).isoformat(), counts)
    for touchpoint in (CHECKOUT, vasa):
        for back_ms in (0, 60_000):
            cast.add_text(house.store, touchpoint, house.now_ms - back_ms, f"⟦phone⟧ {LONG}", language="fi", score=1)
    house.chain_days.step(most_s=60)


def opened(
    lived: Lived, browser: Browser, name: str, language: str = "en", theme: Theme = "light", width: int = PHONE
) -> Page:
    with lived.house.store.write() as transaction:
        transaction.execute("UPDATE people SET language = ?", (language,))
    size = {"width": width, "height": 800}
    context = browser.new_context(viewport=size, locale=language, color_scheme=theme)  # type: ignore[arg-type]
    if name != NOBODY:
        cookie = {"name": "hymy_session", "value": lived.house.session_of(name), "url": lived.house.address}
        context.add_cookies([cookie])  # type: ignore[list-item]
    return context.new_page()


def who_sees(path: str) -> list[str]:
    rule = RULES["GET", path]
    if rule.kind in (OPEN.kind, SECRET.kind):
        return [NOBODY]
    return [name for name in cast.ROLES if IN in expected(name, path, rule, is_own=True)]


@pytest.mark.parametrize("name", [*cast.ROLES, NOBODY])
def test_every_page_comes_without_a_fault(lived: Lived, browser: Browser, name: str) -> None:
    page = opened(lived, browser, name)
    faults: list[tuple[str, object]] = []
    page.on("console", lambda said: _note(faults, said))
    page.on("pageerror", lambda error: faults.append((page.url, error)))
    for path in PAGES:
        if name in who_sees(path):
            answer = page.goto(lived.address(path, name), wait_until="load")
            if answer is None or answer.status != 200:
                faults.append((path, answer and answer.status))
            if _is_wider(page):
                faults.append((path, f"wider than {PHONE} px"))
            if page.evaluate(IS_CUT_OFF):
                faults.append((path, "its link in the bar is out of sight"))
    page.context.close()

    assert faults == []


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_everybody_can_read_every_page(lived: Lived, browser: Browser, language: str, theme: Theme) -> None:
    """What axe finds, with all tables open; and whether anything is wider than the smallest phone."""
    signed_in, nobody = (opened(lived, browser, name, language, theme, SMALLEST) for name in ("Eeva", NOBODY))
    found, seen = [], set()
    for path in (*PAGES, *MORE, *GONE):
        page = nobody if path in PAGES and who_sees(path) == [NOBODY] else signed_in
        page.goto(lived.address(path))
        if page.url not in seen:
            found += [(path, fault) for fault in _unreadable(page, BUT_COLOURS if language == "sv" else ALL)]
        seen.add(page.url)
    assert signed_in.get_attribute("html", "lang") == language
    signed_in.context.close()
    nobody.context.close()

    assert found == []


def test_the_keyboard_alone_reaches_every_link_and_button(lived: Lived, browser: Browser) -> None:
    signed_in, nobody = (opened(lived, browser, name) for name in ("Eeva", NOBODY))
    found: dict[str, list[str]] = {}
    for page in (signed_in, nobody):
        page.route("**/live.js*", lambda route: route.abort())  # it puts new links in the place of those reached
    for path in PAGES:
        page = nobody if who_sees(path) == [NOBODY] else signed_in
        page.goto(lived.address(path))
        if page.url not in found:
            found[page.url] = _not_reached(page)
    signed_in.context.close()
    nobody.context.close()

    assert {url: left for url, left in found.items() if left} == {}


def _place(name: str) -> str:
    return "vasa" if name == "Dag" else "kamppi"


def _note(faults: list[tuple[str, object]], said: ConsoleMessage) -> None:
    if said.type in ("error", "warning"):
        faults.append((said.location["url"], said.text))


def _is_wider(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def _unreadable(page: Page, rules: dict[str, object]) -> list[str]:
    page.eval_on_selector_all(".drawn details", "all => all.forEach(one => one.open = true)")
    wider = [f"wider than {SMALLEST} px"] if _is_wider(page) else []
    violations = Axe().run(page, options=rules).response["violations"]
    is_letter = "/preview/" in page.url
    return wider + [
        f"{one['id']}: {one['nodes'][0]['html']}"
        for one in violations
        if not (is_letter and one["id"] in NOT_OF_LETTERS)
    ]


def _not_reached(page: Page) -> list[str]:
    page.evaluate(NOTE_STOPS)
    dates = page.locator("input[type=date]").count()
    keys = page.context.new_cdp_session(page)
    for _ in range(page.locator(STOPS).count() + 3 * dates + 5):  # a date has four stops; and what scrolls
        keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Tab", "windowsVirtualKeyCode": 9})
    return list(page.evaluate(NOT_REACHED))
