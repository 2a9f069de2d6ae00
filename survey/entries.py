"""Entry: one line of a terminal's journal, and the chain that ties each to the one before it (design.md 3.2).

The chain is a 64-bit integer: it tells apart two histories that grew out of one journal by accident (a cloned card,
a restored backup), which 64 bits do without doubt, and is no seal against who holds the terminal's token.
"""

import re
import struct
from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Literal

import msgspec

from survey.questions import Value

EntryKind = Literal["answer", "count", "event"]
MOST = 2**53  # what every store and reader keeps exactly
Number = Annotated[int, msgspec.Meta(ge=-MOST, le=MOST)]
_BIRTH = re.compile(r"([0-9a-f]{15})/([0-9]{1,16})/(-?[0-9]{1,19})")
START = 0  # the chain before the first entry


class Context(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What many entries in a row have in common.

    about: the question's id, or the event's or counter's name. survey: `Survey.label`, empty for events.
    source: `touch`, `terminal`, or who counted a press of a button, e.g. `box:door1/9f3a02c4`: its answers in a journal
    are its presses in order. boot: which run of the computer, counted in the journal from 1.
    clock_ms: wall clock less time since boot, as the terminal's clock stood then.
    """

    kind: EntryKind
    about: str
    survey: str
    language: str
    source: str
    boot: Number
    clock_ms: Number


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line of a journal: seq 1, 2, 3... without holes.

    visit: number of the person's turn within the journal, 0 for none. uptime_ms: time since boot.
    born: empty, or where an entry that was carried over first stood (`Birth.text`).
    """

    seq: int
    visit: int
    uptime_ms: int
    value: Value
    context: Context
    born: str = ""


class Birth(msgspec.Struct, frozen=True):
    """The identity that an entry keeps when it is carried over into another journal (design.md 3.4)."""

    journal: str
    seq: int
    chain: int

    @property
    def text(self) -> str:
        return f"{self.journal}/{self.seq}/{self.chain}"

    @classmethod
    def from_text(cls, text: str) -> "Birth":
        """Raises ValueError for what `text` never gives."""
        found = _BIRTH.fullmatch(text)
        if not found or not -(2**63) <= int(found[3]) < 2**63:
            raise ValueError(f"It says that it first stood at {text[:80]!r}, which names no entry.")
        return cls(found[1], int(found[2]), int(found[3]))


class Head(msgspec.Struct, frozen=True, array_like=True):
    """How far a journal goes: its newest entry's seq, and the chain up to it."""

    seq: Annotated[int, msgspec.Meta(ge=0, le=MOST)] = 0
    chain: Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)] = START


_encoder = msgspec.json.Encoder()


def chain(previous: int, entries: Sequence[Entry] | Sequence[tuple[object, ...]]) -> Sequence[int]:
    """The chain value of each entry, given that of the entry before the first one.

    Each is the first 8 bytes (signed, big-endian) of SHA-256 over the previous value's 8 bytes and the entry as a
    JSON array (a tuple in the order of its fields will do). The same entries give the same chain on every machine.
    """
    last = struct.pack(">q", previous)
    links = []
    begun = sha256().copy  # half the time of setting one up for each entry
    for line in _encoder.encode_lines(entries).splitlines():
        link = begun()
        link.update(last + line)
        last = link.digest()[:8]
        links.append(last)
    return struct.unpack(f">{len(links)}q", b"".join(links))
