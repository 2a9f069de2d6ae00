"""Dates as people say them: "Saturday 21 November 2026", and "21 Nov" where room is short."""

from datetime import date

from sync_server.web.texts import Say


def full(say: Say, day: date) -> str:
    month = say(f"dates.month_{day.month}")
    return say("dates.full", weekday=weekday(say, day), day=day.day, month=month, year=day.year)


def short(say: Say, day: date) -> str:
    return say("dates.short", day=day.day, month=say(f"dates.short_month_{day.month}"))


def weekday(say: Say, day: date) -> str:
    return say(f"dates.weekday_{day.weekday()}")
