"""The queries of exports: row by row, for more of them than memory holds."""

from collections.abc import Iterator

import msgspec

from survey.questions import STAFF, Survey
from sync_server.store.interface import Row, Snapshot, Store

_WHERE = f"a.location_id = ? AND a.at >= ? AND a.at < ? AND a.question_id NOT LIKE '{STAFF}%'"


def count_answers(store: Store, location_id: str, from_ms: int, until_ms: int) -> int:
    """Of customers."""
    sql = f"SELECT COUNT(*) FROM answers a WHERE {_WHERE}"  # noqa: S608
    return int(store.read(sql, (location_id, from_ms, until_ms))[0][0])


def answers(snapshot: Snapshot, location_id: str, from_ms: int, until_ms: int) -> Iterator[Row]:
    """Touchpoint, survey, question, journal, visit, at, clock, value, text, language, source, is aside."""
    return snapshot.stream(
        "SELECT a.touchpoint_id, a.survey, a.question_id, a.journal_id, a.visit, a.at, a.clock, a.value, t.text,"  # noqa: S608
        " a.language, a.source, s.seq IS NOT NULL FROM answers a"
        " LEFT JOIN set_aside s ON s.location_id = a.location_id AND s.journal_id = a.journal_id AND s.seq = a.seq"
        " LEFT JOIN texts t ON t.location_id = a.location_id AND t.at = a.at AND t.journal_id = a.journal_id"
        f" AND t.seq = a.seq WHERE {_WHERE} ORDER BY a.journal_id, a.seq",
        (location_id, from_ms, until_ms),
    )


def days(snapshot: Snapshot, location_id: str, first_on: str, last_on: str) -> Iterator[Row]:
    """Question, date, touchpoint, value, answers; in this order, so that the values of one day stand together."""
    return snapshot.stream(
        "SELECT question_id, local_date, touchpoint_id, value, answers FROM daily_rollups"
        " WHERE location_id = ? AND local_date BETWEEN ? AND ? ORDER BY question_id, local_date, touchpoint_id, value",
        (location_id, first_on, last_on),
    )


def surveys(store: Store) -> list[Survey]:
    """Every version of each, older ones first."""
    rows = store.read("SELECT survey FROM surveys ORDER BY survey_id, version")
    return [msgspec.json.decode(content, type=Survey) for (content,) in rows]
