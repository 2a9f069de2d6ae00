"""The shapes in which the exchange hands entries to the store."""

from collections.abc import Sequence
from typing import NamedTuple

from survey.entries import Entry
from sync_server.comments.masking import masked

COUNT = "count:"  # before a people counter's name: the "question" under which rollups hold what it counted
PASSAGES, QUARTERS = 0, 1  # the values there: who came by, and of how many quarters of an hour it told
ENTRIES = ("answers", "events", "quarantine")  # the tables in which an entry may stand


def without_nul(text: str) -> str:
    """U+0000 is the one character that PostgreSQL can't hold: U+FFFD stands in its place, in every store."""
    return text.replace("\0", "\ufffd")


class Place(NamedTuple):
    """Where the answers of a journal count; never taken from the request (design.md 3.9)."""

    location_id: str
    touchpoint_id: str
    time_zone: str


class RollupKey(NamedTuple):
    """What an answer adds to."""

    location_id: str
    local_date: str
    question_id: str
    touchpoint_id: str
    local_hour: int
    value: int


class Answers(NamedTuple):
    """Rows of the table of answers that are alike in the first columns; the others hold one item for each row."""

    location_id: str
    journal_id: int
    touchpoint_id: str
    clock: str
    survey: str
    question_id: Sequence[str]
    language: Sequence[str]
    source: Sequence[str]
    seq: Sequence[int]
    chain: Sequence[int]
    at: Sequence[int]
    visit: Sequence[int]
    value: Sequence[int]


ALIKE = 5  # the first columns of Answers


class Placed(NamedTuple):
    """An entry by itself. at: its instant (UTC, epoch ms). clock: how that is known."""

    entry: Entry
    chain: int
    at: int
    clock: str


class Words(NamedTuple):
    """An open answer. score: to the shared question in the same visit, where that is known already. shared: its id.

    shown: without personal data.
    """

    placed: Placed
    score: int | None
    shared: str
    shown: str

    @classmethod
    def of(cls, placed: Placed, score: int | None, shared: str) -> "Words":
        """Looking for personal data takes up to some milliseconds: better before the store is held."""
        return cls(placed, score, shared, masked(str(placed.entry.value)))


class DayTally(NamedTuple):
    """Answers of one day of a journal: as the terminal told, and how many of the new ones are of which kind."""

    pressed: int = 0
    stored: int = 0
    received: int = 0
    quarantined: int = 0
    repeated: int = 0
