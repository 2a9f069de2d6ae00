"""The independent record: every press, told by the people who made it. It knows nothing of journals, seqs or chains."""

from dataclasses import dataclass, field
from typing import NamedTuple

from survey.questions import Value

VISITS_EACH = 10_000  # a terminal's people have visit numbers of their own: a press is known again wherever it went
Name = tuple[int, str]  # visit, question


class Press(NamedTuple):
    """at_ms: the true instant. unfit: the server has to put it into quarantine."""

    value: Value
    at_ms: int
    location: int
    unfit: bool


@dataclass
class Record:
    """destroyed: presses whose only copy went with a card. arrived: those acknowledged on a card that went.

    is_restored: the server was put back to an older copy; what a card holds as acknowledged may be its only copy again.
    """

    presses: dict[Name, Press] = field(default_factory=dict)
    destroyed: set[Name] = field(default_factory=set)
    arrived: set[Name] = field(default_factory=set)
    is_restored: bool = False

    def note(self, visit: int, about: str, press: Press) -> None:
        self.presses[visit, about] = press

    def note_gone(self, *, sent: set[Name], unsent: set[Name]) -> None:
        """A card went, and these with it."""
        self.arrived |= sent
        self.destroyed |= unsent | sent if self.is_restored else unsent

    def note_server_restored(self) -> None:
        """What came from cards that are gone is nowhere any more, unless the older copy holds it."""
        self.destroyed |= self.arrived
        self.is_restored = True
