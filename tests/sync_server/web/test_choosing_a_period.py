"""The days that a page is about: one way to choose them on every page that asks for some."""

import re
from datetime import date
from html import unescape

import pytest

from sync_server.texts.say import say_in
from sync_server.web.asked_period import quick_periods
from tests.sync_server.web.house import House

PAGES = ("/location/kamppi", "/compare?what=periods&against=year", "/comments?q=jono&state=new", "/exports?at=kamppi")


def test_the_quick_choices_are_of_the_calendar_of_today() -> None:
    periods = {words: period.dates for words, period in quick_periods(say_in("en"), date(2026, 3, 1))}

    assert periods == {
        "Yesterday": ("2026-02-28", "2026-02-28"),
        "7 days": ("2026-02-23", "2026-03-01"),
        "28 days": ("2026-02-02", "2026-03-01"),
        "Last month": ("2026-02-01", "2026-02-28"),
        "90 days": ("2025-12-02", "2026-03-01"),
        "This year": ("2026-01-01", "2026-03-01"),
    }


@pytest.mark.parametrize("address", PAGES)
def test_a_quick_choice_leads_to_the_same_page_with_all_else_that_was_asked_for(house: House, address: str) -> None:
    with house.client("Bo") as bo:
        before = bo.get(address).text
        (link,) = re.findall(r'<a href="([^"]+)"(?: [^>]*)?>Last month</a>', before)
        after = bo.get(unescape(link))

    assert '<a href="' + link + '" aria-current="true">Last month</a>' in after.text
    assert re.findall(r'name="(?:first|last)" type="date" required value="(.+?)"', after.text) == [
        "2026-10-01",
        "2026-10-31",
    ]
    assert set(address.partition("?")[2].split("&")) <= set(unescape(link).partition("?")[2].split("&")) | {""}
