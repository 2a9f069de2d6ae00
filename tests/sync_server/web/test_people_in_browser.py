"""Accounts in Chromium: by keyboard alone, without scripts, and what other sites' pages get to do."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sync_server.accounts import invitations
from sync_server.mail.settings import Mail
from sync_server.store import audit, open_store, people, places
from sync_server.store.places import LocationRow
from tests import cast
from tests.sync_server.web.house import House, Served

NEW = "seven blue doors"


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """With enough locations that they are not all shown at once."""
    store = open_store(tmp_path_factory.mktemp("chain"))
    cast.settle(store)
    shops = [LocationRow(f"shop{number}", "uusimaa", f"Shop {number}", "Europe/Helsinki", None) for number in range(20)]
    with store.write() as transaction:
        places.put_locations(transaction, shops)
        audit.note(transaction, who="Cilla", what="loss accepted", about="entries 3-6", at_ms=0)
    house = House(store)
    with Served(house):
        yield house
    store.close()


def sign_in(context: BrowserContext, house: House, name: str) -> Page:
    house.session_of(name)
    cookie = {"name": "hymy_session", "value": f"session-of-{name}", "url": house.address, "sameSite": "Strict"}
    context.add_cookies([cookie])  # type: ignore[list-item]
    return context.new_page()


def link_for(house: House, name: str) -> str:
    person = people.find_person(house.store, name.lower())
    assert person is not None
    with house.store.write() as transaction:
        made = invitations.invite(transaction, person, mail=Mail(), here=house.address, now_ms=house.now_ms)
    return made.link


def tab_to(page: Page, selector: str) -> None:
    """By the keyboard, as far as it has to go."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"The keyboard does not get to {selector}.")


def test_a_person_is_invited_and_comes_in_by_keyboard_alone(chain: House, browser: Browser) -> None:
    """From the list to the first page of the invited one."""
    with browser.new_context() as context, browser.new_context() as of_gun:
        page = sign_in(context, chain, "Cilla")
        page.goto(f"{chain.address}/people")
        tab_to(page, "a.button")
        page.keyboard.press("Enter")
        page.wait_for_url("**/people/new")
        tab_to(page, "#name")
        page.keyboard.type("Gun")
        tab_to(page, "[name=role]")
        page.keyboard.press("ArrowDown")  # from manager to area manager
        tab_to(page, "[name=region][value=uusimaa]")
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        link = page.locator("code").inner_text()

        gun = of_gun.new_page()
        gun.goto(link)
        gun.keyboard.type(NEW)
        gun.keyboard.press("Enter")
        gun.wait_for_url("**/today/kamppi")

    made = people.find_by_name(chain.store, "gun")
    assert made and (made.role, made.regions) == ("area", {"uusimaa"})


def test_without_scripts_every_place_can_be_ticked(chain: House, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = sign_in(context, chain, "Cilla")
        page.goto(f"{chain.address}/people/frida")
        page.get_by_label("Shop 17", exact=True).check()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved.")

    frida = people.find_person(chain.store, "frida")
    assert frida and frida.places == {"kamppi", "shop17"}


def test_of_many_locations_those_show_whose_name_was_typed_and_none_for_who_is_everywhere(
    chain: House, browser: Browser
) -> None:
    with browser.new_context() as context:
        page = sign_in(context, chain, "Cilla")
        page.goto(f"{chain.address}/people/new")
        closed = page.get_by_label("Shop 12", exact=True).is_visible()
        page.get_by_label("Find a location").fill("shop 1")
        shown = page.locator(".locations .choice:visible").all_inner_texts()
        page.get_by_label("IT", exact=False).first.check()
        of_it = page.locator(".places").is_visible()

    assert not closed and not of_it
    assert sorted(shown) == sorted(["Shop 1", *(f"Shop {number}" for number in range(10, 20))])


def test_a_link_on_another_site_leads_to_the_page_where_one_is_signed_in(chain: House, browser: Browser) -> None:
    with browser.new_context() as context:
        page = sign_in(context, chain, "Aino")
        letter = f'<a href="{chain.address}/account">Your account</a>'
        page.route("http://webmail.example/", lambda route: route.fulfill(content_type="text/html", body=letter))
        page.goto("http://webmail.example/")
        page.get_by_text("Your account").click()
        expect(page.locator("h1")).to_have_text("Aino")


def test_a_form_on_another_site_does_nothing(chain: House, browser: Browser) -> None:
    form = f'<form action="{chain.address}/people/dag/end" method="post"><button>Win</button></form>'
    with browser.new_context() as context:
        page = sign_in(context, chain, "Cilla")
        page.route("http://elsewhere.example/", lambda route: route.fulfill(content_type="text/html", body=form))
        page.goto("http://elsewhere.example/")
        with page.expect_response("**/people/dag/end") as answer:
            page.get_by_text("Win").click()

    assert answer.value.status in (303, 403)
    assert people.find_person(chain.store, "dag") is not None


def test_a_long_menu_of_locations_is_narrowed_by_what_is_typed(chain: House, browser: Browser) -> None:
    with browser.new_context() as context:
        page = sign_in(context, chain, "Cilla")
        page.goto(f"{chain.address}/today/kamppi")
        menu = page.locator("header .menu")
        menu.locator("summary").click()

        page.get_by_label("Find a location").fill(" SHOP 1")

        expect(menu.locator("li:visible")).to_have_count(11)
        menu.get_by_role("link", name="Shop 17").click()
        expect(page.locator("header summary")).to_have_text("Shop 17")
