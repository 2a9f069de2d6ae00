"""One day at one place is the same on every page, in the API, in reports and in exports.

The place is across an ocean, the day has 25 hours, answers stand at both of its midnights; a child played, staff
answered, and all of it came weeks later.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape

import httpx
import pytest

from survey.exchange import Boot
from survey.figures import satisfied
from survey.questions import STAFF
from sync_server.results.settling import Settling
from sync_server.store import places
from tests import cast
from tests.cast import KAMPPI
from tests.sync_server.exchange.shop import Journal, Shop, about
from tests.sync_server.web.house import House, Served, post

ZONE, DAY = "America/New_York", "2026-11-01"
BEGAN, ENDED = cast.at("2026-11-01 00:00", ZONE), cast.at("2026-11-02 00:00", ZONE)
LATE_THAT_DAY, NEXT_MORNING = ENDED - 60_000, cast.at("2026-11-02 09:00", ZONE)
GIVEN = [1] * 2 + [2] * 6 + [4] * 8 + [5] * 20  # 36: one every forty minutes from midnight on, the last before midnight
PLAYED = 5
TRUTH = satisfied([2, 6, 0, 8, 20])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    shop = Shop(tmp_path_factory.mktemp("far"))
    with shop.store.write() as transaction:
        places.put_locations(transaction, [KAMPPI._replace(time_zone=ZONE)])
    journal = Journal()
    told = [(BEGAN - 3_000, 1, "overall"), (ENDED + 3_000, 1, "overall")]  # no run with those within the day
    told += [(BEGAN + number * (ENDED - 1 - BEGAN) // 35, value, "overall") for number, value in enumerate(GIVEN)]
    told += [(BEGAN + 30_000 + number * 300, 1, "overall") for number in range(PLAYED)]
    told += [(BEGAN + 90_000 + number * 60_000, 1, STAFF + "overall") for number in range(3)]
    for at, value, question_id in sorted(told):
        journal.write(value, context=about(question_id), uptime_ms=at - BEGAN + 60_000)
    shop.receive(journal.request(boots=[Boot(1, "5f0c", BEGAN - 60_000, "server")]), shop.terminal("kamppi-checkout"))
    Settling(shop.store, ask=shop.ask, tell=lambda _: None).settle()
    cast.add_counts(shop.store, DAY, [(cast.TOUCHPOINTS[2], "overall", 9, {2: 10, 5: 40})])
    house = House(shop.store)
    house.now_ms = NEXT_MORNING
    house.chain_days.step(most_s=60)
    with Served(house):
        yield house
    shop.store.close()


def words(page: httpx.Response) -> str:
    assert page.status_code == 200, page.text
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text)))


def file(house: House, content: str) -> list[dict[str, str]]:
    with house.client("Aino") as client:
        got = client.get(f"/exports/file?content={content}&form=csv&first={DAY}&last={DAY}")
    text = zipfile.ZipFile(io.BytesIO(got.content)).read(f"{content}.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_while_the_day_goes_on(house: House) -> None:
    house.now_ms = LATE_THAT_DAY
    with house.client("Aino") as client:
        api = client.get("/api/locations/kamppi/today").json()
        page = words(client.get("/today/kamppi"))
        made = post(client, "/wallboards/new", location_id="kamppi", name="Wall").text
        wall = words(client.get(re.findall(r"/wall/[a-z2-7]{24}", made)[0]))
    house.now_ms = NEXT_MORNING

    figure = {name: api["figure"][name] for name in ("value", "low", "high")}
    assert figure == {name: pytest.approx(100 * getattr(TRUTH, name)) for name in ("value", "low", "high")}
    assert (api["local_date"], api["answers"], api["figure"]["n"], api["set_aside"]) == (DAY, 36, 36, PLAYED)
    assert "78 % satisfied today, between 62 and 88." in page and "36 answers so far." in page
    assert "78 % satisfied today Between 62 and 88, 36 answers." in wall
    assert (api["staff"]["answers"], api["staff"]["figure"]) == (3, None)


def test_when_it_is_over(house: House) -> None:
    span = f"first={DAY}&last={DAY}"
    with house.client("Aino") as client:
        day, trends, letter = (
            words(client.get(address))
            for address in (f"/today/kamppi?day={DAY}", f"/location/kamppi?{span}", "/reports/preview/daily")
        )
    with house.client("Bo") as client:
        compare, several = words(client.get(f"/compare?{span}")), words(client.get("/reports/preview/daily"))

    late = 36 + PLAYED
    assert "78 % satisfied that day, between 62 and 88." in day and " 36 answers. " in day
    assert f"{PLAYED} presses set aside" in day and f"{late} answers came later" in day
    assert "78 % satisfied on 1 Nov, between 62 and 88. 36 answers. " in trends
    assert f"Set aside {PLAYED} presses" in trends and f"{late} answers came later" in trends
    assert "78 % satisfied , between 62 and 88. 36 answers. " in letter
    assert re.search(r"Kamppi (?:\S+ ){0,3}78 % 62 to 88 (?:\S+ )*?36 ", compare)
    assert re.search(r"Kamppi [^%]* 78 % 62 to 88 36 ", several)


def test_in_the_files(house: House) -> None:
    (figures,) = [row for row in file(house, "figures") if row["question_id"] == "overall"]
    answers = file(house, "answers")

    given = [figures[name] for name in ("local_date", "answers", "set_aside", "value", "low", "high")]
    share = [f"{100 * getattr(TRUTH, name):.2f}" for name in ("value", "low", "high")]
    assert given == [DAY, "36", f"{PLAYED}", *share]
    assert [row["set_aside"] for row in answers].count("false") == 36 and len(answers) == 36 + PLAYED
    assert {row["question_id"] for row in answers} == {"overall"}
