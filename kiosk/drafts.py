"""Draft: what is to be written into the journal, before the journal gives it its seq (design.md 2, *entry*)."""

import msgspec

from survey.entries import EntryKind
from survey.questions import Value


class Draft(msgspec.Struct, frozen=True):
    """An entry to be. The names are those of `Entry` and `Context`.

    press: (source, seq) of the button press that it keeps, written with it, so that a repeated press is known again.
    """

    kind: EntryKind
    about: str
    value: Value
    uptime_ms: int
    survey: str = ""
    language: str = ""
    source: str = "terminal"
    visit: int = 0
    press: tuple[str, int] | None = None


def event(about: str, value: Value, uptime_ms: int, *, visit: int = 0) -> Draft:
    """Something that happened to the terminal; the kinds are listed in docs/journal.md."""
    return Draft("event", about, value, uptime_ms, visit=visit)
