"""One terminal's page: every day and every gap, what became of its journals, and what IT decides there."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import msgspec
import pytest

from survey.entries import Context
from survey.exchange import Day, Health
from sync_server.accounts.people import LANGUAGES
from sync_server.exchange.handler import authenticate
from sync_server.exchange.incoming import incoming
from sync_server.exchange.ingest import receive
from sync_server.fleet.days import Gap
from sync_server.fleet.surveys import Questions
from sync_server.store import places
from sync_server.store.amiss import NOTABLE
from sync_server.store.journals import Asking
from sync_server.texts.say import texts
from tests import cast
from tests.sync_server.exchange.shop import BOOTS, Journal, about
from tests.sync_server.fleet import heard
from tests.sync_server.web.house import House, post

SATURDAY, NAME = "2026-11-21", "00000000000002a"
LATER = about("overall", survey="shop@2")


@pytest.fixture
def cilla(house: House) -> Iterator[httpx.Client]:
    with house.client("Cilla") as client:
        yield client


class Till:
    """A terminal in the house, its journal, and the days that it tells."""

    def __init__(self, house: House, name: str = "Till 1") -> None:
        self.house = house
        self.enrolled = heard.enrol(house.store, name, house.now_ms)
        self.address = f"/fleet/terminals/{self.enrolled.terminal_id}"
        self.journal = Journal(NAME)

    @property
    def asking(self) -> Asking:
        return authenticate(self.house.store, f"Bearer {self.enrolled.token}")

    def send(
        self, *, pressed: int, stored: int, after: int = 0, upto: int | None = None, gap_after: int | None = None
    ) -> None:
        request = self.journal.request(after=after, upto=upto, gap_after=gap_after, boots=BOOTS)
        health = Health("0.1.0", pressed, stored, waiting=stored - after)
        request = msgspec.structs.replace(request, days=[Day(SATURDAY, pressed, stored)], health=health)
        with self.house.store.write() as transaction:
            receive(
                transaction,
                [incoming(self.asking, request)],
                ask=Questions(self.house.store),
                now_ms=self.house.now_ms,
            )


def test_a_day_on_which_all_counted_has_four_equal_numbers_and_a_tick(house: House, cilla: httpx.Client) -> None:
    till = Till(house)
    till.journal.write(5, 4, 4)
    till.send(pressed=3, stored=3)

    page = cilla.get(till.address).text

    assert "Till 1: <em>every press counted.</em>" in page
    assert row_of(page) == ["21 Nov", "3", "3", "3", "3", "pressed = stored = sent = counted"]
    assert f'href="{till.address}"' in cilla.get("/fleet").text


def test_every_gap_of_a_day_is_said_in_words(house: House, cilla: httpx.Client) -> None:
    till = Till(house)
    till.journal.write(5, 4).write(4, context=LATER).write(1)
    till.send(pressed=8, stored=7, upto=3)

    page = cilla.get(till.address).text

    assert "Till 1 needs a look." in page
    assert row_of(page) == [
        *("21 Nov", "8", "7", "3", "2"),
        "1 pressed but not stored 4 wait on the terminal 1 in quarantine",
    ]
    assert '<span class="">4 wait on the terminal</span>' in page  # not in the alert colour


def test_a_loss_is_accepted_with_a_reason_by_who_is_signed_in(house: House, cilla: httpx.Client) -> None:
    till = Till(house)
    till.journal.write(*[4] * 10)
    till.send(pressed=10, stored=10, upto=2)
    till.send(pressed=10, stored=10, after=6, gap_after=2)
    before = cilla.get(till.address).text

    refused = post(cilla, f"{till.address}/losses", journal=NAME, first="3", why="gone")
    accepted = post(cilla, f"{till.address}/losses", journal=NAME, first="3", why="the card broke")
    again = post(cilla, f"{till.address}/losses", journal=NAME, first="3", why="the card broke")

    assert "Entries 3–6" in before and "4 missing for good" in before
    assert (refused.status_code, accepted.status_code, again.status_code) == (400, 303, 404)
    assert 'value="gone"' in refused.text and "Say in some words" in refused.text
    after = cilla.get(till.address).text
    assert "Loss accepted by Cilla, 21 Nov 12:00:" in after and "the card broke" in after
    assert row_of(after)[-1] == "4 lost, accepted"
    assert house.store.read("SELECT who, what FROM audit") == [("Cilla", "loss accepted")]


def test_what_is_released_counts_and_is_told(house: House, cilla: httpx.Client) -> None:
    till = Till(house)
    till.journal.write(4, 3, context=LATER)
    till.send(pressed=2, stored=2)
    reason = "Survey &#39;shop@2&#39; was never loaded on this server."
    before = cilla.get(till.address).text

    with house.store.write() as transaction:
        places.put_survey(transaction, cast.SURVEY.__class__("shop", 2, ("en",), cast.SURVEY.questions))
    said = post(cilla, f"{till.address}/releases", reason="Survey 'shop@2' was never loaded on this server.").text

    assert reason in before and "2 entries in quarantine" in before
    assert "2 entries count now." in said and reason not in said
    assert row_of(cilla.get(till.address).text)[1:5] == ["2", "2", "2", "2"]


@pytest.mark.parametrize("what", NOTABLE)
def test_what_became_of_a_journal_is_told_with_its_time(house: House, cilla: httpx.Client, what: str) -> None:
    till = Till(house)
    value = "10" if what == "pin_refused" else "00000000000001f"
    till.journal.write(value, context=Context("event", what, "", "", "terminal", 1, BOOTS[0].offset_ms or 0))
    till.send(pressed=0, stored=0)

    page = cilla.get(till.address).text

    assert texts("en")[f"terminal.event_{what}"] in unescape(page)
    assert "<time>21 Nov 14:01</time>" in page and f"<small>{value}</small>" in page


def test_a_form_without_its_mark_is_refused(house: House, cilla: httpx.Client) -> None:
    till = Till(house)

    for form in ("losses", "releases"):
        assert cilla.post(f"{till.address}/{form}", data={"journal": NAME, "first": "3"}).status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_gap_and_event_has_its_words(language: str) -> None:
    known = texts(language)

    assert all(f"terminal.gap_{gap}" in known for gap in Gap)
    assert all(f"terminal.event_{about}" in known for about in NOTABLE)


def row_of(page: str) -> list[str]:
    """The newest day's cells, as they are read."""
    (row, *_) = re.findall(r"<tr>\s*<th scope=\"row\"><time datetime.*?</tr>", page, re.DOTALL)
    cells = re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*aria-label=\"(.*?)\"[^>]*>|<.*?>", r" \1 ", cell).split()) for cell in cells]
