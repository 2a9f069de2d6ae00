"""When a report is due: at seven in the morning of its location, about the day, week or month that is over. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from survey.opening_hours import local_date, zone
from sync_server.results.periods import Period, last_days

MORNING = time(7)
ONE_DAY = timedelta(days=1)
LONGEST = timedelta(days=32)  # by so much no period's end is ahead of another's that is due


class Kind(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


def newest_due(kind: Kind, now_ms: int, time_zone: str) -> Period:
    """What the newest report whose morning has come is about; the one before it is out of date."""
    today = local_date(now_ms, time_zone)
    return newest_over(kind, today if now_ms >= _morning_ms(today, time_zone) else today - ONE_DAY)


def told_at(last_on: date, time_zone: str) -> int:
    """When the report that told of days up to this one was due: on the morning after."""
    return _morning_ms(last_on + ONE_DAY, time_zone)


def not_after(period: Period) -> str:
    """A report that has told of days beyond this one was made by a clock gone wrong, and counts for none."""
    return (period.last + LONGEST).isoformat()


def newest_over(kind: Kind, today: date) -> Period:
    """The newest day, week from Monday to Sunday, or calendar month before this day."""
    yesterday = today - ONE_DAY
    if kind is Kind.DAILY:
        return Period(yesterday, yesterday)
    if kind is Kind.WEEKLY:
        return last_days(7, today - timedelta(days=today.weekday()) - ONE_DAY)
    last = today.replace(day=1) - ONE_DAY
    return Period(last.replace(day=1), last)


def newest_over_in(kind: Kind, now_ms: int, time_zones: Iterable[str]) -> Period:
    """The newest that is over in all of them."""
    return min(newest_over(kind, local_date(now_ms, time_zone)) for time_zone in time_zones)


def next_on(kind: Kind, now_ms: int, time_zone: str) -> date:
    """The day on whose morning the next one comes."""
    due, day = newest_due(kind, now_ms, time_zone), local_date(now_ms, time_zone)
    while newest_over(kind, day) == due:
        day += ONE_DAY
    return day


def _morning_ms(day: date, time_zone: str) -> int:
    return int(datetime.combine(day, MORNING, tzinfo=zone(time_zone)).timestamp() * 1000)
