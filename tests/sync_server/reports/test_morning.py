"""The morning's reports, up to a real mail server."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest

from sync_server.insight.chain_days import ChainDays
from sync_server.mail.outbox import Sender
from sync_server.mail.settings import Mail
from sync_server.mail.smtp import SmtpCarrier
from sync_server.reports import unsubscribing
from sync_server.reports.morning import Morning, choose
from sync_server.reports.press import Drawing, Job, NotPrinted, Press, Sheet
from sync_server.reports.schedule import Kind
from sync_server.store import Store, open_store, people, places
from sync_server.store import late as late_answers
from sync_server.store import reports as stored
from sync_server.store.late import LateKey
from sync_server.store.reports import Wish
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE
from tests.sync_server.mail.mailbox import ADDRESS, Mailbox, mailbox
from tests.sync_server.web.house import BlankPress

SATURDAYS = ("2026-11-21", "2026-11-14", "2026-11-07", "2026-10-24", "2026-10-17")  # the 31st was a holiday
CHOSEN, MORNING = cast.at("2026-11-21 12:00"), cast.at("2026-11-22 07:00")
MINUTE_MS = 60_000


class Mornings:
    """A store, what makes reports and what sends them, and a clock that is set by hand."""

    def __init__(self, store: Store, mail: Mail, press: Press | None = None) -> None:
        self.store, self.now_ms, self.mail = store, CHOSEN, mail
        self.press = press or BlankPress()
        self.morning = self.another()
        self.sender = Sender(store, lambda: self.now_ms, SmtpCarrier(mail))

    def another(self) -> Morning:
        """As another server, or after a restart."""
        chain_days = ChainDays(self.store, lambda: self.now_ms)
        while chain_days.step():
            pass
        return Morning(self.store, lambda: self.now_ms, chain_days, self.press, mail=self.mail)

    def wants(self, name: str, *kinds: Kind) -> None:
        email = f"{name.lower()}@shop.example"
        with self.store.write() as transaction:
            transaction.execute("UPDATE people SET email = ? WHERE person_id = ?", (email, name.lower()))
        person = people.find_person(self.store, name.lower())
        assert person
        choose(self.store, person, kinds, self.now_ms)

    def come(self, now_ms: int) -> int:
        """How many letters are sent at that time."""
        self.now_ms = now_ms
        self.morning.step()
        return self.sender.step()


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def mornings(store: Store, box: Mailbox) -> Mornings:
    return settled(store, box)


@pytest.fixture
def on_sqlite(tmp_path: Path, box: Mailbox) -> Iterator[Mornings]:
    store = open_store(tmp_path)
    yield settled(store, box)
    store.close()


def settled(store: Store, box: Mailbox, press: Press | None = None) -> Mornings:
    cast.settle(store)
    for number, on in enumerate(SATURDAYS):
        cast.add_counts(store, on, [(CHECKOUT, "overall", 9, {5: 300 + number, 4: 54, 3: 30, 2: 18, 1: 10})])
    return Mornings(store, box.mail, press)


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert isinstance(found, EmailMessage)
    return str(found.get_content())


def test_a_report_comes_at_seven_and_only_once_across_restarts(mornings: Mornings, box: Mailbox) -> None:
    mornings.wants("Aino", Kind.DAILY)

    at_once, before, at_seven = (mornings.come(at) for at in (CHOSEN, MORNING - MINUTE_MS, MORNING))
    mornings.morning = mornings.another()
    again, next_day = mornings.come(MORNING + MINUTE_MS), mornings.come(cast.at("2026-11-23 07:00"))

    assert (at_once, before, at_seven, again, next_day) == (0, 0, 1, 0, 1)
    assert [str(message["Subject"]) for message in box.messages] == [
        "Kamppi: 86 % satisfied yesterday (82–89, 412 answers), as usual for a Saturday",
        "Kamppi: no answers yesterday",
    ]


def test_two_servers_send_one(mornings: Mornings, box: Mailbox) -> None:
    for name in ("Aino", "Bo", "Eeva", "Frida"):
        mornings.wants(name, Kind.DAILY)
    mornings.now_ms = MORNING
    servers = [mornings.another(), mornings.another()]

    with ThreadPoolExecutor(2) as both:
        made = list(both.map(lambda server: server.step(), servers))
    mornings.sender.step()

    assert sum(made) == 4
    assert sorted(str(message["To"]) for message in box.messages) == [
        f"{name}@shop.example" for name in ("aino", "bo", "eeva", "frida")
    ]


def test_clocks_that_are_set_neither_skip_nor_double_one(on_sqlite: Mornings, box: Mailbox) -> None:
    on_sqlite.now_ms = cast.at("2026-10-22 12:00")
    on_sqlite.wants("Aino", Kind.DAILY)
    begin = cast.at("2026-10-24 00:00")  # on the 25th they go back an hour

    sent = [begin + hour * 60 * MINUTE_MS for hour in range(72) if on_sqlite.come(begin + hour * 60 * MINUTE_MS)]

    assert sent == [cast.at("2026-10-24 00:00"), *(cast.at(f"2026-10-{day} 07:00") for day in (24, 25, 26))]


def test_a_clock_that_was_years_ahead_ends_no_reports(on_sqlite: Mornings, box: Mailbox) -> None:
    on_sqlite.wants("Aino", Kind.DAILY)

    ahead, right, again = (on_sqlite.come(at) for at in (cast.at("2030-01-01 12:00"), MORNING, MORNING + MINUTE_MS))

    assert (ahead, right, again) == (1, 1, 0)


def test_a_letter_has_the_finding_the_chart_the_paper_and_a_way_out(box: Mailbox, tmp_path: Path) -> None:
    press = Press()
    store = open_store(tmp_path)
    mornings = settled(store, box, press)
    words = "</p><script>alert(1)</script> & so on"
    cast.add_text(store, ENTRANCE, cast.at("2026-11-21 11:00"), words, language="en", score=1)
    mornings.wants("Aino", Kind.DAILY)

    mornings.come(MORNING)

    (message,) = box.messages
    text, html = part(message, "plain"), part(message, "html")
    assert "86 % satisfied, between 82 and 89." in text and "412 answers." in text and words in text
    assert "86 % satisfied</span>, between 82 and 89." in html
    assert "<script>" not in html and "&lt;/p&gt;&lt;script&gt;" in html
    assert f'href="{ADDRESS}/today/kamppi?day=2026-11-21"' in html
    pictures = [found for found in message.walk() if found.get_content_type() == "image/png"]
    assert [found["Content-ID"] for found in pictures] == ["<chart>"] and 'src="cid:chart"' in html
    (paper,) = message.iter_attachments()
    assert paper.get_filename() == "Report Kamppi 2026-11-21.pdf"
    with pypdfium2.PdfDocument(paper.get_content()) as document:
        said = " ".join(document[0].get_textpage().get_text_range().split())
    assert "Hymy · Kamppi · Saturday 21 November 2026" in said and "86 % satisfied, between 82 and 89." in said
    assert words in said and "Made on 22 Nov 2026 at 07:00 (Europe/Helsinki)" in said
    link = str(message["List-Unsubscribe"]).strip("<>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = urlsplit(link).path.removeprefix(unsubscribing.PATH)
    assert unsubscribing.read_token(store, token) == ("aino", Kind.DAILY)
    assert link in text
    press.close()
    store.close()


def test_of_several_places_one_letter_says_where_to_look(on_sqlite: Mornings, box: Mailbox) -> None:
    tapiola = cast.TOUCHPOINTS[2]
    for on in SATURDAYS:
        given = {5: 60, 1: 120} if on == SATURDAYS[0] else {5: 150, 1: 30}
        cast.add_counts(on_sqlite.store, on, [(tapiola, "overall", 9, given)])
    on_sqlite.morning = on_sqlite.another()
    on_sqlite.wants("Bo", Kind.DAILY)

    on_sqlite.come(MORNING)

    (message,) = box.messages
    assert message["Subject"] == "2 locations yesterday: look at Tapiola first"
    text = part(message, "plain")
    assert "Kamppi: 86 % (82 to 89), as usual, but above the others. 412 answers." in text
    assert "Tapiola: 33 % (27 to 41), worse than usual, below the others. 180 answers." in text
    assert "Below your other locations, and not by chance." in text and text.count("Open in Hymy") == 1
    assert "Vasa" not in message.as_string()


def test_of_several_places_it_waits_until_their_days_have_been_read(on_sqlite: Mornings, box: Mailbox) -> None:
    days = ChainDays(on_sqlite.store, lambda: on_sqlite.now_ms)
    on_sqlite.morning = Morning(on_sqlite.store, lambda: on_sqlite.now_ms, days, on_sqlite.press, mail=box.mail)
    on_sqlite.wants("Bo", Kind.DAILY)

    before = on_sqlite.come(MORNING)
    days.step(most_s=60)
    after = on_sqlite.come(MORNING + MINUTE_MS)

    assert (before, after) == (0, 1)
    assert "Kamppi: 86 % (82 to 89), as usual. 412 answers." in part(box.messages[0], "plain")


def test_weeks_and_months_have_letters_of_their_own(on_sqlite: Mornings, box: Mailbox) -> None:
    on_sqlite.wants("Aino", Kind.WEEKLY, Kind.MONTHLY)

    sent = [on_sqlite.come(cast.at(f"{on} 07:00")) for on in ("2026-11-22", "2026-11-23", "2026-11-30", "2026-12-01")]

    assert sent == [0, 1, 1, 1]
    assert [str(message["Subject"]) for message in box.messages] == [
        "Kamppi: 86 % satisfied last week (82–89, 412 answers), no sure change from the week before",
        "Kamppi: no answers last week",
        "Kamppi: 86 % satisfied last month (84–88, 1239 answers), no sure change from the month before",
    ]


def test_nothing_is_made_for_who_has_no_address_no_place_or_has_left(on_sqlite: Mornings, box: Mailbox) -> None:
    for name in ("Aino", "Dag", "Frida"):
        on_sqlite.wants(name, Kind.DAILY)
    with on_sqlite.store.write() as transaction:
        transaction.execute("UPDATE people SET email = '' WHERE person_id = 'aino'")
        transaction.execute("DELETE FROM person_places WHERE person_id = 'dag'")
    people.end_person(on_sqlite.store, "frida", CHOSEN)

    assert on_sqlite.come(MORNING) == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE people SET ended_at = 1 WHERE person_id = 'aino'",
        "UPDATE people SET email = 'other@shop.example' WHERE person_id = 'aino'",
        "UPDATE person_places SET place_id = 'vasa' WHERE person_id = 'aino'",
    ],
    ids=["left", "another address", "another place"],
)
def test_a_letter_that_waits_is_taken_back_when_it_is_no_longer_theirs(
    on_sqlite: Mornings, box: Mailbox, change: str
) -> None:
    box.answer("RCPT", "452 mailbox full")
    on_sqlite.wants("Aino", Kind.DAILY)
    refused = on_sqlite.come(MORNING)
    box.answers.clear()
    with on_sqlite.store.write() as transaction:
        transaction.execute(change)

    assert (refused, on_sqlite.come(MORNING + 10 * MINUTE_MS)) == (0, 0)


def test_a_letter_that_waits_for_the_mail_server_comes_later(on_sqlite: Mornings, box: Mailbox) -> None:
    box.answer("RCPT", "452 mailbox full")
    on_sqlite.wants("Aino", Kind.DAILY)
    refused = on_sqlite.come(MORNING)
    box.answers.clear()

    assert (refused, on_sqlite.come(MORNING + 10 * MINUTE_MS), len(box.messages)) == (0, 1, 1)


def test_without_a_mail_server_nothing_is_made_and_the_choice_stays(on_sqlite: Mornings) -> None:
    on_sqlite.wants("Aino", Kind.DAILY)
    before = stored.wishes(on_sqlite.store)
    on_sqlite.mail = Mail()
    on_sqlite.now_ms = MORNING

    assert on_sqlite.another().step() == 0
    assert stored.wishes(on_sqlite.store) == before


def test_where_no_pdf_can_be_made_the_letter_comes_without_it(tmp_path: Path, box: Mailbox) -> None:
    class Broken(Press):
        def make_in_turn(self, job: Job) -> bytes:
            raise NotPrinted("No.")

    store = open_store(tmp_path)
    mornings = settled(store, box, Broken())
    mornings.wants("Aino", Kind.DAILY)

    assert mornings.come(MORNING) == 1
    assert list(box.messages[0].iter_attachments()) == []
    assert "attached" not in part(box.messages[0], "plain")
    store.close()


def test_who_reads_the_same_gets_the_same_paper_which_is_made_once(tmp_path: Path, box: Mailbox) -> None:
    jobs = []

    class Counting(BlankPress):
        def make_in_turn(self, job: Job) -> bytes:
            jobs.append(type(job))
            return super().make_in_turn(job)

    store = open_store(tmp_path)
    mornings = settled(store, box, Counting())
    for name in ("Aino", "Frida"):
        mornings.wants(name, Kind.DAILY)

    assert (mornings.come(MORNING), jobs) == (2, [Drawing, Sheet])
    store.close()


def late(mornings: Mornings, at: str, *days: str) -> None:
    """Twelve answers to each of these days came at this local time."""
    with mornings.store.write() as transaction:
        came = {LateKey("kamppi", "overall", day): 12 for day in days}
        late_answers.add(transaction, came, cast.at(at))


def test_what_came_later_is_said_once_in_the_report_after_it(on_sqlite: Mornings, box: Mailbox) -> None:
    on_sqlite.wants("Aino", Kind.DAILY)
    late(on_sqlite, "2026-11-18 12:00", "2026-11-17")  # before it was asked for
    late(on_sqlite, "2026-11-21 15:00", "2026-11-20", "2026-11-02")
    on_sqlite.come(MORNING)
    on_sqlite.come(cast.at("2026-11-23 07:00"))
    late(on_sqlite, "2026-11-23 09:00", "2026-11-20")
    on_sqlite.come(cast.at("2026-11-26 07:00"))  # the server was off for two days

    said = [re.findall(r"Came later: .*\.", part(message, "plain")) for message in box.messages]

    assert said == [
        ["Came later: 12 answers to 2 Nov, 12 answers to 20 Nov."],
        [],
        ["Came later: 24 answers to 20 Nov."],
    ]


def test_of_many_days_that_have_changed_the_first_and_the_last_are_said(on_sqlite: Mornings, box: Mailbox) -> None:
    on_sqlite.wants("Aino", Kind.DAILY)
    late(on_sqlite, "2026-11-21 15:00", *(f"2026-11-{day:02}" for day in range(3, 21)))

    on_sqlite.come(MORNING)

    assert "Came later: 216 answers to 18 days from 3 Nov to 20 Nov." in part(box.messages[0], "plain")


def test_a_hostile_name_stays_a_name(on_sqlite: Mornings, box: Mailbox) -> None:
    name = 'Kamppi\r\nBcc: all@shop.example\r\n\r\n<script>alert("1")</script> ../../=?utf-8?q?x?='
    with on_sqlite.store.write() as transaction:
        transaction.execute("UPDATE locations SET name = ? WHERE location_id = 'kamppi'", (name,))
    on_sqlite.wants("Aino", Kind.DAILY)

    on_sqlite.come(MORNING)

    (message,) = box.messages
    assert message["Bcc"] is None and str(message["To"]) == "aino@shop.example"
    assert str(message["Subject"]).startswith("Kamppi Bcc: all@shop.example <script>")
    assert "<script>" not in part(message, "html")
    (paper,) = message.iter_attachments()
    assert not set("\r\n/") & set(str(paper.get_filename()))


def test_places_that_change_while_it_is_made_are_those_of_the_next_round(tmp_path: Path, box: Mailbox) -> None:
    store = open_store(tmp_path)

    class Meanwhile(BlankPress):
        def make_in_turn(self, job: Job) -> bytes:
            with store.write() as transaction:
                transaction.execute("UPDATE person_places SET place_id = 'vasa' WHERE person_id = 'aino'")
            return super().make_in_turn(job)

    mornings = settled(store, box, Meanwhile())
    mornings.wants("Aino", Kind.DAILY)

    sent = [mornings.come(MORNING + minute * MINUTE_MS) for minute in range(0, 121, 60)]

    assert sent == [0, 1, 0]
    assert box.messages[0]["Subject"] == "Vasa: no answers yesterday"
    store.close()


def test_what_was_made_is_noted_once_and_only_for_who_wants_it(store: Store) -> None:
    made, unwanted = Wish("aino", "daily", SATURDAYS[0]), Wish("bo", "daily", SATURDAYS[0])
    with store.write() as transaction:
        stored.choose(transaction, "aino", {"daily": "2026-11-20"})

    with store.write() as transaction:
        noted = [stored.note_made(transaction, wish, "mark", not_after="2026-12-31") for wish in (made, made, unwanted)]

    assert noted == [True, False, False]
    assert stored.wishes(store) == [made]


def test_no_report_tells_of_a_day_that_still_goes_on_somewhere(mornings: Mornings, box: Mailbox) -> None:
    """When it is seven in Helsinki, it is nine in the evening before in Los Angeles."""
    with mornings.store.write() as transaction:
        places.put_locations(transaction, [cast.VASA._replace(time_zone="America/Los_Angeles")])
    mornings.wants("Eeva", Kind.DAILY)

    sent = [mornings.come(cast.at(f"2026-11-22 {time}")) for time in ("07:00", "09:59", "10:00")]

    assert sent == [0, 0, 1]
