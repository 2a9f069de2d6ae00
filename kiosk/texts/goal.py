"""The goal in a sentence: it never claims to be of this week when it is not, e.g. on a terminal without a network."""

from datetime import date

from kiosk.texts import text
from survey.exchange import Goal


def goal_sentence(goal: Goal, today: date | None, language: str) -> str:
    """Where the location wants to be and, where it has a date, where it stands; with [b] marks.

    today: at the location, None if that is not known; then the figure gets its date as an old one does.
    """
    as_of = _read(goal.as_of)
    if goal.current is None or as_of is None:
        return text(language, "goal.sentence", target=goal.target)
    figures = {"target": goal.target, "current": goal.current}
    if today and as_of <= today and as_of.isocalendar()[:2] == today.isocalendar()[:2]:
        return text(language, "goal.this_week", **figures)
    return text(language, "goal.earlier", on=spoken_date(as_of, language), **figures)


def spoken_date(on: date, language: str) -> str:
    """A day of a month as the language writes it, e.g. "9 November"."""
    month = text(language, "goal.months").split()[on.month - 1]
    return text(language, "goal.date", day=on.day, month=month)


def _read(as_of: str) -> date | None:
    try:
        return date.fromisoformat(as_of)
    except ValueError:
        return None
