"""A letter, and the message that it becomes. Names may be hostile: no header takes a line from them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr

import msgspec

from sync_server.errors import ServerError

MOST_BYTES = 10_000_000  # of the content as it is kept; most servers refuse more

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_CID = re.compile(r"[A-Za-z0-9._-]+")
_FIXED = {
    *("from", "to", "cc", "bcc", "subject", "date", "message-id", "auto-submitted", "mime-version"),
    *("content-type", "content-transfer-encoding", "content-disposition", "content-id"),
}
_LONGEST = 900  # a line of a message has at most 998


class LetterUnfit(ServerError, ValueError):
    """What can't become a letter: an address that is none, a header that would be another."""

    code = "mail.letter_unfit"


class Policy(EmailPolicy):
    """Headers of a letter's own stay as they are: folded ones are written in words that no robot reads."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _FIXED:
            return super().fold_binary(name, value)
        return f"{name}: {value}{self.linesep}".encode("ascii")


POLICY = Policy(linesep="\r\n", cte_type="7bit")  # some servers still take nothing else


class Attachment(msgspec.Struct, frozen=True):
    """cid: where the HTML shows it, as src="cid:..."; empty: a file to keep. content_type: like image/png."""

    name: str
    content_type: str
    content: bytes
    cid: str = ""


class Letter(msgspec.Struct, frozen=True):
    """to: one address, also as "Aino Salo <aino@shop.example>". headers: beside the usual ones.

    Raises LetterUnfit as it is made, so that no letter is kept which can't be sent.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        address_of(self.to)
        for name, value in self.headers.items():
            if not _NAME.fullmatch(name) or name.lower() in _FIXED:
                raise LetterUnfit(f"A letter has no header {name!r} of its own.")
            if not value.isascii() or not value.isprintable() or len(value) > _LONGEST:
                raise LetterUnfit(f"The header {name} can't hold {value!r}.")
        for attachment in self.attachments:
            if attachment.cid and not (self.html and _CID.fullmatch(attachment.cid)):
                raise LetterUnfit(f"The picture {attachment.cid!r} needs HTML that shows it, and a plain name.")


def address_of(to: str) -> Address:
    """Raises LetterUnfit."""
    told = one_line(to)
    name, address = parseaddr(told)
    is_all = told.endswith((address, f"<{address}>")) and " " not in address  # else it was made of a part of it
    local, _, domain = address.rpartition("@") if is_all else ("", "", "")
    try:
        local.encode("ascii")
        return Address(one_line(name), local, domain.encode("idna").decode()) if local and domain else _unfit(to)
    except (UnicodeError, ValueError, IndexError, HeaderParseError):
        return _unfit(to)


def is_address(text: str) -> bool:
    """A person's: alone, without a name, and with a dot in its domain, for a word that was cut short has none."""
    try:
        return "." in address_of(f"<{text}>").domain.strip(".") and " " not in text
    except LetterUnfit:
        return False


def message(letter: Letter, *, sender: str, message_id: str, made_at: int) -> EmailMessage:
    """message_id: without its domain, which is the sender's."""
    made = EmailMessage(POLICY)
    from_ = address_of(sender)
    made["From"] = from_
    made["To"] = address_of(letter.to)
    made["Subject"] = one_line(letter.subject)
    made["Date"] = format_datetime(datetime.fromtimestamp(made_at / 1000, UTC))
    made["Message-ID"] = f"<{message_id}@{from_.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers.items():
        made[name] = value
    made.set_content(letter.text, cte="quoted-printable")
    if letter.html:
        made.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    _attach(made, letter)
    return made


def _attach(made: EmailMessage, letter: Letter) -> None:
    """Pictures first: they belong to the HTML, which may no longer be asked for once there are files."""
    html = made.get_body(("html",))
    for file in sorted(letter.attachments, key=lambda file: not file.cid):
        maintype, _, subtype = file.content_type.partition("/")
        name = one_line(file.name)
        if file.cid:
            assert isinstance(html, EmailMessage)  # noqa: S101  there is one, as the letter was made
            html.add_related(file.content, maintype, subtype, filename=name, disposition="inline", cid=f"<{file.cid}>")
        else:
            made.add_attachment(file.content, maintype, subtype, filename=name)


def one_line(text: str) -> str:
    """Without control characters, and without what a reader would decode to some."""
    plain = "".join(character if character.isprintable() else " " for character in text.replace("=?", "= ?"))
    return " ".join(plain.split())


def _unfit(to: str) -> Address:
    raise LetterUnfit(f"{to!r} is no address that mail can be sent to.", "Write it like aino@shop.example.")
