"""Hands letters over to a mail server: one connection for all that are due."""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator

import msgspec

from sync_server.mail.letter import Letter, address_of, message
from sync_server.mail.outbox import MAIL, Postponed, ReceiverAway, RefusedForGood
from sync_server.mail.settings import Mail, MailServer
from sync_server.store.outbox import Parcel

CONNECT_S = 10.0  # for each step until letters are taken; the server's stop waits that long at most
ANSWER_S = 60.0  # some look through a letter for long before they take it
LETTERS_A_CONNECTION = 50
TOO_LARGE = 552
UNSET = "No mail server is set. Name one in HYMY_SMTP, then: hymy mail again."


class SmtpCarrier:
    """Letters to the mail server of the settings."""

    kind = MAIL

    def __init__(self, mail: Mail, *, connect_s: float = CONNECT_S, answer_s: float = ANSWER_S) -> None:
        self._mail, self._connect_s, self._answer_s = mail, connect_s, answer_s
        self._connection: smtplib.SMTP | None = None
        self._letters = 0

    def carry(self, parcel: Parcel) -> None:
        if self._mail.server is None:
            raise RefusedForGood(UNSET)
        letter = msgspec.json.decode(parcel.content, type=Letter)
        made = message(letter, sender=self._mail.sender, message_id=parcel.message_id, made_at=parcel.made_at)
        sender, receiver = address_of(self._mail.sender), address_of(letter.to)
        try:
            with _told():
                connection = self._connected(self._mail.server)
                connection.sendmail(sender.addr_spec, [receiver.addr_spec], made.as_bytes())
        except ReceiverAway:
            self.close()
            raise

    def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._connection.quit()
            self._connection.close()
            self._connection = None

    def break_off(self) -> None:
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for an answer

    def _connected(self, server: MailServer) -> smtplib.SMTP:
        self._letters += 1
        if self._letters % LETTERS_A_CONNECTION == 0:  # many servers end one that brings too many
            self.close()
        if self._connection is None:
            self._connection = _connect(server, self._connect_s)
            if self._connection.sock is not None:
                self._connection.sock.settimeout(self._answer_s)
        return self._connection


def _connect(server: MailServer, timeout_s: float) -> smtplib.SMTP:
    checked = ssl.create_default_context()
    if server.is_tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=timeout_s, context=checked)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=timeout_s)
    try:
        connection.ehlo()
        if not server.is_tls and connection.has_extn("starttls"):
            connection.starttls(context=checked if server.user else _unchecked())
            connection.ehlo()
        elif server.needs_tls and not server.is_tls:
            raise ReceiverAway(f"{server.host} offers no STARTTLS, so it is not told the password. Try smtps://.")
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _unchecked() -> ssl.SSLContext:
    """As mail servers do among themselves: hidden from who listens, where otherwise nothing would be."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """What went wrong, told apart by whom it concerns: this letter, or all of them."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        ((code, words),) = error.recipients.values()
        raise _of_letter(code, words) from error
    except smtplib.SMTPDataError as error:
        raise _of_letter(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPSenderRefused as error:
        if error.smtp_code == TOO_LARGE:
            raise RefusedForGood(_words(error.smtp_code, error.smtp_error)) from error
        raise ReceiverAway(f"HYMY_MAIL_FROM is refused: {_words(error.smtp_code, error.smtp_error)}") from error
    except smtplib.SMTPAuthenticationError as error:
        raise ReceiverAway(f"User or password is refused: {_words(error.smtp_code, error.smtp_error)}") from error
    except smtplib.SMTPResponseException as error:
        raise ReceiverAway(_words(error.smtp_code, error.smtp_error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise ReceiverAway(f"The mail server can't be spoken with: {error}.") from error


def _of_letter(code: int, words: bytes | str) -> Exception:
    if code == 421:  # "closing": none of the others will be taken either
        return ReceiverAway(_words(code, words))
    return (RefusedForGood if code >= 500 else Postponed)(_words(code, words))


def _words(code: int, words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    plain = "".join(character if character.isprintable() else " " for character in text)
    return f"{code} {' '.join(plain.split())}"[:500]
