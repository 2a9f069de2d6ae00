"""What a letter becomes: readable everywhere, the same at each attempt, and no header from a hostile name."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from sync_server.mail.letter import Attachment, Letter, LetterUnfit, message
from tests.sync_server.mail.mailbox import SENDER

AT = 1_800_000_000_000
PICTURE = Attachment("chart.png", "image/png", b"\x89PNG", cid="chart.1")
REPORT = Attachment("raportti å.pdf", "application/pdf", b"%PDF-1.7")


def received(letter: Letter) -> EmailMessage:
    """As the receiver's program reads it."""
    sent = message(letter, sender=SENDER, message_id="a1b2", made_at=AT).as_bytes()
    assert max(len(line) for line in sent.split(b"\r\n")) <= 998
    assert sent.isascii()
    found = message_from_bytes(sent, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_letter_has_all_that_mail_programs_ask_for() -> None:
    made = received(Letter("Åsa Öberg <asa@köp.example>", "Hyvää päivää", "Hei!\n"))

    assert str(made["From"]) == SENDER
    assert [(one.display_name, one.addr_spec) for one in made["To"].addresses] == [
        ("Åsa Öberg", "asa@xn--kp-fka.example")
    ]
    assert made["Subject"] == "Hyvää päivää"
    assert made["Message-ID"] == "<a1b2@shop.example>"
    assert made["Date"] == "Fri, 15 Jan 2027 08:00:00 +0000"
    assert made["Auto-Submitted"] == "auto-generated"
    assert made.get_content() == "Hei!\r\n"


def test_a_picture_stands_in_the_html_and_a_report_beside_it() -> None:
    made = received(
        Letter("aino@shop.example", "", "Words", '<p>Ä<img src="cid:chart.1"></p>', attachments=(REPORT, PICTURE))
    )

    html = made.get_body(("html",))
    assert html is not None and "Ä<img" in html.get_content()
    assert [part.get_filename() for part in made.iter_attachments()] == ["raportti å.pdf"]
    (picture,) = [part for part in made.walk() if part.get_content_type() == "image/png"]
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<chart.1>", "inline")
    assert [part.get_content_type() for part in made.walk()][:3] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
    ]


def test_a_long_header_stays_as_it_is() -> None:
    address = f"<https://hymy.shop.example/unsubscribe/{'a' * 200}>"
    headers = {"List-Unsubscribe": address, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

    sent = message(Letter("a@b.example", "", "", headers=headers), sender=SENDER, message_id="a", made_at=AT)

    assert f"\r\nList-Unsubscribe: {address}\r\n".encode() in sent.as_bytes()


@pytest.mark.parametrize("hostile", ["a\r\nBcc: x@y.example", "a\nBcc: x", "a\x00\x85b", "=?utf-8?q?a=0D=0ABcc:_x@y?="])
def test_a_hostile_name_adds_no_header(hostile: str) -> None:
    file = Attachment(hostile, "application/pdf", b"")
    made = received(Letter(f'"{hostile}" <aino@shop.example>', hostile, "", attachments=(file,)))

    assert made["Bcc"] is None
    assert str(made["Subject"]).isprintable()
    assert [one.addr_spec for one in made["To"].addresses] == ["aino@shop.example"]
    assert "Bcc" not in [name for part in made.walk() for name in part]


@pytest.mark.parametrize(
    "to", ["", "aino", "@shop.example", "aino@", "a@b@c.example", "a b@c.example", "ä@shop.example", "a@b.example, c@d"]
)
def test_what_is_no_address_is_refused_before_it_waits(to: str) -> None:
    with pytest.raises(LetterUnfit, match="no address"):
        Letter(to, "", "")


@pytest.mark.parametrize(
    "headers", [{"Bcc": "x@y.example"}, {"X: a\r\nBcc": "x"}, {"X-A": "a\r\nBcc: x"}, {"X-A": "å"}, {"X-A": "a" * 901}]
)
def test_a_header_that_would_be_another_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(LetterUnfit, match="header"):
        Letter("aino@shop.example", "", "", headers=headers)


def test_a_picture_needs_html_that_shows_it() -> None:
    with pytest.raises(LetterUnfit, match="needs HTML"):
        Letter("aino@shop.example", "", "", attachments=(PICTURE,))
