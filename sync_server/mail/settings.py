"""Where mail is handed over, from whom it comes, and at which address people find this server."""

from dataclasses import dataclass, field
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """is_tls: from the first byte; else STARTTLS where it is offered, and where it is not only if that may be."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    is_tls: bool = False

    @property
    def needs_tls(self) -> bool:
        """A password is not told in the clear, unless it never leaves the machine."""
        return bool(self.user) and not is_this_machine(self.host)


@dataclass(frozen=True)
class Mail:
    """sender: as the From line has it, "Hymy <hymy@shop.example>". address: where links lead, without a last slash."""

    server: MailServer | None = None
    sender: str = ""
    address: str = ""


def read_mail(smtp: str, sender: str, address: str, faults: list[str]) -> Mail:
    """From the settings as they were written; what is wrong with them goes to faults, one sentence each."""
    server = _server(smtp, faults) if smtp else None
    if (sender or smtp) and not _is_mailbox(sender):
        faults.append(f"HYMY_MAIL_FROM: {sender!r} should be who letters come from, e.g. Hymy <hymy@shop.example>.")
    if (address or smtp) and not _is_web_address(address):
        faults.append(f"HYMY_ADDRESS: {address!r} should be where people find this server, e.g. https://hymy.example.")
    return Mail(server, sender, address.rstrip("/"))


def is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _server(smtp: str, faults: list[str]) -> MailServer | None:
    try:
        parts = urlsplit(smtp)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in PORTS or not host or parts.path.strip("/") or parts.query or parts.fragment:
        faults.append("HYMY_SMTP: should be smtp://USER:PASSWORD@HOST:PORT or smtps://...; % before odd characters.")
        return None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(host, port or PORTS[parts.scheme], user, password, is_tls=parts.scheme == "smtps")


def _is_mailbox(text: str) -> bool:
    address = parseaddr(text)[1]
    local, _, domain = address.rpartition("@")
    return bool(local and domain) and text.isprintable() and not set(" <>,") & set(address)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and text.isprintable()
    except ValueError:
        return False
