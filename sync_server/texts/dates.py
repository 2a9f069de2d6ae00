"""Dates as people say them: "Saturday 21 November 2026", and "21 Nov" where room is short."""

from datetime import date

from sync_server.texts.say import Say


def full(say: Say, day: date) -> str:
    month = say(f"dates.month_{day.month}")
    return say("dates.full", weekday=weekday(say, day), day=day.day, month=month, year=day.year)


def short(say: Say, day: date) -> str:
    return say("dates.short", day=day.day, month=say(f"dates.short_month_{day.month}"))


def weekday(say: Say, day: date) -> str:
    return say(f"dates.weekday_{day.weekday()}")


def near(say: Say, day: date, today: date) -> str:
    """Short, with the year where it is not this one."""
    return short(say, day) if day.year == today.year else say("comments.of_year", day=short(say, day), year=day.year)
