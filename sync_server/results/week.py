"""Where a location stands this week, for the goal that its terminals show."""

from datetime import timedelta
from typing import NamedTuple

from survey.figures import satisfied
from survey.opening_hours import local_date
from survey.questions import Question
from sync_server.store import Store
from sync_server.store import results as stored
from sync_server.store.places import LocationRow

DAYS = 7


class Standing(NamedTuple):
    """current: satisfied of 100 over the last seven local days, None while too few have answered."""

    current: int | None
    as_of: str


def satisfied_this_week(store: Store, location: LocationRow, question: Question, now_ms: int) -> Standing:
    """The shared question's two best answers as a share of all."""
    today = local_date(now_ms, location.time_zone)
    first = today - timedelta(days=DAYS - 1)
    week = first.isoformat(), today.isoformat()
    by_value = stored.period_counts(store, location.location_id, question.question_id, *week)
    counts = [by_value.get(value, 0) for value in question.values]
    figure = satisfied(counts) if sum(counts) else None
    sound = figure is not None and figure.standing != "too few"
    return Standing(round(100 * figure.value) if figure and sound else None, today.isoformat())
