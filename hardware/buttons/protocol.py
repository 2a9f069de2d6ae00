"""The button box's lines: messages to bytes and back, and nothing else (docs/button_box.md is the same in words).

A line is ASCII fields with a space between, a star, the checksum of all before the star, and a line feed:
`press door1 9f3a02c4 17 4 120*5B1C`.
"""

import re
from binascii import crc_hqx
from dataclasses import astuple, dataclass
from typing import Any

from hardware.errors import BadLine

VERSION = 1
BAUD = 115_200
MAX_LINE_BYTES = 96  # the longest there is has 75; with the line feed
MAX_NUMBER = 2**32 - 1
MAX_BUTTONS = 99


@dataclass(frozen=True, slots=True)
class Hello:
    """Box to host: who I am and what I still hold. `lowest` is the oldest press not acknowledged, last + 1 if none."""

    version: int
    box: str
    session: str
    buttons: int
    last: int
    lowest: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Pressed:
    """Box to host: a button was pressed `age_ms` ago."""

    box: str
    session: str
    seq: int
    button: int
    age_ms: int


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Host to box: every press of this session up to seq is durable."""

    session: str
    seq: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Host to box: say hello."""


@dataclass(frozen=True, slots=True)
class Lit:
    """Host to box: what its lamps show from now on; "thanks" lights `button` for a moment, with a `beep` or without."""

    mode: str
    button: int
    beep: int


@dataclass(frozen=True, slots=True)
class Counted:
    """People counter to host: so many have passed since it was switched on (docs/hardware.md)."""

    session: str
    total: int


Message = Hello | Pressed | Acknowledged | Asked | Lit | Counted

KINDS: dict[bytes, type[Message]] = {
    b"hello": Hello,
    b"press": Pressed,
    b"ack": Acknowledged,
    b"hello?": Asked,
    b"light": Lit,
    b"count": Counted,
}
WORDS = {kind: word for word, kind in KINDS.items()}
NUMBER = re.compile(rb"0|[1-9][0-9]{0,9}")
TEXTS = {
    "box": re.compile(rb"[a-z0-9-]{1,16}"),
    "session": re.compile(rb"[0-9a-f]{8}"),
    "mode": re.compile(rb"off|invite|thanks|out_of_order"),
}


def crc(data: bytes) -> int:
    """CRC-16/CCITT-FALSE; 0x29B1 for b"123456789"."""
    return crc_hqx(data, 0xFFFF)


def encode(message: Message) -> bytes:
    """The whole line, with its line feed."""
    body = b" ".join([WORDS[type(message)], *(str(field).encode("ascii") for field in astuple(message))])
    return b"%s*%04X\n" % (body, crc(body))


def decode(line: bytes) -> Message:
    """The message in a line without its line feed. Raises BadLine, which says what is wrong with it."""
    body, star, checksum = line.rpartition(b"*")
    if not star or checksum != b"%04X" % crc(body):
        raise BadLine(f"checksum is wrong in {line!r}")
    word, *fields = body.split(b" ")
    kind = KINDS.get(word)
    if kind is None:
        raise BadLine(f"{line!r} begins with none of {', '.join(word.decode() for word in KINDS)}")
    if kind is Hello and fields[:1] != [b"%d" % VERSION]:
        raise BadLine(f"{line!r} is not of version {VERSION} of the protocol, the one known here")
    names = list(kind.__dataclass_fields__)
    if len(fields) != len(names):
        raise BadLine(f"{line!r} has {len(fields)} fields after its word, expected {len(names)}: {' '.join(names)}")
    values: list[Any] = [_field(name, field) for name, field in zip(names, fields, strict=True)]
    message = kind(*values)
    if not _is_possible(message):
        raise BadLine(f"{line!r} has a number outside its range")
    return message


def _field(name: str, field: bytes) -> str | int:
    pattern = TEXTS.get(name, NUMBER)
    if not pattern.fullmatch(field):
        raise BadLine(f"{field!r} cannot be the field {name}")
    return field.decode("ascii") if name in TEXTS else int(field)


def _is_possible(message: Message) -> bool:
    if any(field > MAX_NUMBER for field in astuple(message) if isinstance(field, int)):
        return False
    match message:
        case Hello():
            return 1 <= message.buttons <= MAX_BUTTONS and 1 <= message.lowest <= message.last + 1
        case Pressed():
            return message.seq >= 1 and 1 <= message.button <= MAX_BUTTONS
        case Lit("thanks", button, beep):
            return 1 <= button <= MAX_BUTTONS and beep <= 1
        case Lit():
            return message.button == message.beep == 0
        case _:
            return True


class LineReader:
    """Cuts a stream of bytes into messages; what is no line is left out, counted and remembered."""

    def __init__(self) -> None:
        self.bad_lines = 0
        self.newest_fault = "nothing was received"
        self._rest = b""
        self._overlong = False  # inside a line that is too long already: skip to its end

    def feed(self, data: bytes) -> list[Message]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        messages = [message for line in lines if (message := self._read(line))]
        if len(self._rest) >= MAX_LINE_BYTES:
            self._overlong, self._rest = True, b""
        return messages

    def _read(self, line: bytes) -> Message | None:
        overlong, self._overlong = self._overlong or len(line) >= MAX_LINE_BYTES, False
        line = line.removesuffix(b"\r")
        try:
            if overlong:
                raise BadLine(f"a line is longer than {MAX_LINE_BYTES} bytes")
            return decode(line) if line else None  # an empty line ends what noise began
        except BadLine as error:
            self.bad_lines += 1
            self.newest_fault = str(error)
            return None
