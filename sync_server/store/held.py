"""What the store holds, row by row: for who compares it with a record of their own."""

from typing import NamedTuple

import msgspec

from survey.entries import Entry
from sync_server.store.interface import Store
from sync_server.store.rows import COUNT


class HeldAnswer(NamedTuple):
    """An answer in results. value: open text is told by its length."""

    journal_id: int
    visit: int
    question_id: str
    value: int
    at: int


def answers(store: Store, location_id: str) -> list[HeldAnswer]:
    rows = store.read(
        "SELECT journal_id, visit, question_id, value, at FROM answers WHERE location_id = ?", (location_id,)
    )
    return [HeldAnswer(*row) for row in rows]


def quarantined(store: Store, location_id: str) -> list[tuple[int, Entry]]:
    """(journal_id, entry) of each that waits in quarantine."""
    rows = store.read("SELECT journal_id, entry FROM quarantine WHERE location_id = ?", (location_id,))
    return [(journal_id, msgspec.json.decode(entry, type=Entry)) for journal_id, entry in rows]


def rolled_up(store: Store, location_id: str) -> int:
    """What the location's rollups add up to, over all questions and days; footfall is no question."""
    ((total,),) = store.read(
        "SELECT CAST(COALESCE(SUM(answers), 0) AS BIGINT) FROM rollups WHERE location_id = ?"
        " AND question_id NOT LIKE ?",
        (location_id, f"{COUNT}%"),
    )
    return int(total)
