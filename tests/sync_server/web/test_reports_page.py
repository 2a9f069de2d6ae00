from unittest.mock import patch

import pytest

from sync_server.errors import Busy
from sync_server.insight.chain_days import NEWEST_EVERY_MS
from sync_server.mail.settings import Mail, MailServer
from sync_server.reports import letters, unsubscribing
from sync_server.reports.press import Job, Press
from sync_server.reports.schedule import Kind
from sync_server.reports.unsubscribing import Ending
from sync_server.store import open_store, people
from sync_server.store import reports as stored
from tests import cast
from tests.cast import CHECKOUT
from tests.sync_server.web.house import House, post

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def aino_has_mail(house: House) -> None:
    with house.store.write() as transaction:
        transaction.execute("UPDATE people SET email = 'aino@shop.example' WHERE person_id = 'aino'")


def wished(house: House, name: str = "aino") -> set[str]:
    return stored.kinds_of(house.store, name)


@pytest.mark.usefixtures("aino_has_mail")
def test_a_choice_is_kept_and_can_be_taken_back(house: House) -> None:
    with house.client("Aino") as client:
        before = client.get("/reports").text
        chosen = post(client, "/reports/choice", daily="1", monthly="1")
        kept, page = wished(house), client.get("/reports").text
        post(client, "/reports/choice", weekly="1")

    assert " checked" not in before and "aino@shop.example" in before
    assert chosen.headers["location"] == "/reports?saved=1"
    assert kept == {"daily", "monthly"} and page.count(" checked") == 2
    assert wished(house) == {"weekly"}


@pytest.mark.usefixtures("aino_has_mail")
def test_who_has_chosen_is_told_when_the_next_one_comes(house: House) -> None:
    with house.client("Aino") as client:
        post(client, "/reports/choice", weekly="1", monthly="1")
        without_mail = client.get("/reports?saved=1").text
        house.app.state.mail = Mail(MailServer("127.0.0.1", 25), "Hymy <hymy@shop.example>", "")
        chosen = client.get("/reports?saved=1").text
        post(client, "/reports/choice")
        none = client.get("/reports?saved=1").text

    assert "Saved. The next one comes on Monday 23 Nov at 7:00." in chosen
    assert [("Saved." in page, "The next one" in page) for page in (without_mail, none)] == [(True, False)] * 2


def test_who_has_no_address_is_told_so(house: House) -> None:
    with house.client("Aino") as client:
        page = client.get("/reports").text

    assert "No e-mail address is kept for you yet." in page
    assert page.count(" disabled") == 3


def test_a_preview_shows_the_newest_as_it_would_come_and_lets_nothing_else_in(house: House) -> None:
    cast.add_counts(house.store, "2026-11-20", [(CHECKOUT, "overall", 9, {5: 300, 4: 54, 3: 30, 2: 18, 1: 10})])

    with house.client("Aino") as client:
        shown = client.get("/reports/preview/daily")
        paper, unknown = client.get("/reports/preview/daily/pdf"), client.get("/reports/preview/hourly")

    assert "86 % satisfied</span>, between 82 and 89." in shown.text
    assert 'src="data:image/svg+xml;base64,' in shown.text
    policy = shown.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy
    assert paper.content.startswith(b"%PDF") and unknown.status_code == 404


def test_a_preview_of_several_places_says_so_while_their_days_are_being_read(house: House) -> None:
    with house.client("Bo") as client:
        early = [client.get(f"/reports/preview/daily{paper}") for paper in ("", "/pdf")]
        house.chain_days.step(most_s=60)
        later = [client.get(f"/reports/preview/daily{paper}") for paper in ("", "/pdf")]

    assert [(answer.status_code, "still being read" in answer.text) for answer in early] == [(503, True)] * 2
    assert [answer.status_code for answer in later] == [200, 200]
    assert "2 locations yesterday: none stands out" in later[0].text


def test_a_preview_of_several_places_is_made_once_until_their_days_are_looked_at_again(house: House) -> None:
    house.chain_days.step(most_s=60)

    with house.client("Bo") as client, patch.object(letters, "preview", wraps=letters.preview) as preview:
        pages = [client.get("/reports/preview/daily").text for _ in range(2)]
        made_at_once = preview.call_count
        house.now_ms += NEWEST_EVERY_MS
        house.chain_days.step(most_s=60)
        client.get("/reports/preview/daily")

    assert pages[0] == pages[1] and made_at_once == 1
    assert preview.call_count == 2


@pytest.mark.usefixtures("aino_has_mail")
def test_the_link_of_a_letter_ends_it_without_signing_in_but_not_by_being_opened(house: House) -> None:
    with house.client("Aino") as client:
        post(client, "/reports/choice", daily="1", weekly="1")
    link = unsubscribing.PATH + unsubscribing.token(house.store, Ending("aino", Kind.DAILY))

    with house.client() as anybody:
        opened, before = anybody.get(link), wished(house)
        ended = anybody.post(link, data=ONE_CLICK)
        again = anybody.post(link, data=ONE_CLICK)

    assert opened.status_code == 200 and "The daily report will not be sent to you any more." in opened.text
    assert before == {"daily", "weekly"}
    assert ended.status_code == 200 and "It has ended." in ended.text
    assert again.status_code == 200 and wished(house) == {"weekly"}


@pytest.mark.usefixtures("aino_has_mail")
def test_a_link_that_was_not_made_here_ends_nothing(house: House, tmp_path_factory: pytest.TempPathFactory) -> None:
    with house.client("Aino") as client:
        post(client, "/reports/choice", daily="1")
    own = unsubscribing.token(house.store, Ending("aino", Kind.WEEKLY))
    elsewhere = open_store(tmp_path_factory.mktemp("elsewhere"))
    foreign = unsubscribing.token(elsewhere, Ending("aino", Kind.DAILY))
    elsewhere.close()
    daily = unsubscribing.token(house.store, Ending("bo", Kind.DAILY))
    mixed = f"{foreign.partition('.')[0]}.{own.partition('.')[2]}"
    cut, odd, empty = daily[:-4], "ä.ö", "."

    with house.client() as anybody:
        tried = [
            anybody.post(unsubscribing.PATH + token, data=ONE_CLICK) for token in (foreign, mixed, cut, odd, empty)
        ]

    assert {answer.status_code for answer in tried} == {404}
    assert "This link is not complete, or was not made here." in tried[0].text
    assert wished(house) == {"daily"}


def test_a_person_who_has_left_can_still_follow_the_link(house: House) -> None:
    link = unsubscribing.PATH + unsubscribing.token(house.store, Ending("aino", Kind.DAILY))
    people.end_person(house.store, "aino", house.now_ms)

    with house.client() as anybody:
        assert anybody.post(link, data=ONE_CLICK).status_code == 200


@pytest.mark.usefixtures("aino_has_mail")
def test_a_manager_is_asked_once_where_mail_goes_out(house: House) -> None:
    question = "Would you like yesterday in your mail each morning?"
    with house.client("Aino") as aino, house.client("Frida") as frida:
        without_mail = aino.get("/today/kamppi").text
        house.app.state.mail = Mail(MailServer("127.0.0.1", 25), "Hymy <hymy@shop.example>", "")
        asked, looks_only = aino.get("/today/kamppi").text, frida.get("/today/kamppi").text
        post(aino, "/reports/choice")
        after = aino.get("/today/kamppi").text

    assert [question in page for page in (without_mail, asked, looks_only, after)] == [False, True, False, False]
    assert wished(house) == set()


def test_who_comes_when_too_many_want_a_pdf_is_told_to_come_again(house: House) -> None:
    class Full(Press):
        def make(self, job: Job) -> bytes:
            raise Busy(10)

    house.app.state.press = Full()
    with house.client("Aino") as client:
        answer = client.get("/pdf/today/kamppi")

    assert answer.status_code == 503
    assert "Too many files are being made just now. Try again in a minute." in answer.text
