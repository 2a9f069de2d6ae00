"""Closed journals, offered once more: a server restored to before a fork lacks what they hold (design.md 3.4).

At each start, and whenever the server's head went back. First nothing of a journal is sent, to hear where the server
stands; then what follows that. Where its history is another one, nothing is needed: it was carried over.
"""

from pathlib import Path

from kiosk.journal import Records, closed_journals
from survey.entries import Entry, Head


class Offering:
    """One journal at a time, the one in the file `path` (None at the end): send a `batch`, `follow` the reply."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.begin()

    @property
    def path(self) -> Path | None:
        return self._waiting[0] if self._waiting else None

    def begin(self) -> None:
        """All of them anew."""
        self._waiting = closed_journals(self._folder)
        self._after: Head | None = None  # None: the server was not heard yet

    def skip(self) -> None:
        del self._waiting[0]
        self._after = None

    def batch(self, records: Records, size: int) -> tuple[Head, list[Entry]]:
        """What to send, after the entry that it follows."""
        if self._after is None:
            return records.head(), []
        return self._after, records.entries_after(self._after.seq, size)

    def follow(self, records: Records, head: Head) -> None:
        """On to what the server lacks of this journal; to the next one if it lacks nothing, or took nothing."""
        after, base = None, records.base()
        if head.seq < base.seq:
            after = base
        elif head.seq < records.newest().seq and records.chain_at(head.seq) == head.chain:
            after = head
        if after is None or after == self._after:
            self.skip()
        else:
            self._after = after
