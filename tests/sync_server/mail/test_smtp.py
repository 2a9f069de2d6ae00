"""Handing letters over to real mail servers: with TLS and password, hanging, closing in the middle, wrongly set up."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import msgspec
import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync_server.errors import SettingsFaults
from sync_server.mail import command
from sync_server.mail.letter import Letter
from sync_server.mail.outbox import Postponed, ReceiverAway, RefusedForGood
from sync_server.mail.settings import Mail, MailServer, read_mail
from sync_server.mail.smtp import SmtpCarrier
from sync_server.store.outbox import Parcel
from tests.sync_server.mail.mailbox import ADDRESS, SENDER, mailbox

CONTENT = msgspec.json.encode(Letter("aino@shop.example", "Hei", "Words")).decode()
PASSWORD = "p@ss:w/rd"
PARCEL = Parcel("cause", "aino@shop.example", CONTENT, "a1", 1_800_000_000_000, 0, 1)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 127.0.0.1, signed by itself; with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "mail.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def authenticator(server: SMTP, session: Session, envelope: Envelope, mechanism: str, told: object) -> AuthResult:
    return AuthResult(success=isinstance(told, LoginPassword) and told.password == PASSWORD.encode(), handled=False)


def carry(mail: Mail) -> None:
    carrier = SmtpCarrier(mail, connect_s=1, answer_s=1)
    try:
        carrier.carry(PARCEL)
    finally:
        carrier.close()


def with_password(mail: Mail, password: str = PASSWORD) -> Mail:
    assert mail.server is not None
    return replace(mail, server=replace(mail.server, user="hymy", password=password))


def test_a_password_goes_through_tls_whose_certificate_is_checked(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mailbox(tls_context=tls(certificate), authenticator=authenticator, auth_required=True) as box:
        with pytest.raises(ReceiverAway, match="certificate verify failed"):
            carry(with_password(box.mail))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with pytest.raises(ReceiverAway, match="User or password is refused: 535"):
            carry(with_password(box.mail, "wrong"))
        carry(with_password(box.mail))

    assert len(box.messages) == 1


def test_without_a_password_any_tls_is_better_than_none(certificate: Path) -> None:
    with mailbox(tls_context=tls(certificate), require_starttls=True) as box:
        carry(box.mail)
    assert len(box.messages) == 1


def test_a_password_is_not_told_in_the_clear_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailbox(auth_require_tls=False, authenticator=authenticator) as box:
        carry(with_password(box.mail))  # it does not leave this one
        monkeypatch.setattr("sync_server.mail.settings.is_this_machine", lambda host: False)
        with pytest.raises(ReceiverAway, match="offers no STARTTLS"):
            carry(with_password(box.mail))
    assert len(box.messages) == 1


@pytest.mark.parametrize(
    ("step", "answer", "error"),
    [
        ("MAIL", "450 later", ReceiverAway),
        ("MAIL", "552 too large", RefusedForGood),
        ("MAIL", "421 closing", ReceiverAway),
        ("RCPT", "450 later", Postponed),
        ("RCPT", "550 no such user", RefusedForGood),
        ("RCPT", "421 closing", ReceiverAway),
        ("DATA", "452 full", Postponed),
        ("DATA", "554 spam", RefusedForGood),
        ("DATA", "hang up", ReceiverAway),
        ("DATA", "take and hang up", ReceiverAway),
    ],
)
def test_what_the_server_says_decides_what_becomes_of_the_letter(
    step: str, answer: str, error: type[Exception]
) -> None:
    with mailbox() as box:
        box.answer(step, answer)
        with pytest.raises(error) as caught:
            carry(box.mail)
    assert type(caught.value) is error


@contextmanager
def silent_server() -> Iterator[MailServer]:
    """Takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield MailServer("127.0.0.1", listening.getsockname()[1])


def test_a_server_that_says_nothing_is_given_up_after_a_while() -> None:
    with silent_server() as server, pytest.raises(ReceiverAway, match="timed out"):
        SmtpCarrier(Mail(server, SENDER, ADDRESS), connect_s=0.05).carry(PARCEL)


def test_what_hangs_ends_when_the_program_does() -> None:
    with mailbox() as box:
        reached, may_go_on = threading.Event(), threading.Event()

        def hang(receiver: str) -> str | None:
            reached.set()
            may_go_on.wait(timeout=10)
            return None

        box.answers["DATA"] = hang
        carrier = SmtpCarrier(box.mail, answer_s=60)
        ended: list[Exception] = []

        def run() -> None:
            try:
                carrier.carry(PARCEL)
            except ReceiverAway as error:
                ended.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        assert reached.wait(timeout=10)
        carrier.break_off()
        thread.join(timeout=5)
        may_go_on.set()

    assert not thread.is_alive()
    assert len(ended) == 1


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://mail.example", MailServer("mail.example", 587)),
        ("smtp://mail.example:25", MailServer("mail.example", 25)),
        ("smtp://me:p%40ss%3A@mail.example:587", MailServer("mail.example", 587, "me", "p@ss:")),
        ("smtps://me%40x:p@mail.example", MailServer("mail.example", 465, "me@x", "p", is_tls=True)),
        ("smtp://[::1]:2525", MailServer("::1", 2525)),
    ],
)
def test_the_address_of_a_mail_server_says_all(address: str, expected: MailServer) -> None:
    faults: list[str] = []
    assert read_mail(address, SENDER, ADDRESS + "/", faults) == Mail(expected, SENDER, ADDRESS)
    assert faults == []
    assert "p@ss:" not in repr(expected)


@pytest.mark.parametrize("address", ["mail.example", "http://mail.example", "smtp://", "smtp://h:port", "smtp://h/x?y"])
def test_what_is_no_address_is_told_with_all_other_faults_and_without_the_password(address: str) -> None:
    faults: list[str] = []
    read_mail(address, "nobody", "hymy.example", faults)
    assert [fault.split(":")[0] for fault in faults] == ["HYMY_SMTP", "HYMY_MAIL_FROM", "HYMY_ADDRESS"]


def test_the_command_says_what_the_server_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with mailbox() as box:
        monkeypatch.setattr(command, "mail_settings", lambda: box.mail)
        worked = command._test("it@shop.example")
        box.answer("RCPT", "550 no such user")
        refused = command._test("it@shop.example")
        unfit = command._test("it")

    told = capsys.readouterr()
    assert (worked, refused, unfit) == (0, 1, 1)
    assert "took a letter to it@shop.example" in told.out
    assert "550 no such user" in told.err and "no address" in told.err
    assert box.messages[0]["Subject"] == "Hymy can send mail"


def test_the_command_tells_faults_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYMY_SMTP", "mail.example")
    with pytest.raises(SettingsFaults):
        command.mail_settings()
    assert command._test("it@shop.example") == 1


def test_a_trial_without_a_mail_server_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "mail_settings", Mail)

    sent = command._test("it@shop.example")

    told = capsys.readouterr().err
    assert sent == 1
    assert "No mail server is set." in told and "Set HYMY_SMTP" in told and "again" not in told
