"""Dates as people say them: "Saturday 21 November 2026", "21 Nov" where room is short, "21 Nov 14:05" for a moment."""

from datetime import date, datetime
from functools import lru_cache

from sync_server.texts.say import Say


def full(say: Say, day: date) -> str:
    month = say(f"dates.month_{day.month}")
    return say("dates.full", weekday=weekday(say, day), day=day.day, month=month, year=day.year)


@lru_cache(maxsize=4096)
def short(say: Say, day: date) -> str:
    """Kept for all days that may be asked for: a page of a year says hundreds, and the next page the same ones."""
    return say("dates.short", day=day.day, month=say(f"dates.short_month_{day.month}"))


def weekday(say: Say, day: date) -> str:
    return say(f"dates.weekday_{day.weekday()}")


def near(say: Say, day: date, today: date) -> str:
    """Short, with the year where it is not this one."""
    return short(say, day) if day.year == today.year else with_year(say, day)


def with_year(say: Say, day: date) -> str:
    return say("dates.of_year", day=short(say, day), year=day.year)


def span(say: Say, first: date, last: date) -> str:
    """26 Oct – 22 Nov 2026."""
    return f"{near(say, first, last)} – {with_year(say, last)}"


def moment(say: Say, local: datetime, today: date) -> str:
    """On the clock of the place."""
    return f"{near(say, local.date(), today)} {local:%H:%M}"
