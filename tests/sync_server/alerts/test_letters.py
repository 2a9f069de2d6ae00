"""Who is told by mail, what it says, and that hostile names stay names."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from survey.figures import Figure
from sync_server.accounts.people import Person, Role
from sync_server.alerts.alert import Alert, Day, Kind, Negative, Silent, Slide, new_row
from sync_server.alerts.letters import ALL, letter, wanted
from sync_server.alerts.watch import Watch
from sync_server.mail.letter import Letter, message
from sync_server.mail.outbox import Sender, put
from sync_server.mail.settings import Mail
from sync_server.mail.smtp import SmtpCarrier
from sync_server.store import alerts as stored
from sync_server.store.alerts import AlertRow
from tests import cast
from tests.sync_server.alerts.house import ADDRESS, SENDER, Watched
from tests.sync_server.mail.mailbox import mailbox

AT = cast.at("2026-11-21 15:00")
FACTS = (
    Negative(5, 6, 15),
    Day("2026-11-20", "satisfied", Figure(71.2, 60.4, 80.1, 80), 82.1, 93.4),
    Slide("2026-11-20", "nps", 28, Figure(-1.4, -8.2, 5.1, 900), Figure(12.1, 8.0, 16.0, 3000)),
    Silent("Kamppi Checkout", cast.at("2026-11-21 12:00")),
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """One kind of store: what differs between them is looked at elsewhere."""
    return tmp_path / "data"


def alert_of(facts: Negative | Day | Slide | Silent, location_id: str = "kamppi") -> Alert:
    kind = {Negative: Kind.NEGATIVE, Day: Kind.DAY, Slide: Kind.SLIDE, Silent: Kind.SILENT}[type(facts)]
    return Alert(new_row((location_id, kind.value, ""), facts, AT), facts)


def addressed(name: str = "Aino", language: str = "en") -> Person:
    return msgspec.structs.replace(cast.person("Aino"), name=name, email="aino@shop.example", language=language)


def test_those_are_told_whose_place_it_is_and_who_want_it(watched: Watched) -> None:
    watched.give_addresses("Aino", "Bo", "Cilla", "Dag", "Frida")
    with watched.store.write() as transaction:
        stored.put_choice(transaction, "bo", '["negative"]')
        stored.put_choice(transaction, "cilla", '["silent"]')
        stored.put_choice(transaction, "frida", '["negative", "day"]')

    watched.answer([1] * 4, given="2026-11-21 14:59")
    watched.round("2026-11-21 15:00")

    told = [receiver.partition("<")[2].partition("@")[0] for _, receiver in watched.waiting()]
    assert told == ["aino", "bo", "frida"]  # Dag manages another place, Cilla wants others, Eeva has no address


def test_one_to_whom_nothing_can_be_sent_keeps_the_alerts_from_nobody(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    watched.give_addresses("Aino", "Bo")
    with watched.store.write() as transaction:
        transaction.execute("UPDATE people SET email = 'Aino <aino@shop.example>' WHERE name = 'Aino'")
        stored.put_choice(transaction, "bo", '["negative"]')

    watched.answer([1] * 4, given="2026-11-21 14:59")
    opened = watched.round("2026-11-21 15:00")

    told = [receiver.partition("<")[2].partition("@")[0] for _, receiver in watched.waiting()]
    assert (len(opened), told) == (1, ["bo"])
    assert "Aino is not told of alerts" in caplog.text


def test_who_manages_several_places_gets_one_letter_a_round(watched: Watched) -> None:
    watched.give_addresses("Bo")
    with watched.store.write() as transaction:
        stored.put_choice(transaction, "bo", '["negative"]')
    watched.answer([1] * 4, given="2026-11-21 14:59")
    watched.answer([1] * 4, given="2026-11-21 14:59", asking=watched.terminal("tapiola-checkout"))

    watched.round("2026-11-21 15:00")

    parcel = watched.take("mail")
    assert watched.waiting() == [("mail", '"Bo" <bo@shop.example>')]
    assert "2 alerts: Kamppi, Tapiola" in parcel.content


def test_an_alert_is_told_once_however_often_it_is_looked_at(watched: Watched) -> None:
    watched.give_addresses("Aino")
    watched.answer([1] * 4, given="2026-11-21 15:00")
    with mailbox() as box:
        for minute in range(5):
            watched.round(f"2026-11-21 15:0{minute}")
            Sender(watched.store, lambda: watched.now_ms, SmtpCarrier(box.mail)).step()

    (made,) = box.messages
    assert made["Subject"] == "Kamppi: 4 of 4 answers in 15 minutes were unhappy."
    text = made.get_body(("plain",))
    assert text is not None
    assert f"{ADDRESS}/alerts?location=kamppi#" in text.get_content()


def test_who_was_told_that_it_opened_is_told_once_that_it_is_over(watched: Watched) -> None:
    watched.give_addresses("Aino", "Bo")
    watched.answer([1] * 4, given="2026-11-21 15:00")
    watched.round("2026-11-21 15:00")
    with watched.store.write() as transaction:
        stored.put_choice(transaction, "bo", '["negative"]')  # too late for the first letter

    assert watched.round("2026-11-21 15:16") == []
    watched.round("2026-11-21 16:15")
    too_early = len(watched.waiting())
    for minute in (16, 17, 18):
        watched.round(f"2026-11-21 16:{minute}")

    assert too_early == 1
    assert [receiver for _, receiver in watched.waiting()] == ['"Aino" <aino@shop.example>'] * 2
    parcels = [watched.take("mail").content for _ in range(2)]
    assert "Kamppi: Over since 21 Nov 15:16" in parcels[1]
    assert "4 of 4 answers in 15 minutes were unhappy." in parcels[1]


def test_who_is_overtaken_by_another_process_tells_nothing_that_it_told(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.give_addresses("Aino")
    for minute, kind in ((16, Kind.NEGATIVE), (17, Kind.SLIDE)):
        row = new_row(("kamppi", kind.value, ""), FACTS[0], AT)
        gone_at = AT + minute * 60_000
        with watched.store.write() as transaction:
            stored.add(transaction, row._replace(gone_at=gone_at, closed_at=gone_at))
            put(transaction, f"alerts to aino at {AT}", Letter("aino@shop.example", "Opened", ""), AT)
    watched.round("2026-11-21 16:15")  # nothing is to be told yet
    gone, another = stored.gone, watched.another_watch()

    def overtaken(*told: Any, **more: Any) -> list[AlertRow]:
        monkeypatch.setattr(stored, "gone", gone)
        another.look(AT + 76 * 60_000)
        return gone(*told, **more)

    monkeypatch.setattr(stored, "gone", overtaken)
    watched.round("2026-11-21 16:17")
    watched.round("2026-11-21 16:18")

    letters = [watched.take("mail").content for _ in watched.waiting()]
    assert [sum(f"Over since 21 Nov {time}" in letter for letter in letters) for time in ("15:16", "15:17")] == [1, 1]


def test_what_comes_back_within_the_hour_is_not_over(watched: Watched) -> None:
    watched.give_addresses("Aino")
    watched.answer([1] * 4, given="2026-11-21 15:00")
    watched.round("2026-11-21 15:00")
    watched.round("2026-11-21 15:16")
    watched.now_ms = cast.at("2026-11-21 15:50")
    watched.answer([1] * 4, given="2026-11-21 15:50")
    watched.round("2026-11-21 15:50")

    watched.round("2026-11-21 16:17")
    during = len(watched.waiting())
    for local in ("16:20", "17:20", "17:21"):
        watched.round(f"2026-11-21 {local}")

    assert during == 1
    assert len(watched.waiting()) == 2


def test_what_a_person_closed_is_not_told_again(watched: Watched) -> None:
    watched.give_addresses("Aino")
    watched.answer([1] * 4, given="2026-11-21 15:00")
    (alert,) = watched.round("2026-11-21 15:00")
    with watched.store.write() as transaction:
        stored.close(transaction, alert.row, "Aino", watched.now_ms)

    for local in ("15:20", "16:20", "16:21"):
        watched.round(f"2026-11-21 {local}")

    assert len(watched.waiting()) == 1


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_every_kind_is_told_in_every_language_with_how_sure_it_is(language: str) -> None:
    alerts = [alert_of(facts) for facts in FACTS]

    made = letter(addressed(language=language), alerts, {"kamppi": cast.KAMPPI}, ADDRESS)

    for part in (made.text, made.html):
        for said in ("5", "71", "60", "80", "82", "93", "−1", "12", "−8", "900", "3000", "12:00"):
            assert said in part
    assert made.text.count(ADDRESS) == 5
    assert 'lang="' + language in made.html


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (FACTS[1], "Kamppi: 20 Nov was below its usual range: 71 % satisfied (60–80, 80 answers)."),
        (
            Day("2026-11-20", "nps", Figure(-20.0, -61.0, 21.0, 12), 10.0, 40.0),
            "Kamppi: 20 Nov was below its usual range: NPS −20 (−61…21, 12 answers, preliminary).",
        ),
        (
            FACTS[2],
            "Kamppi: The last four weeks have gone down: NPS −1 (−8…5, 900 answers), before 12 (8–16, 3000 answers).",
        ),
    ],
    ids=["day", "preliminary", "slide"],
)
def test_a_subject_says_how_sure_its_figure_is(facts: Day | Slide, said: str) -> None:
    assert letter(addressed(), [alert_of(facts)], {"kamppi": cast.KAMPPI}, ADDRESS).subject == said


def test_hostile_names_stay_names() -> None:
    hostile = '<script>alert(1)</script>"\r\nBcc: evil@x.example =?utf-8?q?=0D=0ABcc:_x@y?='
    location = cast.KAMPPI._replace(name=hostile)

    made = letter(addressed(hostile), [alert_of(Silent(hostile, AT))], {"kamppi": location}, ADDRESS)
    sent = message(made, sender=SENDER, message_id="a", made_at=AT)

    assert "<script" not in made.html
    assert sent["Bcc"] is None
    assert [one.addr_spec for one in sent["To"].addresses] == ["aino@shop.example"]
    assert b"\r\nBcc" not in sent.as_bytes()


def test_without_a_mail_server_no_letter_waits(watched: Watched) -> None:
    watched.give_addresses("Aino")
    watched.watch = Watch(watched.store, lambda: watched.now_ms, Mail())
    watched.answer([1] * 4, given="2026-11-21 15:00")
    assert len(watched.round("2026-11-21 15:00")) == 1
    assert watched.waiting() == []


def test_managers_are_told_unless_they_say_otherwise() -> None:
    manager, viewer = addressed(), msgspec.structs.replace(addressed(), role=Role.VIEWER)
    assert (wanted(manager, {}), wanted(viewer, {})) == (ALL, frozenset())
    assert wanted(manager, {"aino": "[]"}) == frozenset()
