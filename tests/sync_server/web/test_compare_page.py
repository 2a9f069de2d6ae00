"""Compare over real HTTP: who sees what of it, what it says, and what it refuses."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import httpx
import pytest

from sync_server.store import Store, open_store, places
from sync_server.store.places import LocationRow, TouchpointRow
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE, VASA
from tests.sync_server.web.house import House, Served

TODAY = date(2026, 11, 21)
TAPIOLA_CHECKOUT, VASA_CHECKOUT = cast.TOUCHPOINTS[2:]
HOSTILE = "<script>alert('x')</script>\"'&{{ 7*7 }}"


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Vasa is much worse than Kamppi and Tapiola, who are alike; before, all were. Nobody changes it."""
    store = open_store(tmp_path_factory.mktemp("chain"))
    cast.settle(store)
    house = House(store)
    fill(house)
    with Served(house):
        yield house
    store.close()


def fill(house: House) -> None:
    give(house.store, CHECKOUT, 25, 21)
    give(house.store, ENTRANCE, 25, 21)
    give(house.store, TAPIOLA_CHECKOUT, 50, 42)
    give(house.store, VASA_CHECKOUT, 50, 30)
    for touchpoint in (CHECKOUT, TAPIOLA_CHECKOUT, VASA_CHECKOUT):
        give(house.store, touchpoint, 50, 42, until=TODAY - timedelta(days=28))
    house.chain_days.step(most_s=60)


def give(store: Store, touchpoint: TouchpointRow, answers: int, good: int, until: date = TODAY) -> None:
    """Ten days, each with so many answers."""
    for back in range(10):
        counts = {5: good, 1: answers - good}
        cast.add_counts(store, (until - timedelta(days=back)).isoformat(), [(touchpoint, "overall", 12, counts)])


def headline(page: httpx.Response) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page.text)
    assert page.status_code == 200 and found, page.text
    return found[1]


def under(page: httpx.Response, heading: str) -> list[str]:
    """The places that stand under a heading."""
    _, _, rest = page.text.partition(f"{heading} <span>")
    return re.findall(r'<th scope="row"><a[^>]*>(.*?)</a>', rest.partition("</section>")[0])


def test_it_says_first_what_differs_and_then_how_sure_that_is(chain: House) -> None:
    with chain.client("Eeva") as client:
        page = client.get("/compare")
        of_vasa = client.get("/location/vasa?first=2026-10-25&last=2026-11-21")

    assert of_vasa.status_code == 200
    assert headline(page) == "1 of 3 locations is below the others, 2 above."
    how_sure = "All together 76 % satisfied, between 74 and 78, of 1500 answers. From 25 Oct to 21 Nov, as of 12:00."
    assert how_sure in re.sub(r"\s+", " ", page.text)
    assert under(page, "Below the others") == ["Vasa"]
    assert under(page, "Above the others") == ["Kamppi", "Tapiola"]
    assert "<b>60 %</b><small>56 to 64</small>" in page.text
    assert "<b>−24 points</b>" in page.text
    assert 'href="/location/vasa?first=2026-10-25&amp;last=2026-11-21"' in page.text


def test_what_a_person_may_not_see_neither_shows_nor_counts(chain: House) -> None:
    pages = {}
    for name in ("Bo", "Aino", "Dag"):
        with chain.client(name) as client:
            pages[name] = [client.get(f"/compare?what={what}") for what in ("locations", "regions", "periods")]

    bo, aino, dag = (pages[name][0] for name in ("Bo", "Aino", "Dag"))
    assert headline(bo) == "The 2 locations can&#39;t be told apart."
    assert "84 % satisfied" in bo.text  # not 76, which would tell of Vasa
    assert headline(aino) == headline(dag) == "There is nothing to compare."
    assert "60 % satisfied" in dag.text
    assert "Too few" not in dag.text and 'href="/location/vasa?' in dag.text
    assert not [page for page in (*pages["Bo"], *pages["Aino"]) if "Vasa" in page.text or "ostrobothnia" in page.text]
    assert not [page for page in pages["Dag"] if "Kamppi" in page.text or "uusimaa" in page.text]


def test_a_region_that_is_not_theirs_looks_like_one_that_does_not_exist(chain: House) -> None:
    with chain.client("Bo") as client:
        own = client.get("/compare?region=uusimaa")
        foreign, unknown = client.get("/compare?region=ostrobothnia"), client.get("/compare?region=nowhere")

    assert own.status_code == 200
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.text.replace("ostrobothnia", "nowhere") == unknown.text


def test_a_region_is_looked_at_by_itself(chain: House) -> None:
    with chain.client("Eeva") as client:
        page = client.get("/compare?region=uusimaa")

    assert under(page, "Can&#39;t be told apart") == ["Kamppi", "Tapiola"]
    assert "Vasa" not in page.text


def test_periods_say_what_is_worse_than_before(chain: House) -> None:
    with chain.client("Eeva") as client:
        before = client.get("/compare?what=periods&first=2026-11-12&last=2026-11-21")
        month = client.get("/compare?what=periods")
        year = client.get("/compare?what=periods&against=year")

    assert headline(before) == "Too few answers to compare."  # nobody answered in the ten days before
    assert headline(month) == "1 of 3 locations is worse than before."
    assert under(month, "Worse than before") == ["Vasa"]
    assert "Beside 27 Sep to 24 Oct." in month.text
    assert "a change of −8 points (−11 to −5)" in month.text and "−24 points" in month.text
    assert "before 84 (81\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}87, 500\N{NO-BREAK SPACE}answers)" in month.text
    assert headline(year) == "Too few answers to compare."
    assert "Beside 26 Oct to 22 Nov." in year.text  # 52 weeks earlier: the same weekdays


def test_phases_lead_to_their_touchpoints(chain: House) -> None:
    with chain.client("Eeva") as client:
        phases = client.get("/compare?what=touchpoints")
        checkouts = client.get("/compare?what=touchpoints&phase=checkout")

    assert "phase=checkout" in phases.text
    assert under(phases, "Below the others") == ["checkout"]
    assert under(checkouts, "Below the others") == ["Checkout"]
    assert "<small>Vasa</small>" in checkouts.text


def test_until_all_is_read_it_says_so_and_comes_back_by_itself(house: House) -> None:
    with house.client("Eeva") as client:
        page = client.get("/compare")

    assert headline(page) == "The answers are still being read."
    assert page.headers["refresh"] == "3"


def test_a_chain_without_answers_is_told_what_it_takes(house: House) -> None:
    house.chain_days.step(most_s=60)

    with house.client("Eeva") as client:
        page = client.get("/compare")

    assert headline(page) == "Too few answers to compare."
    assert under(page, "Too few answers") == ["Kamppi", "Tapiola", "Vasa"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("first=2026-11-21&last=2026-11-01", "ends before it begins"),
        ("first=2026-02-30", "is no date"),
        ("first=2024-01-01&last=2024-01-31", "too far back"),
        ("what=periods&first=2025-01-01&last=2025-12-31", "too far back"),
        ("first=0001-01-01", "is too far away"),
        ("what=everything", "everything"),
        ("against=never", "never"),
    ],
)
def test_what_cannot_be_is_refused_in_words(chain: House, asked: str, said: str) -> None:
    with chain.client("Eeva") as client:
        page = client.get(f"/compare?{asked}")

    assert page.status_code == 400
    assert said in page.text
    assert ('name="first"' in page.text) == ("first=" in asked)


def test_a_page_goes_over_the_line_compressed(chain: House) -> None:
    with chain.client("Eeva") as client, client.stream("GET", "/compare") as page:
        over_the_line = len(b"".join(page.iter_raw()))
        whole = client.get("/compare")
        with client.stream("GET", "/today/vasa/changes") as events:
            assert next(events.iter_raw()) == b"event: changed\ndata:\n\n"  # at once, and as it is

    assert whole.headers["content-encoding"] == "gzip"
    assert over_the_line < len(whole.content) / 2


def test_hostile_names_are_words_like_any_other(house: House) -> None:
    row = TouchpointRow("x/../y?z=1&first=2000-01-01", "vasa", HOSTILE, HOSTILE, "shop")
    fill(house)
    with house.store.write() as transaction:
        places.put_region(transaction, "ostrobothnia", HOSTILE)
        places.put_locations(transaction, [LocationRow("a/b?c&d\"'<e>", "ostrobothnia", HOSTILE, VASA.time_zone, None)])
        places.put_touchpoints(transaction, [row, row._replace(touchpoint_id="other", location_id="a/b?c&d\"'<e>")])
    give(house.store, row, 50, 42)
    house.now_ms += 60_000
    house.chain_days.step(most_s=60)

    with house.client("Eeva") as client:
        pages = [
            client.get("/compare", params={"what": what, "phase": phase})
            for what in ("locations", "regions", "touchpoints", "periods")
            for phase in ("", HOSTILE)
        ]

    assert {page.status_code for page in pages} == {200}
    assert not [page for page in pages if "<script>alert" in page.text or "49" in headline(page)]
    assert 'href="/location/a%2Fb%3Fc%26d%22%27%3Ce%3E?first=' in pages[0].text
