"""The whole way from entries to page, with what 2,746 passengers of an airport said.

tests/golden/sfo_nps_2017.csv: San Francisco International Airport, customer survey 2017, "how likely to recommend, 0 to
10" of each respondent in their order, empty where not answered. City and County of San Francisco, open data (PDDL 1.0).
"""

import csv
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from survey import figures
from survey.exchange import Boot
from survey.questions import Kind, Question
from sync_server.results.settling import Settling
from sync_server.store import places
from tests import cast
from tests.sync_server.exchange.shop import NOW, Journal, Shop, about
from tests.sync_server.web.house import House, Served

FILE = Path(__file__).parents[2] / "golden" / "sfo_nps_2017.csv"
RECOMMEND = Question("recommend", Kind.NPS, {"en": "Would you recommend us?"})
RECOMMENDED = msgspec.structs.replace(cast.SURVEY, version=2, questions=(RECOMMEND,), follow_ups=())
MORNING, EVERY_MS, BATCH = cast.at("2026-11-21 05:30"), 15_000, 500


@pytest.fixture
def answers() -> list[int]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return [int(row["nps_0_10"]) for row in csv.DictReader(lines) if row["nps_0_10"]]


def test_what_passengers_said_is_on_the_page_as_it_stands_in_the_file(answers: list[int], tmp_path: Path) -> None:
    shop = Shop(tmp_path / "data")
    with shop.store.write() as transaction:
        places.put_survey(transaction, RECOMMENDED)
    journal = Journal()
    for number, answer in enumerate(answers):
        journal.write(answer, context=about("recommend", survey="shop@2"), uptime_ms=EVERY_MS * number)

    for after in range(0, len(answers), BATCH):
        shop.receive(journal.request(after=after, upto=after + BATCH, boots=[Boot(1, "5f0c", MORNING, "server")]))
    Settling(shop.store, ask=shop.ask, tell=lambda location_ids: None).settle()
    house = House(shop.store)
    house.now_ms = NOW
    with Served(house), house.client("Aino") as client:
        day = client.get("/api/locations/kamppi/today").json()
        page = client.get("/today/kamppi").text
    shop.store.close()

    by_value = Counter(answers)
    promoters, detractors = by_value[9] + by_value[10], sum(by_value[value] for value in range(7))
    assert (len(answers), promoters, detractors) == (2746, 1436, 342)
    assert (day["answers"], day["set_aside"], day["measure"]) == (2746, 0, "nps")
    assert day["figure"] == msgspec.to_builtins(figures.nps([by_value[value] for value in range(11)]))
    # 100 * (1436 - 342) / 2746, and the adjusted Wald interval of (1436.75 - 342.75) / 2749 by hand
    assert [round(day["figure"][part], 2) for part in ("value", "low", "high")] == [39.84, 37.18, 42.41]
    assert "<em>NPS 40</em>" in page
