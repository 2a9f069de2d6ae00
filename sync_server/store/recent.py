"""The queries of what has just come in, for all locations together: what alerts look at every minute."""

from collections.abc import Sequence
from typing import NamedTuple

from sync_server.store.interface import Store

JOURNALS_TOGETHER = 1_000  # in one statement


class HeadRow(NamedTuple):
    location_id: str
    journal_id: int
    head_seq: int


class RecentAnswer(NamedTuple):
    location_id: str
    touchpoint_id: str
    survey: str
    question_id: str
    value: int
    at: int


def heads(store: Store, since_ms: int) -> list[HeadRow]:
    """Of the journals that were heard of since."""
    rows = store.read("SELECT location_id, journal_id, head_seq FROM journals WHERE last_seen_at >= ?", (since_ms,))
    return [HeadRow(*row) for row in rows]


def answers_after(store: Store, floors: Sequence[HeadRow], since_ms: int, until_ms: int) -> list[RecentAnswer]:
    """Given since, by clocks that are known, and not set aside. floors: journals, and after which entry to look.

    There is no index by time: the newest stand at the end of each journal, and little is read beside them.
    """
    found: list[RecentAnswer] = []
    for begin in range(0, len(floors), JOURNALS_TOGETHER):
        some = floors[begin : begin + JOURNALS_TOGETHER]
        values = ", ".join(["(CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS BIGINT))"] * len(some))
        rows = store.read(
            f"WITH wanted (location_id, journal_id, seq) AS (VALUES {values})"  # noqa: S608
            " SELECT a.location_id, a.touchpoint_id, a.survey, a.question_id, a.value, a.at"
            " FROM wanted w CROSS JOIN answers a LEFT JOIN set_aside s"
            " ON s.location_id = a.location_id AND s.journal_id = a.journal_id AND s.seq = a.seq"
            " WHERE a.location_id = w.location_id AND a.journal_id = w.journal_id AND a.seq > w.seq"
            " AND a.at > ? AND a.at <= ? AND a.clock <> 'unknown' AND s.seq IS NULL",
            (*(value for floor in some for value in floor), since_ms, until_ms),
        )
        found += [RecentAnswer(*row) for row in rows]
    return found
