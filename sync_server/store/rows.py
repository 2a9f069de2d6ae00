"""The shapes in which the exchange hands entries to the store."""

from typing import NamedTuple

from survey.entries import Entry
from sync_server.store.interface import Bindable

AnswerRow = tuple[Bindable, ...]  # in the order of the table's columns
RollupKey = tuple[str, str, int, int]  # local date, question, local hour, value


class Place(NamedTuple):
    """Where the answers of a journal count; never taken from the request (design.md 3.9)."""

    location_id: str
    touchpoint_id: str
    time_zone: str


class Placed(NamedTuple):
    """An entry by itself. at: its instant (UTC, epoch ms). row: what it is in the table of answers."""

    entry: Entry
    chain: int
    at: int
    row: AnswerRow


class Words(NamedTuple):
    """An open answer. score: what the person answered first in the same visit, where that is known already."""

    placed: Placed
    score: int | None
