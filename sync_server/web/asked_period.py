"""The period that an address asks for, and those that one touch chooses.

A mistyped one leads to the same page, which says so beside its form.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from sync_server.results.periods import USUAL, Period, PeriodFaults, last_days, read_period
from sync_server.texts.say import Say


class Choice(NamedTuple):
    """first, last: as an address has them. is_asked: it is what the page shows."""

    words: str
    first: str
    last: str
    is_asked: bool


class AskedPeriod(NamedTuple):
    """first, last: as the form shows them. fault: a sentence for people; then the period is only the usual one."""

    period: Period
    first: str
    last: str
    choices: list[Choice]
    fault: str = ""

    @property
    def status_code(self) -> int:
        return 400 if self.fault else 200


def asked_period(
    say: Say, first: str, last: str, today: date, check: Callable[[Period], None] = lambda period: None
) -> AskedPeriod:
    """check: raises PeriodFaults for what the page cannot show."""
    try:
        period = read_period(first, last, today)
        check(period)
    except PeriodFaults as fault:
        usual = last_days(USUAL, today)
        said = say(f"period.{fault.kind}", **fault.values)
        choices = _choices(say, today, None)
        return AskedPeriod(usual, first or usual.dates[0], last or usual.dates[1], choices, said)
    return AskedPeriod(period, *period.dates, _choices(say, today, period))


def _choices(say: Say, today: date, asked: Period | None) -> list[Choice]:
    return [Choice(words, *period.dates, period == asked) for words, period in quick_periods(say, today)]


def quick_periods(say: Say, today: date) -> Iterator[tuple[str, Period]]:
    """Shorter ones first. The last month is one of the calendar."""
    yesterday, month_ended = today - timedelta(days=1), today.replace(day=1) - timedelta(days=1)
    yield say("period.yesterday"), Period(yesterday, yesterday)
    yield say("period.last_days", n=7), last_days(7, today)
    yield say("period.last_days", n=USUAL), last_days(USUAL, today)
    yield say("period.last_month"), Period(month_ended.replace(day=1), month_ended)
    yield say("period.last_days", n=90), last_days(90, today)
    yield say("period.this_year"), Period(today.replace(month=1, day=1), today)
