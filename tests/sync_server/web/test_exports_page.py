import csv
import io
import re
import zipfile

import pytest

from sync_server.store import audit
from sync_server.web import exports
from tests import cast
from tests.sync_server.web.house import House

SATURDAY = "?content=figures&form=csv&first=2026-11-21&last=2026-11-21"


@pytest.fixture
def answered(house: House) -> House:
    """Ten answers at Kamppi, and ten at Tapiola."""
    tapiola = cast.TOUCHPOINTS[2]
    counts = [(cast.CHECKOUT, "overall", 9, {5: 10}), (tapiola, "overall", 9, {1: 10})]
    cast.add_counts(house.store, "2026-11-21", counts)
    return house


@pytest.mark.parametrize(("name", "seen"), [("Aino", ["kamppi"]), ("Bo", ["kamppi", "tapiola"])])
def test_the_file_holds_the_places_of_whoever_asks(answered: House, name: str, seen: list[str]) -> None:
    with answered.client(name) as client:
        answer = client.get(f"/exports/file{SATURDAY}")

    assert answer.headers["content-disposition"] == 'attachment; filename="figures-2026-11-21-2026-11-21.csv.zip"'
    text = zipfile.ZipFile(io.BytesIO(answer.content)).read("figures.csv").decode("utf-8-sig")
    assert [row["location_id"] for row in csv.DictReader(io.StringIO(text))] == seen


def test_an_export_is_kept_on_record(answered: House) -> None:
    with answered.client("Aino") as client:
        client.get(f"/exports/file{SATURDAY}&at=kamppi")

    (noted,) = audit.notes(answered.store, most=10)
    assert (noted.who, noted.what, noted.about) == ("Aino", "exported figures", "2026-11-21 – 2026-11-21 kamppi")


def test_an_export_that_fails_is_told_and_is_no_file(answered: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_told", lambda *_: ["--first", "never"])

    with answered.client("Aino") as client:
        answer = client.get(f"/exports/file{SATURDAY}")

    assert (answer.status_code, "<main" in answer.text) == (500, True)


def test_a_third_export_at_once_is_asked_to_wait(answered: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 0)

    with answered.client("Aino") as client:
        answer = client.get(f"/exports/file{SATURDAY}")

    assert (answer.status_code, "Try again in a minute." in answer.text) == (503, True)


@pytest.mark.parametrize(
    ("query", "status"),
    [("?form=exe", 400), ("?content=people", 400), ("?at=vasa", 404)],
)
def test_what_cannot_be_is_refused_on_a_page(answered: House, query: str, status: int) -> None:
    with answered.client("Aino") as client:
        answer = client.get(f"/exports/file{query}")

    assert (answer.status_code, "<main" in answer.text) == (status, True)


def test_the_page_offers_the_places_of_whoever_asks(answered: House) -> None:
    with answered.client("Bo") as client:
        offered = re.findall(r'<option value="(\w*)">', client.get("/exports").text)

    assert offered[2:5] == ["", "kamppi", "tapiola"]


def test_a_period_that_cannot_be_is_said_beside_the_form(answered: House) -> None:
    with answered.client("Bo") as client:
        answer = client.get("/exports/file?first=2026-11-30&last=2026-11-01&form=csv&at=tapiola")

    assert answer.status_code == 400
    assert 'role="alert">The period ends before it begins.' in answer.text
    assert 'value="2026-11-30"' in answer.text and re.findall(r'value="(\w+)" selected', answer.text) == [
        "answers",
        "tapiola",
        "csv",
    ]
