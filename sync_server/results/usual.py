"""What is usual for a day and its hours, in the page's units: from the same weekdays before (insight/days.py)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial

import msgspec

from survey import figures
from survey.figures import SURE_FROM, Figure
from survey.questions import Question
from sync_server.insight import days
from sync_server.insight.days import WEEKS, History, UsualDay, Verdict, usual_day
from sync_server.insight.holidays import is_holiday
from sync_server.results import shared
from sync_server.store import Store
from sync_server.store import results as stored
from sync_server.store.places import LocationRow


class DayBefore(msgspec.Struct, frozen=True):
    """The same weekday of an earlier week. figure: None under 10 answers."""

    local_date: str
    answers: int
    figure: Figure | None
    is_holiday: bool


class Usual(msgspec.Struct, frozen=True):
    """low, high: the range that is usual for so many answers, None where nothing can be said.

    days: how many of the same weekday it rests on. before: those that have answers, oldest first.
    """

    verdict: Verdict
    low: float | None
    high: float | None
    days: int
    before: list[DayBefore]


def usual(store: Store, location: LocationRow, question: Question, day: date, counts: Sequence[int]) -> Usual:
    """counts: of the day itself, so far."""
    history = days.history(store, location.location_id, question, day)
    found = _judged(location, question, day, counts, history)
    before = [
        DayBefore(
            earlier.isoformat(),
            sum(history[earlier]),
            shared.figure(question.kind, history[earlier]),
            is_holiday(earlier, location.time_zone),
        )
        for earlier in same_weekdays(day)
        if earlier in history
    ]
    return Usual(found.verdict, found.low, found.high, found.days, before)


def usual_hours(
    store: Store, location: LocationRow, question: Question, day: date, counts: Mapping[int, Sequence[int]]
) -> dict[int, UsualDay]:
    """For the hours with answers enough to be judged alone (figures.SURE_FROM), and enough such hours before.

    counts: of each hour of the day.
    """
    asked = [hour for hour, by_step in counts.items() if sum(by_step) >= SURE_FROM]
    if not asked:
        return {}
    dates = [earlier.isoformat() for earlier in same_weekdays(day)]
    histories: dict[int, dict[date, list[int]]] = defaultdict(dict)
    found = stored.hourly_counts(store, location.location_id, question.question_id, dates)
    for (local_date, hour), by_value in found.items():
        histories[hour][date.fromisoformat(local_date)] = [by_value.get(value, 0) for value in question.values]
    judged = {hour: _judged(location, question, day, counts[hour], histories[hour]) for hour in asked}
    return {hour: found for hour, found in judged.items() if found.low is not None}


def same_weekdays(day: date) -> list[date]:
    """Of the weeks before that a day is compared with, oldest first."""
    return [day - timedelta(weeks=back) for back in range(WEEKS, 0, -1)]


def _judged(location: LocationRow, question: Question, day: date, counts: Sequence[int], history: History) -> UsualDay:
    measure = figures.Measure(shared.measure_of(question.kind))
    found = usual_day(measure, day, counts, history, is_holiday=partial(is_holiday, time_zone=location.time_zone))
    if found.low is None or found.high is None or measure is figures.Measure.NPS:
        return found
    return msgspec.structs.replace(found, low=100 * found.low, high=100 * found.high)
