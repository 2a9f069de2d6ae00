"""How a terminal gets its identity: a one-time code in, a token out, kept in a file that only its user can read.

A secret of its own, the claim, goes with the code: should the reply be lost, it gets the same token again.
"""

import re
import secrets
from pathlib import Path

import msgspec

from kiosk import small_file
from kiosk.errors import CodeRefused, StrangeReply
from kiosk.transport import Answer, Transport
from survey.exchange import CLAIM, ENROLMENT_PATH, MAX_CODE, EnrolmentReply, EnrolmentRequest

FILE = "identity.json"
CLAIM_FILE = "claim"


class Identity(msgspec.Struct, frozen=True):
    """Who this terminal is to the server. code: the one it came from; a new one in the settings enrols anew."""

    token: str
    terminal_id: str
    code: str

    def __repr__(self) -> str:
        return f"Identity(terminal_id={self.terminal_id!r}, token=***)"


def load(folder: Path) -> Identity | None:
    return small_file.read(folder / FILE, Identity)


def save(folder: Path, identity: Identity) -> None:
    """The claim is done with only then: without it the code gives no token any more."""
    small_file.write(folder / FILE, msgspec.json.encode(identity))
    (folder / CLAIM_FILE).unlink(missing_ok=True)


def enrol(transport: Transport, folder: Path, code: str) -> Answer | Identity:
    """The identity that the code gives, or the server's answer where it is neither that nor a refusal of the code.

    No name is sent: the server names the terminal after its touchpoint, where a computer's own name says little.
    Raises CodeRefused with what people are to do, and whatever the transport raises.
    """
    asked = EnrolmentRequest(code[:MAX_CODE], claim=_claim(folder))
    answer = transport.post(ENROLMENT_PATH, msgspec.json.encode(asked))
    if answer.status in (200, 201):
        try:
            reply = msgspec.json.decode(answer.body, type=EnrolmentReply)
        except ValueError as error:
            raise StrangeReply(f"The server's answer to the enrolment code is none of ours: {error}.") from error
        return Identity(reply.token, reply.terminal_id, code)
    if answer.status == 400:
        raise CodeRefused(answer.complaint or "The server did not take the enrolment code, and did not say why.")
    return answer


def _claim(folder: Path) -> str:
    """On disk before anybody is told: the power may fail before the reply is here."""
    file = folder / CLAIM_FILE
    kept = file.read_text("latin-1") if file.exists() else ""
    if not re.fullmatch(CLAIM, kept):
        kept = secrets.token_urlsafe(32)
        small_file.write(file, kept.encode())
    return kept
