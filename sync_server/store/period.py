"""What a period at one location is read from: the rollups by day, and those by hour for its heat map."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from sync_server.store.interface import Store
from sync_server.store.results import Count


class Series(NamedTuple):
    """How often one value was given at a touchpoint: on which days, like 20261122, and so often on each."""

    question_id: str
    touchpoint_id: str
    value: int
    days: list[int]
    answers: list[int]


def series(store: Store, location_id: str, question_ids: Sequence[str], first_on: str, last_on: str) -> list[Series]:
    """Of these questions. Days are in no order, and those without answers are left out.

    A text for each series: to make a row of each day's count took most of the time that a year's page had.
    """
    rows = store.read(
        "SELECT question_id, touchpoint_id, value, STRING_AGG(local_date || ',' || answers, ',')"  # noqa: S608
        f" FROM daily_rollups WHERE location_id = ? AND question_id IN ({_marks(question_ids)})"
        " AND local_date BETWEEN ? AND ? GROUP BY question_id, touchpoint_id, value",
        (location_id, *question_ids, first_on, last_on),
    )
    found = []
    for question_id, touchpoint_id, value, counts in rows:
        pairs = msgspec.json.decode(f"[{counts.replace('-', '')}]", type=list[int])
        found.append(Series(question_id, touchpoint_id, value, pairs[::2], pairs[1::2]))
    return found


def value_counts(
    store: Store, location_id: str, question_ids: Sequence[str], first_on: str, last_on: str
) -> dict[tuple[str, int], int]:
    """Question and value -> answers in the period."""
    rows = store.read(
        "SELECT question_id, value, CAST(SUM(answers) AS BIGINT) FROM daily_rollups"  # noqa: S608
        f" WHERE location_id = ? AND question_id IN ({_marks(question_ids)}) AND local_date BETWEEN ? AND ?"
        " GROUP BY question_id, value",
        (location_id, *question_ids, first_on, last_on),
    )
    return {(question_id, value): answers for question_id, value, answers in rows}


def hour_counts(
    store: Store, location_id: str, question_id: str, groups: Sequence[Sequence[str]]
) -> list[dict[tuple[int, int], int]]:
    """For each group of days: local hour and value -> answers.

    Each date is looked up by itself: rollups of hours are many.
    """
    dates = [[*group, *[""] * (max(map(len, groups)) - len(group))] for group in groups]
    found = store.read_each(
        "SELECT local_hour, value, CAST(SUM(answers) AS BIGINT) FROM rollups"  # noqa: S608
        f" WHERE location_id = ? AND local_date IN ({_marks(dates[0])}) AND question_id = ? GROUP BY local_hour, value",
        [(location_id, *of_group, question_id) for of_group in dates],
    )
    return [{(hour, value): answers for hour, value, answers in rows} for rows in found]


def hour_rows(
    store: Store, location_id: str, question_ids: Sequence[str], dates: Sequence[str]
) -> list[tuple[str, Count]]:
    """Local date and count, of every hour of these days."""
    rows = store.read(
        "SELECT local_date, question_id, touchpoint_id, local_hour, value, answers FROM rollups"  # noqa: S608
        f" WHERE location_id = ? AND local_date IN ({_marks(dates)}) AND question_id IN ({_marks(question_ids)})"
        " ORDER BY local_date, question_id, touchpoint_id, local_hour, value",
        (location_id, *dates, *question_ids),
    )
    return [(local_date, Count(*row)) for local_date, *row in rows]


def question_ids(store: Store, location_id: str) -> list[str]:
    """Under which the location has rollups at all: a look for each, however many there are of it."""
    rows = store.read(
        "WITH RECURSIVE found (question_id) AS ("
        "SELECT MIN(question_id) FROM daily_rollups WHERE location_id = ? UNION ALL"
        " SELECT (SELECT MIN(d.question_id) FROM daily_rollups d WHERE d.location_id = ?"
        " AND d.question_id > found.question_id) FROM found WHERE found.question_id IS NOT NULL)"
        " SELECT question_id FROM found WHERE question_id IS NOT NULL",
        (location_id, location_id),
    )
    return [question_id for (question_id,) in rows]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values)) or "NULL"
