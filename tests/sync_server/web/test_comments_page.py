"""Comments: who reads them, who acts, what is hidden, and what hostile words can do: nothing."""

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sync_server.store import audit
from tests import cast
from tests.cast import CHECKOUT, TOUCHPOINTS
from tests.sync_server.web.house import NOON, House, post

ORIGINAL = "Soittakaa 040 123 4567!"
HOSTILE = {
    "a script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a quote": "\"'><b>{{ 7*7 }}",
    "right to left": "\u202eevil\u2066",
    "nothing to see": "\u200b\u200d\ufeff",
    "emoji": "👩‍👩‍👧‍👦" * 200,
    "one long word": "x" * 2000,
    "a mark of its own": "⟦phone⟧ ⟦nothing⟧",
}


def said(house: House, text: str, *, at: cast.TouchpointRow = CHECKOUT, language: str = "fi", minute: int = 0) -> str:
    """Returns the comment's address."""
    at_ms = NOON - 3_600_000 + 60_000 * minute
    cast.add_text(house.store, at, at_ms, text, language=language, score=1)
    return f"/comments/{at_ms}-1-{at_ms % 1_000_003}-{at.location_id}"


@pytest.fixture
def hidden(house: House) -> str:
    """The address of a comment in which something was masked."""
    address = said(house, "Soittakaa ⟦phone⟧!")
    with house.store.write() as transaction:
        transaction.execute(
            "INSERT INTO unmasked (location_id, at, journal_id, seq, text)"
            " SELECT location_id, at, journal_id, seq, ? FROM texts",
            (ORIGINAL,),
        )
    return address


def state(house: House) -> list[tuple[object, ...]]:
    return house.store.read("SELECT acts, assignee, is_handled FROM texts ORDER BY at")


def act(client: httpx.Client, address: str, act: str, *, seen: int = 0, **form: str) -> httpx.Response:
    return post(client, f"{address}/acts", act=act, seen=str(seen), **form)


def test_who_may_act_sees_the_buttons_and_who_may_not_reads(house: House, hidden: str) -> None:
    pages = {}
    for name in cast.ROLES:
        with house.client(name) as client:
            pages[name] = (client.get("/comments").text, client.get(hidden))

    assert {name: "[phone number]" in listed for name, (listed, _) in pages.items()} == {
        name: name != "Dag" for name in cast.ROLES
    }
    assert {name for name, (listed, _) in pages.items() if "/acts" in listed} == {"Aino", "Bo", "Eeva"}
    assert {name for name, (_, one) in pages.items() if "/reveal" in one.text} == {"Aino", "Bo", "Eeva"}
    assert {name for name, (_, one) in pages.items() if one.status_code == 404} == {"Dag"}
    assert not [name for name, (listed, one) in pages.items() if "4567" in listed + one.text]


def test_what_was_hidden_is_said_in_the_readers_language_everywhere(house: House, hidden: str) -> None:
    with house.store.write() as transaction:
        transaction.execute("UPDATE people SET language = 'sv' WHERE person_id = 'aino'")

    with house.client("Aino") as client:
        pages = [client.get(path).text for path in ("/comments", hidden, "/today/kamppi")]
        told = client.get("/api/locations/kamppi/today").json()

    assert all("Soittakaa [telefonnummer]!" in page for page in pages)
    assert told["comments"][0]["text"] == "Soittakaa ⟦phone⟧!"  # for programs, in no language


def test_revealing_is_told_to_the_audit_log_and_shown_once(house: House, hidden: str) -> None:
    with house.client("Aino") as client:
        revealed = post(client, f"{hidden}/reveal")
        later = client.get(hidden)

    assert (revealed.status_code, revealed.headers["cache-control"]) == (200, "no-store")
    assert ORIGINAL in revealed.text
    assert "4567" not in later.text
    (note,) = audit.notes(house.store, most=9)
    assert (note.at, note.who, note.what) == (NOON, "Aino", "revealed personal data in a comment")
    assert note.about == f"Kamppi, Checkout, 2026-11-21 11:00 ({hidden.removeprefix('/comments/')})"


def test_nobody_else_reveals_and_nothing_is_revealed_where_nothing_is_hidden(house: House, hidden: str) -> None:
    plain = said(house, "⟦phone⟧", minute=1)

    statuses = {}
    for name in ("Frida", "Cilla", "Dag"):
        with house.client(name) as client:
            statuses[name] = post(client, f"{hidden}/reveal").status_code
    with house.client("Aino") as client:
        shown = post(client, f"{plain}/reveal")

    assert statuses == {"Frida": 403, "Cilla": 403, "Dag": 404}
    assert "[phone number]" in shown.text
    assert audit.notes(house.store, most=9) == []


def test_who_acts_comes_back_to_the_list_they_came_from(house: House) -> None:
    address = said(house, "Jono")

    with house.client("Aino") as client:
        back = [
            act(client, address, "assigned", assignee="aino", back="location=kamppi&q=jo+no&before=1-1-1-x"),
            act(client, address, "handled", seen=1, back="//elsewhere.example/?x=1&q=\r\nSet-Cookie: a=b"),
            act(client, address, "reopened", seen=2),
        ]

    assert [answer.status_code for answer in back] == [303, 303, 303]
    assert [answer.headers["location"] for answer in back] == [
        f"/comments?location=kamppi&q=jo+no&before=1-1-1-x#c{address.removeprefix('/comments/')}",
        f"/comments?q=%0D%0ASet-Cookie%3A+a%3Db#c{address.removeprefix('/comments/')}",
        address,
    ]
    assert state(house) == [(3, "aino", 0)]


def test_of_two_who_act_at_once_the_second_is_told(house: House) -> None:
    address = said(house, "Jono")

    with house.client("Aino") as aino, house.client("Bo") as bo:
        act(aino, address, "assigned", assignee="aino")
        refused = act(bo, address, "assigned", assignee="bo")
        forged = post(bo, f"{address}/acts", act="handled", seen="x")
        noted = act(bo, address, "noted", words="Soitan itse.")

    assert (refused.status_code, forged.status_code, noted.status_code) == (409, 409, 303)
    assert "Somebody else was first." in refused.text
    assert "With Aino" in refused.text
    assert state(house) == [(2, "aino", 0)]


IMPOSSIBLE = (
    ({"act": "assigned", "assignee": "dag"}, 404),  # does not see the place
    ({"act": "assigned", "assignee": "frida"}, 404),  # reads only
    ({"act": "assigned", "assignee": "nobody"}, 404),
    ({"act": "noted", "words": "  "}, 400),
    ({"act": "noted", "words": "x" * 2001}, 400),
    ({"act": "delete"}, 400),
    ({}, 400),
)


def test_a_form_that_cannot_be_changes_nothing(house: House) -> None:
    address = said(house, "Jono")

    with house.client("Aino") as client:
        statuses = [post(client, f"{address}/acts", seen="0", **form).status_code for form, _ in IMPOSSIBLE]

    assert statuses == [status for _, status in IMPOSSIBLE]
    assert state(house) == [(0, "", 0)]


def test_what_is_another_places_is_nothing_here(house: House) -> None:
    foreign = said(house, "Salaisuus", at=TOUCHPOINTS[2])

    with house.client("Aino") as client:
        answers = [
            client.get("/comments?location=tapiola"),
            client.get("/comments?location=%00"),
            client.get(foreign),
            act(client, foreign, "handled"),
            post(client, f"{foreign}/reveal"),
        ]
        listed = client.get("/comments?q=Salaisuus&location=")

    assert [answer.status_code for answer in answers] == [404] * 5
    assert not [page for page in (*answers, listed) if "Salaisuus<" in page.text or "Tapiola" in page.text]
    assert state(house) == [(0, "", 0)]


def test_a_period_that_cannot_be_says_what_to_do(house: House) -> None:
    with house.client("Aino") as client:
        answers = [client.get(f"/comments?{asked}") for asked in ("first=never", "first=2026-11-02&last=2026-11-01")]
        lost = client.get("/comments?before=nonsense")

    assert [answer.status_code for answer in answers] == [400, 400]
    assert "Write year, month and day" in answers[0].text and 'role="alert">The period ends' in answers[1].text
    assert 'class="comments"' not in answers[0].text and 'value="2026-11-02"' in answers[1].text
    assert lost.status_code == 404


def test_where_places_of_several_time_zones_are_listed_that_is_said(house: House) -> None:
    with house.client("Eeva") as client:
        everywhere, kamppi = client.get("/comments").text, client.get("/comments?location=kamppi").text

    assert "Times are local to each place." in everywhere
    assert "Times are local" not in kamppi


def test_hostile_words_are_words(house: House) -> None:
    addresses = [said(house, text, minute=minute) for minute, text in enumerate(HOSTILE.values())]

    with house.client("Aino") as client:
        act(client, addresses[0], "noted", words=HOSTILE["a script"])
        pages = [client.get("/comments"), client.get("/comments", params={"q": HOSTILE["a quote"]})]
        pages += [client.get(address) for address in addresses]

    assert {page.status_code for page in pages} == {200}
    assert not [page for page in pages if "<script>alert" in page.text or "<b>{{" in page.text or ">49" in page.text]
    assert pages[0].text.count('<p dir="auto" lang="fi">') == len(HOSTILE)


def signed_in(house: House, browser: Browser, name: str) -> BrowserContext:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    context.add_cookies([{"name": "hymy_session", "value": house.session_of(name), "url": house.address}])
    return context


def test_the_keyboard_alone_searches_takes_and_answers(house: House, browser: Browser) -> None:
    said(house, "Jono oli pitkä")
    said(house, "Kiitos", minute=1)
    context = signed_in(house, browser, "Aino")
    page = context.new_page()
    page.goto(f"{house.address}/comments")

    page.get_by_role("searchbox").focus()
    page.keyboard.type("jono")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("1 comment")
    follow(page, "I take it")
    expect(page.locator(".comments .tag")).to_have_text("Yours")
    follow(page, "More")
    tab_to(page, "", tag="TEXTAREA")
    page.keyboard.type("Soitan huomenna.")
    follow(page, "Add the note")

    expect(page.locator(".history .note")).to_have_text("Soitan huomenna.")
    context.close()
    assert state(house) == [(2, "aino", 0), (0, "", 0)]


def follow(page: Page, name: str) -> None:
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tab_to(page: Page, name: str, *, tag: str = "") -> None:
    """With the tabulator alone."""
    for _ in range(60):
        page.keyboard.press("Tab")
        found, said = page.evaluate("[document.activeElement.tagName, document.activeElement.innerText.trim()]")
        if found == tag or (name and said.startswith(name)):
            return
    raise AssertionError(f"The keyboard does not get to {name or tag}.")
