"""The PDF of a page, from the real press, read back by another program's library."""

from collections.abc import Iterator
from urllib.parse import unquote

import pypdfium2
import pytest

from sync_server.reports.press import Press
from sync_server.store import open_store
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE
from tests.sync_server.web.house import House, Served

TODAY = "2026-11-21"
WORDS = '<img src="file:///etc/passwd"> & <b>bold</b>'


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    store = open_store(tmp_path_factory.mktemp("store"))
    cast.settle(store)
    cast.add_counts(store, TODAY, [(CHECKOUT, "overall", 9, {5: 300, 4: 54, 3: 30, 2: 18, 1: 10})])
    house = House(store, Press())
    cast.add_text(store, ENTRANCE, house.now_ms - 60_000, WORDS, language="fi", score=1)
    with Served(house):
        yield house
    store.close()


def test_the_page_that_somebody_sees_is_had_as_a_pdf(house: House) -> None:
    with house.client("Aino") as client:
        answer = client.get("/pdf/today/kamppi")

    assert answer.headers["content-type"] == "application/pdf"
    assert unquote(answer.headers["content-disposition"]).endswith("''Today at Kamppi.pdf")
    with pypdfium2.PdfDocument(answer.content) as document:
        text = " ".join(document[0].get_textpage().get_text_range().split())
        width, height = document[0].get_size()
        assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
        assert document.get_metadata_value("Title") == "Today at Kamppi · Hymy"
    assert "86 % satisfied today, between 82 and 89." in text
    assert "Made for Aino on 21 Nov 2026 at 12:00 (Europe/Helsinki)" in text and "1 / 1" in text
    assert WORDS in text
    assert "Sign out" not in text


def test_a_page_leads_to_its_pdf_of_the_same_period(house: House) -> None:
    with house.client("Cilla") as client:
        page, fleet = client.get("/today/kamppi?first=2026-11-01&x=%22").text, client.get("/fleet").text

    assert 'href="/pdf/today/kamppi?first=2026-11-01&amp;x=%22" download' in page
    assert "/pdf/" not in fleet


def test_the_pdf_of_another_place_looks_like_one_that_does_not_exist(house: House) -> None:
    with house.client("Dag") as client:
        foreign, unknown = client.get("/pdf/today/kamppi"), client.get("/pdf/today/nowhere")

    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.text == unknown.text


def test_no_form_stands_on_paper(house: House) -> None:
    house.chain_days.step(most_s=60)
    with house.client("Cilla") as client:
        answer = client.get("/pdf/compare?first=2026-11-01&last=2026-11-21")

    with pypdfium2.PdfDocument(answer.content) as document:
        text = document[0].get_textpage().get_text_range()
    assert "21 Nov" in text and "2026-11-21" not in text


def test_each_of_several_sheets_says_whose_it_is_and_of_when(house: House) -> None:
    with house.client("Aino") as client:
        answer = client.get("/pdf/location/kamppi?first=2026-11-01&last=2026-11-21")

    with pypdfium2.PdfDocument(answer.content) as document:
        sheets = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    assert len(sheets) > 1
    for number, sheet in enumerate(sheets, start=1):
        assert "Hymy · Kamppi" in sheet and "Made for Aino on 21 Nov 2026" in sheet
        assert f"{number} / {len(sheets)}" in sheet
