"""How many of those who came by answered, over a period: the hours of its days (results/response.py), added up."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from survey.figures import Figure
from sync_server.results.periods import Period, day_began_ms
from sync_server.results.response import COMES_WITHIN_MS, Response, quarters_over, rate, response
from sync_server.store import Store, period
from sync_server.store.places import LocationRow
from sync_server.store.results import Count
from sync_server.store.rows import COUNT
from sync_server.store.settled import ASIDE

MOST_DAYS = 31  # each quarter of an hour of each day is looked at


class Rate(msgspec.Struct, frozen=True):
    """figure: in percent, None where too few came or more answered than came by.

    silent: hours in which somebody answered and that are left out, since the counter told too little of them.
    """

    came: int
    answered: int
    figure: Figure | None
    silent: int


def rates(store: Store, location: LocationRow, question_id: str, span: Period, now_ms: int) -> dict[str, Rate]:
    """By touchpoint, of those with a people counter; none for more than MOST_DAYS."""
    asked = period.question_ids(store, location.location_id) if span.days <= MOST_DAYS else []
    counters = [question for question in asked if question.startswith(COUNT)]
    if not counters:
        return {}
    dates = [day.isoformat() for day in span]
    given: dict[str, dict[str, list[Count]]] = defaultdict(lambda: defaultdict(list))
    for date, count in period.hour_rows(store, location.location_id, [question_id, *counters], dates):
        given[date][count.touchpoint_id].append(count)
    found: dict[str, list[tuple[Response, set[int]]]] = defaultdict(list)
    for day in span:
        quarters = _quarters(location, day.isoformat(), (day + timedelta(days=1)).isoformat(), now_ms)
        for touchpoint_id, counts in given.get(day.isoformat(), {}).items():
            answers = [count for count in counts if count.question_id == question_id and count.value != ASIDE]
            if of_day := response(counts, answers, quarters):
                found[touchpoint_id].append((of_day, {count.hour for count in answers}))
    return {touchpoint_id: _together(days) for touchpoint_id, days in found.items()}


def _quarters(location: LocationRow, date: str, after: str, now_ms: int) -> dict[int, int]:
    began, ended = (day_began_ms(day, location.time_zone) for day in (date, after))
    return quarters_over(location, began, min(now_ms, ended + COMES_WITHIN_MS))


def _together(days: Sequence[tuple[Response, set[int]]]) -> Rate:
    """Each day with the hours in which somebody answered."""
    came, answered = sum(day.came for day, _ in days), sum(day.answered for day, _ in days)
    silent = sum(begin <= hour < until for day, hours in days for begin, until in day.silent for hour in hours)
    return Rate(came, answered, rate(answered, came), silent)
