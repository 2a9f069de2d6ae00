"""The chain's own logo and colour on what goes out."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pypdfium2
import pytest
from markupsafe import Markup
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from survey.theme import DAY, Theme
from sync_server.charts.chart import Chart, Table
from sync_server.charts.picture import png
from sync_server.insight.chain_days import ChainDays
from sync_server.reports import letters
from sync_server.reports.brand import brand_of
from sync_server.reports.content import Contents, Report
from sync_server.reports.letters import Edition
from sync_server.reports.press import Sheet
from sync_server.reports.printing import pdf
from sync_server.reports.schedule import Kind
from sync_server.results.periods import last_days
from sync_server.store import Store, open_store, shown
from tests import cast

NOW_MS = cast.at("2026-11-22 07:00")
ADDRESS = "https://hymy.example"
RED = "#b00020"
AINO = msgspec.structs.replace(cast.person("Aino"), email="aino@shop.example")
DRAWN = Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><rect width="4" height="1"/></svg>')
LOGO = png(Chart("", "", DRAWN, Table((), ())), 40)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path)
    cast.settle(store)
    yield store
    store.close()


def look(store: Store, accent: str) -> None:
    with store.write() as transaction:
        shown.put_theme(transaction, Theme(msgspec.structs.replace(DAY, accent=accent), logo="logo.png"))
        shown.put_pictures(transaction, {"logo.png": LOGO})


def report_of(store: Store) -> Report:
    days = ChainDays(store, lambda: NOW_MS)
    period = last_days(1, date(2026, 11, 21))
    return Contents(store, days, NOW_MS).report(Kind.DAILY, period, [cast.KAMPPI], "en", since_ms=0)


def test_a_letter_and_its_paper_carry_the_chain_s_logo_and_colour(store: Store) -> None:
    look(store, RED)
    report = report_of(store)

    paper = pdf(Sheet(letters.paper(report, "en", now_ms=NOW_MS, address=ADDRESS), ADDRESS))
    edition = Edition(report, "en", "Report", b"", paper, "report.pdf")
    made = letters.letter(edition, AINO, address=ADDRESS, end_link=f"{ADDRESS}/end")

    assert (f"3px solid {RED}" in made.html, 'src="cid:logo"' in made.html) == (True, True)
    assert [(one.cid, one.content) for one in made.attachments if one.cid] == [("logo", LOGO)]
    with pypdfium2.PdfDocument(paper) as document:
        assert len(list(document[0].get_objects([FPDF_PAGEOBJ_IMAGE]))) == 1


def test_without_a_theme_it_is_hymy_s(store: Store) -> None:
    report = report_of(store)

    made = letters.letter(Edition(report, "en", "Report", b"", b"", ""), AINO, address="", end_link="")

    assert (f"3px solid {DAY.accent}" in made.html, "cid:logo" in made.html) == (True, False)


def test_a_colour_that_does_not_stand_out_from_white_paper_stays_on_the_terminals(store: Store) -> None:
    look(store, "#ffe08a")
    assert brand_of(store).accent == DAY.accent
