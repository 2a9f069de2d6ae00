"""Where a location stands this week, for the goal that its terminals show."""

from datetime import timedelta
from typing import NamedTuple

from survey.figures import satisfied
from survey.opening_hours import local_date
from survey.questions import Question
from sync_server.store import Store
from sync_server.store.places import LocationRow

DAYS = 7


class Standing(NamedTuple):
    """current: satisfied of 100 over the last seven local days, None while too few have answered."""

    current: int | None
    as_of: str


def satisfied_this_week(store: Store, location: LocationRow, question: Question, now_ms: int) -> Standing:
    """The shared question's two best answers as a share of all."""
    today = local_date(now_ms, location.time_zone)
    rows = store.read(
        "SELECT value, CAST(SUM(answers) AS BIGINT) FROM rollups WHERE location_id = ? AND local_date >= ?"
        " AND local_date <= ? AND question_id = ? GROUP BY value",
        (
            location.location_id,
            (today - timedelta(days=DAYS - 1)).isoformat(),
            today.isoformat(),
            question.question_id,
        ),
    )
    by_value: dict[int, int] = dict(rows)
    counts = [by_value.get(value, 0) for value in question.values]
    figure = satisfied(counts) if sum(counts) else None
    sound = figure is not None and figure.standing != "too few"
    return Standing(round(100 * figure.value) if figure and sound else None, today.isoformat())
