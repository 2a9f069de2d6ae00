"""How a terminal gets its identity: a one-time code in, a token out, kept in a file that only its user can read."""

import os
from pathlib import Path

import msgspec

from kiosk.errors import CodeRefused, StrangeReply
from kiosk.transport import Answer, Transport
from survey.exchange import ENROLMENT_PATH, EnrolmentReply, EnrolmentRequest, ErrorReply

FILE = "identity.json"


class Identity(msgspec.Struct, frozen=True):
    """Who this terminal is to the server. code: the one it came from; a new one in the settings enrols anew."""

    token: str
    terminal_id: str
    code: str

    def __repr__(self) -> str:
        return f"Identity(terminal_id={self.terminal_id!r}, token=***)"


def load(folder: Path) -> Identity | None:
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Identity)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def save(folder: Path, identity: Identity) -> None:
    """Durable, and never half there: the code is used up, and there is no second token for it."""
    unfinished = folder / f"{FILE}.new"
    unfinished.unlink(missing_ok=True)
    opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.write(msgspec.json.encode(identity))
        file.flush()
        os.fsync(opened)
    unfinished.rename(folder / FILE)


def enrol(transport: Transport, code: str) -> Answer | Identity:
    """The identity that the code gives, or the server's answer where it is neither that nor a refusal of the code.

    No name is sent: the server names the terminal after its touchpoint, where a computer's own name says little.
    Raises CodeRefused with what people are to do, and whatever the transport raises.
    """
    answer = transport.post(ENROLMENT_PATH, msgspec.json.encode(EnrolmentRequest(code)))
    if answer.status in (200, 201):
        try:
            reply = msgspec.json.decode(answer.body, type=EnrolmentReply)
        except msgspec.DecodeError as error:
            raise StrangeReply(f"The server's answer to the enrolment code is none of ours: {error}.") from error
        return Identity(reply.token, reply.terminal_id, code)
    if answer.status == 400:
        raise CodeRefused(_explain(answer.body))
    return answer


def _explain(body: bytes) -> str:
    try:
        reply = msgspec.json.decode(body, type=ErrorReply)
    except msgspec.DecodeError:
        return "The server did not take the enrolment code, and did not say why."
    return f"{reply.message} {reply.hint}".strip()
