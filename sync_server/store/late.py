"""The queries about answers that came after their day was over: how many, by the day on which they count."""

from collections.abc import Mapping
from typing import NamedTuple

from sync_server.store.interface import Store, Transaction


class LateKey(NamedTuple):
    """A day of a question that changed after it was over."""

    location_id: str
    question_id: str
    local_date: str


def add(transaction: Transaction, late: Mapping[LateKey, int], now_ms: int) -> None:
    """Sorted, so that two writers never wait crosswise."""
    if late:
        transaction.add_up("late_answers", LateKey._fields, "answers", [(*key, n) for key, n in sorted(late.items())])
        transaction.execute_many(
            "UPDATE late_answers SET came_at = ?"
            " WHERE location_id = ? AND question_id = ? AND local_date = ? AND came_at < ?",
            [(now_ms, *key, now_ms) for key in sorted(late)],
        )


def days_since(store: Store, location_id: str, since_ms: int) -> set[str]:
    """Local dates to which some came since then."""
    rows = store.read(
        "SELECT DISTINCT local_date FROM late_answers WHERE location_id = ? AND came_at >= ?", (location_id, since_ms)
    )
    return {local_date for (local_date,) in rows}


def by_day(store: Store, location_id: str, question_id: str, first_on: str, last_on: str) -> dict[str, int]:
    """Local date -> answers, for the days of a period to which some came."""
    return dict(
        store.read(
            "SELECT local_date, answers FROM late_answers"
            " WHERE location_id = ? AND question_id = ? AND local_date BETWEEN ? AND ?",
            (location_id, question_id, first_on, last_on),
        )
    )
