"""A day on a wall: whoever has the link sees it, and nobody else; once revoked, nobody does."""

import re
from unittest.mock import Mock

import httpx
import pytest
from playwright.sync_api import Browser, expect

from sync_server.store import audit, people, wallboards
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE
from tests.sync_server.web.house import House, post

TODAY = "2026-11-21"
HOSTILE = "<script>alert('1')</script> & \"quoted\""


def made(house: House, *, by: str = "Aino", **form: str) -> str:
    """The path of a new wallboard's link."""
    with house.client(by) as client:
        answer = post(client, "/wallboards/new", **{"location_id": "kamppi", "name": "Staff room", **form})
    assert answer.status_code == 200
    found = re.search(r"<code>http://[^/]+(/wall/[a-z2-7]{24})</code>", answer.text)
    assert found
    return found[1]


def look(house: House, path: str) -> httpx.Response:
    with house.client() as client:
        return client.get(path)


def test_whoever_has_the_link_sees_the_day_without_signing_in(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 300, 4: 54, 3: 30, 2: 18, 1: 10})])

    answer = look(house, made(house))

    page = " ".join(answer.text.split())
    assert answer.status_code == 200
    assert '<span class="value">86 %</span> <span class="what">satisfied today</span>' in page
    assert "Between 82 and 89, 412 answers." in page and "Target 90: not there yet." in page


def test_neither_comments_nor_what_staff_say_nor_where_hang_on_the_wall(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 40}), (CHECKOUT, "staff:overall", 9, {1: 77})])
    cast.add_text(house.store, ENTRANCE, house.now_ms - 60_000, "Jono kassalla", language="fi", score=1)

    page = look(house, f"{made(house)}/main").text

    assert "Jono" not in page and "77" not in page and "Checkout" not in page
    assert "Staff" not in page and "Aino" not in page


def test_what_fails_is_logged_without_the_key_that_stands_in_its_address(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = made(house)
    monkeypatch.setattr(wallboards, "by_secret", Mock(side_effect=RuntimeError("a fault of ours")))
    monkeypatch.setattr(people, "find_invited", Mock(side_effect=RuntimeError("a fault of ours")))

    answers = [look(house, path), look(house, "/invitation/abcdefgh")]

    told = [record.getMessage() for record in caplog.records if record.name == "sync_server.web.errors"]
    assert [answer.status_code for answer in answers] == [500, 500]
    assert told == ["GET /wall/*** failed", "GET /invitation/*** failed"]


def test_it_is_found_by_no_search_engine_and_tells_nobody_its_link(house: House) -> None:
    path = made(house)

    for answer in (look(house, path), look(house, f"{path}/main"), look(house, "/wall/none")):
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert answer.headers["cache-control"] == "no-store"
    page = look(house, path).text
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert '<meta name="referrer" content="no-referrer">' in page
    assert "http://" not in page and "https://" not in page


def test_the_store_keeps_only_the_hash_of_the_secret(house: House) -> None:
    secret = made(house).rpartition("/")[2]

    (row,) = house.store.read("SELECT * FROM wallboards")

    assert secret not in repr(row)
    assert look(house, f"/wall/{secret.upper()}").status_code == 200  # as a television's keyboard may write it


@pytest.mark.parametrize("secret", ["none", "a" * 24, "%27%20OR%201=1", "..%2F..%2Ffleet"])
def test_another_link_leads_to_nothing(house: House, secret: str) -> None:
    made(house)

    answers = [look(house, f"/wall/{secret}{part}") for part in ("", "/main", "/changes")]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert "Kamppi" not in answers[0].text


def test_a_revoked_link_leads_to_nothing_at_once_and_both_are_noted(house: House) -> None:
    path = made(house)
    (row,) = wallboards.at(house.store, ["kamppi"])

    with house.client("Aino") as client:
        answer = post(client, f"/wallboards/{row.wallboard_id}/revocation")
        after = client.get("/wallboards").text

    assert (answer.status_code, answer.headers["location"]) == (303, "/wallboards")
    assert look(house, path).status_code == look(house, f"{path}/main").status_code == 404
    assert "has been taken down" in look(house, path).text
    assert "None yet." in after
    noted = [(note.who, note.what, note.about) for note in audit.notes(house.store, most=2)]
    about = f"Kamppi: Staff room ({row.wallboard_id})"
    assert noted == [("Aino", "wallboard revoked", about), ("Aino", "wallboard made", about)]


def test_nobody_makes_sees_or_revokes_one_of_anothers_place(house: House) -> None:
    made(house)
    (row,) = wallboards.at(house.store, ["kamppi"])

    with house.client("Dag") as client:
        answers = [
            post(client, "/wallboards/new", location_id="kamppi"),
            post(client, "/wallboards/new", location_id="nowhere"),
            post(client, f"/wallboards/{row.wallboard_id}/revocation"),
        ]
        page = client.get("/wallboards").text

    assert [answer.status_code for answer in answers] == [404] * 3
    assert "Staff room" not in page.replace('placeholder="Staff room"', "") and "Kamppi" not in page
    assert wallboards.at(house.store, ["kamppi"]) == [row]


def test_a_form_from_elsewhere_makes_none(house: House) -> None:
    with house.client("Aino") as client:
        answer = client.post("/wallboards/new", data={"location_id": "kamppi"})

    assert answer.status_code == 403
    assert wallboards.at(house.store, ["kamppi"]) == []


def test_hostile_names_and_looks(house: House) -> None:
    path = made(house, name=HOSTILE, language="xx")
    with house.client("Aino") as client:
        listed = client.get("/wallboards").text
        refused = post(client, "/wallboards/new", location_id="kamppi", look="<svg>").status_code
        too_long = post(client, "/wallboards/new", location_id="kamppi", name="x" * 61).status_code

    assert "<script>" not in listed and "&lt;script&gt;alert" in listed
    assert 'class="dark"' in look(house, path).text and 'lang="en"' in look(house, path).text
    assert (refused, too_long) == (400, 400)


@pytest.mark.parametrize(
    ("counts", "said"),
    [({}, "No answers yet today."), ({5: 9}, "9 answers today: too few to say."), ({5: 12}, "Preliminary")],
)
def test_with_few_answers_it_says_so(house: House, counts: dict[int, int], said: str) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, counts)])

    page = look(house, made(house)).text

    assert said in page
    assert (" %" in page) == (counts == {5: 12})


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1024, 600)], ids=["wide", "tall", "small"])
def test_it_fills_the_screen_without_scrolling_and_changes_by_itself(
    house: House, browser: Browser, size: tuple[int, int]
) -> None:
    path = made(house, language="fi")
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(house.address + path)
    expect(page.locator("h1")).to_have_text("Ei vielä vastauksia tänään.")

    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", hour, {5: 300, 3: 30, 1: 70}) for hour in range(8, 21)])
    house.changes.tell(["kamppi"])

    expect(page.locator(".value")).to_have_text("75 %")
    inside = page.evaluate(
        """() => [...document.querySelectorAll("main > *, h1 *, .finding p, .chosen li, .hours svg")].every((found) => {
            const box = found.getBoundingClientRect();
            return Math.min(box.left, box.top, innerWidth - box.right, innerHeight - box.bottom) > -1;
        })"""
    )
    assert inside
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    page.close()


def test_a_wall_says_that_it_is_stale_and_comes_back_after_the_server_did(house: House, browser: Browser) -> None:
    path = made(house)
    page = browser.new_page()
    page.goto(house.address + path)
    expect(page.locator("#not-live")).to_be_empty()

    page.context.set_offline(True)
    house.changes.tell(["kamppi"])
    expect(page.locator("#not-live")).to_contain_text("Not live")
    page.context.set_offline(False)
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 40})])

    expect(page.locator(".value")).to_have_text("100 %")
    expect(page.locator("#not-live")).to_be_empty()
    page.close()


def test_a_revoked_wall_goes_dark_by_itself(house: House, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(house.address + made(house))
    expect(page.locator("main")).to_contain_text("Kamppi")
    (row,) = wallboards.at(house.store, ["kamppi"])

    with house.client("Aino") as client:
        post(client, f"/wallboards/{row.wallboard_id}/revocation")

    expect(page.locator("h1")).to_have_text("This wallboard has been taken down.")
    page.close()
