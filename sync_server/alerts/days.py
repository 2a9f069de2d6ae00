"""Days below their usual range, and slow slides: judged once, when the location's day is over."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

import numpy as np

from survey import figures
from survey.figures import Figure
from survey.opening_hours import local_date
from sync_server.alerts.alert import Cause, Day, Facts, Kind, Look, Slide
from sync_server.alerts.rules import Rules
from sync_server.insight import days as insight
from sync_server.insight.days import SLIDE_DAYS, History, Verdict
from sync_server.insight.holidays import is_holiday
from sync_server.results import shared
from sync_server.results.asked import survey_of
from sync_server.results.periods import Period, day_began_ms
from sync_server.results.spread import MEASURES, DaySums
from sync_server.results.usual import usual
from sync_server.store import Store, Transaction
from sync_server.store import alerts as stored_alerts
from sync_server.store import results as stored
from sync_server.store.alerts import AlertRow
from sync_server.store.places import LocationRow

LATE_MS = 60 * 60_000  # so long answers may come late that a day is judged by
FORGET_DAYS = 7  # an unusual day that nobody closed
AT_A_TIME = 25  # locations of one time zone all end their day together


class Judged(NamedTuple):
    """A day of a location, with what is to be told of it. over: kinds of which it says the opposite."""

    location_id: str
    local_date: str
    found: dict[str, Facts]
    over: set[str]


def due(locations: Iterable[LocationRow], judged: Mapping[str, str], now_ms: int) -> list[tuple[LocationRow, date]]:
    """Each with the newest day that is over and was not judged; older ones are let be: they are known by now."""
    found = []
    for location in locations:
        day = local_date(now_ms, location.time_zone) - timedelta(days=1)
        known = judged.get(location.location_id, "")
        is_known = day.isoformat() <= known <= _not_after(day)
        is_late = now_ms < day_began_ms((day + timedelta(days=1)).isoformat(), location.time_zone) + LATE_MS
        if not is_late and not is_known:
            found.append((location, day))
    return found[:AT_A_TIME]


def take(transaction: Transaction, judged: Judged) -> bool:
    """False where another has judged the same day."""
    day = judged.local_date
    return stored_alerts.take_day(transaction, judged.location_id, day, not_after=_not_after(date.fromisoformat(day)))


def judge(store: Store, location: LocationRow, day: date, rules: Rules) -> Judged:
    """What its shared question says, against the same weekdays before."""
    found: dict[str, Facts] = {}
    over: set[str] = set()
    touchpoints = stored.touchpoints(store, location.location_id)
    if touchpoints:
        question = survey_of(touchpoints[0].survey).shared_question
        history = insight.history(store, location.location_id, question, day)
        counts = history.get(day, [])
        found_usual = usual(store, location, question, day, counts)
        measure, figure = shared.measure_of(question.kind), shared.figure(question.kind, counts)
        if found_usual.verdict is Verdict.WORSE and figure:
            low, high = found_usual.low or 0.0, found_usual.high or 0.0  # there is a range where there is a verdict
            found[Kind.DAY] = Day(day.isoformat(), measure, figure, low, high)
        elif found_usual.verdict in (Verdict.USUAL, Verdict.BETTER):
            over.add(Kind.DAY)
        slide = insight.slide(
            figures.Measure(measure), day, history, is_holiday=partial(is_holiday, time_zone=location.time_zone)
        )
        if slide.verdict is Verdict.WORSE:
            last, before = _around(MEASURES[question.kind], history, day - timedelta(days=SLIDE_DAYS))
            if last and before:
                found[Kind.SLIDE] = Slide(day.isoformat(), measure, SLIDE_DAYS, last, before)
        elif slide.verdict in (Verdict.USUAL, Verdict.BETTER):
            over.add(Kind.SLIDE)
    return Judged(
        location.location_id,
        day.isoformat(),
        {kind: facts for kind, facts in found.items() if (rules.day if kind == Kind.DAY else rules.slide)},
        over,
    )


def look(judged: Iterable[Judged], rules: Mapping[str, Rules], going_on: Mapping[Cause, AlertRow], now_ms: int) -> Look:
    """An unusual day is over when a usual one has followed, or after a week; a slide when it no longer holds."""
    on: dict[Cause, Facts] = {}
    over = {
        cause
        for cause, alert in going_on.items()
        if (alert.kind == Kind.DAY and now_ms - alert.opened_at >= FORGET_DAYS * 24 * 60 * 60_000)
        or (alert.kind in (Kind.DAY, Kind.SLIDE) and not _is_watched(rules.get(cause[0]), alert.kind))
    }
    for one in judged:
        for kind, facts in one.found.items():
            on[one.location_id, kind, one.local_date if kind == Kind.DAY else ""] = facts
        over |= {cause for cause in going_on if cause[0] == one.location_id and cause[1] in one.over}
    return Look(on, over)


def _not_after(day: date) -> str:
    """Whoever has judged a later day had a clock gone wrong."""
    return (day + timedelta(days=1)).isoformat()


def _is_watched(rules: Rules | None, kind: str) -> bool:
    return rules is not None and (rules.day if kind == Kind.DAY else rules.slide)


def _around(measure: figures.Measure, history: History, day: date) -> tuple[Figure | None, Figure | None]:
    """Of the days after this one, and of those up to it, as a page shows them: as wide as the days differ."""
    days = Period(min(history), max(history))
    nothing = [0] * len(history[days.first])
    sums = DaySums(measure, days.first, np.array([history.get(on, nothing) for on in days]))
    after, until = Period(day + timedelta(days=1), days.last), Period(days.first, day)
    spread = sums.alike()
    return sums.figure(after, spread), sums.figure(until, spread)
