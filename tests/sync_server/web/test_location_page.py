"""Trends and the definitions over real HTTP: what they say, and what they refuse."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import httpx
import pypdfium2
import pytest

from survey.exchange import Boot
from survey.questions import STAFF
from sync_server.reports.press import Press
from sync_server.store import open_store, places
from sync_server.web.definitions import TERMS
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE, KAMPPI
from tests.sync_server.exchange.shop import Journal, Shop
from tests.sync_server.web.house import House, Served

TODAY = date(2026, 11, 21)
HOSTILE = "</svg><script>alert('x')</script>\"'&{{ 7*7 }}"


@pytest.fixture(scope="module")
def kamppi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Four months; the 13th of November was bad, on the 17th seven answered, names and comments are hostile."""
    store = open_store(tmp_path_factory.mktemp("kamppi"))
    cast.settle(store)
    with store.write() as transaction:
        places.put_locations(transaction, [KAMPPI._replace(name=f"Kamppi {HOSTILE}")])
        places.put_touchpoints(transaction, [CHECKOUT._replace(name=HOSTILE, phase=HOSTILE), ENTRANCE])
    for back in range(120):
        day = TODAY - timedelta(days=back)
        good = {8: 20, 4: 3}.get(back, 34 + back % 4)
        counts = {5: good, 2: 4 if back == 4 else 40 - good}
        cast.add_counts(store, day.isoformat(), [(CHECKOUT, "overall", 10 + back % 3, counts)])
        cast.add_counts(
            store, day.isoformat(), [(ENTRANCE, STAFF + "overall", 12, {4: 1}), (ENTRANCE, "why", 12, {1: 2})]
        )
    for back in range(9):
        cast.add_text(store, CHECKOUT, cast.at("2026-11-20 12:00") - back, HOSTILE, language="en", score=1)
    house = House(store, Press())
    with Served(house):
        yield house
    store.close()


def said(page: httpx.Response) -> str:
    """The finding and what is said under it, in one line."""
    found = re.search(r'<div class="finding">(.*?)</div>', page.text, re.DOTALL)
    assert page.status_code == 200 and found, page.text
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found[1]))).strip()


def test_it_says_first_how_it_went_and_whether_that_is_better_than_before(kamppi: House) -> None:
    with kamppi.client("Aino") as client:
        usual = said(client.get("/location/kamppi"))
        week = said(client.get("/location/kamppi?first=2026-11-13&last=2026-11-13"))

    assert usual == (
        "87 % satisfied from 25 Oct to 21 Nov, between 85 and 89. 1087 answers. As in the 28 days before (89 % of 1120"
        " answers): no change beyond chance (−4 to +1). Target 90: not there yet."
    )
    assert week == (
        "50 % satisfied on 13 Nov, between 35 and 65. 40 answers. Worse than the day before: 88 % of 40 answers then,"
        " a change of −38 points (−54 to −17). Target 90: not there yet."
    )


def test_the_unusual_day_is_named_and_what_is_too_little_is_not_shown(kamppi: House) -> None:
    with kamppi.client("Aino") as client:
        text = unescape(client.get("/location/kamppi").text)

    assert "Not usual: 13 Nov: below usual." in text
    assert ">13 Nov: below usual</text>" in text
    (row,) = re.findall(r'<tr><th scope="row">17 Nov</th>(.*?)</tr>', text)
    assert re.findall(r"<td>(.*?)</td>", row) == ["7", "too few to say", "", ""]
    assert "28 answers" in text and "73 to 90" not in text  # staff


def test_what_people_wrote_and_named_is_shown_as_they_wrote_it(kamppi: House) -> None:
    with kamppi.client("Aino") as client:
        page = client.get("/location/kamppi")

    assert "<script>alert" not in page.text and "49" not in re.findall(r"<h1>.*?</h1>", page.text)[0]
    assert page.text.count("&lt;script&gt;alert(") >= 8


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("first=yesterday", "is no date"),
        ("first=2026-11-21&last=2026-11-20", "ends before it begins"),
        ("first=2001-01-01&last=2026-11-20", "too long"),
        ("last=9999-12-31", "is too far away"),
        ("first=0001-01-01&last=0001-01-02", "is too far away"),
        (f"first={HOSTILE.replace('&', '%26')}", "is no date"),
    ],
)
def test_a_period_that_cannot_be_is_refused_and_says_what_to_do(kamppi: House, asked: str, told: str) -> None:
    with kamppi.client("Aino") as client:
        page = client.get(f"/location/kamppi?{asked}")

    assert page.status_code == 400
    (fault,) = re.findall(r'<p class="alert" role="alert">(.*?)</p>', page.text)
    assert told in unescape(fault) and "<script>alert" not in page.text
    assert 'action="/location/kamppi">' in page.text and 'class="grid"' not in page.text


def test_days_without_answers_are_said_to_have_none(kamppi: House) -> None:
    with kamppi.client("Aino") as client:
        before, to_come = (client.get(f"/location/kamppi?first={d}&last={d}") for d in ("2025-01-01", "2026-12-24"))

    assert said(before).startswith("No answers from 1 Jan 2025 to 1 Jan 2025. Choose other days")
    assert said(to_come) == "From 24 Dec to 24 Dec is yet to come."


def test_a_slide_is_said_to_be_of_the_weeks_that_it_is_of(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    cast.settle(store)
    for back in range(112):
        good = 24 if back < 14 else 36 + back % 3
        counts = {5: good, 1: 40 - good}
        cast.add_counts(
            store, (date(2026, 10, 31) - timedelta(days=back)).isoformat(), [(CHECKOUT, "overall", 9, counts)]
        )
    house = House(store)

    with Served(house), house.client("Aino") as client:
        page = said(client.get("/location/kamppi?first=2026-10-01&last=2026-10-31"))

    assert "A slow slide down over the four weeks up to 31 Oct 2026, more than chance." in page
    store.close()


def test_what_a_terminal_dates_ahead_counts_when_its_day_has_come(tmp_path: Path) -> None:
    """Its clock was wrong, and no server told it."""
    store = open_store(tmp_path)
    cast.settle(store)
    cast.add_counts(store, "2026-12-02", [(CHECKOUT, "overall", 12, {1: 40})])
    cast.add_counts(store, "2026-11-21", [(CHECKOUT, "overall", 12, {5: 40})])
    house = House(store)

    with Served(house), house.client("Aino") as client:
        asked = ("first=2026-12-01&last=2026-12-31", "first=2026-11-21&last=2026-12-31")
        ahead, both = (said(client.get(f"/location/kamppi?{period}")) for period in asked)

    assert ahead == "From 1 Dec to 31 Dec is yet to come."
    assert both.startswith("100 % satisfied from 21 Nov to 31 Dec, between 91 and 100. 40 answers.")
    store.close()


def test_a_place_of_others_looks_like_one_that_does_not_exist(kamppi: House) -> None:
    with kamppi.client("Dag") as client:
        foreign, unknown, own = (client.get(f"/location/{place}") for place in ("kamppi", "nowhere", "vasa"))
        first = client.get("/location")

    assert (foreign.status_code, unknown.status_code, own.status_code) == (404, 404, 200)
    assert foreign.text == unknown.text
    assert first.headers["location"] == "/location/vasa"


def test_every_question_of_how_it_is_counted_is_answered(kamppi: House) -> None:
    with kamppi.client("Aino") as client:
        asked = set(re.findall(r'href="/definitions#([^"]*)"', client.get("/location/kamppi").text))
        answered = re.findall(r'<section id="([^"]*)"', client.get("/definitions").text)

    assert asked and asked <= set(answered)
    assert answered == list(TERMS)


def test_a_late_batch_changes_a_past_day_openly(tmp_path: Path) -> None:
    """Twelve answers of the day before, among them four that come too fast to be of different visitors."""
    shop = Shop(tmp_path)
    journal = Journal().write(*[5] * 12)
    shop.receive(journal.request(boots=[Boot(1, "5f0c", cast.at("2026-11-20 14:00"), "server")]))
    house = House(shop.store)

    with Served(house), house.client("Aino") as client:
        page = client.get("/location/kamppi?first=2026-11-20&last=2026-11-20")

    assert said(page).startswith("100 % satisfied on 20 Nov, between 76 and 100. 12 answers.")
    assert said(page).endswith("12 answers came later, when their days were over.")
    assert '<th scope="col">Came later</th>' in page.text
    cells = "<td>12</td><td>100 %</td><td>76 and 100, preliminary</td><td></td><td>12</td>"
    assert f'<tr><th scope="row">20 Nov</th>{cells}</tr>' in page.text
    shop.store.close()


def test_both_pages_are_had_on_paper(kamppi: House) -> None:
    """Definitions are taller than a sheet, and go on on the next."""
    with kamppi.client("Aino") as client:
        answers = [client.get(f"/pdf{address}") for address in ("/location/kamppi?first=2026-11-19", "/definitions")]

    sheets = []
    for answer in answers:
        with pypdfium2.PdfDocument(answer.content) as document:
            sheets.append(len(document))
    assert sheets[0] <= 3 and sheets[1] == 3
