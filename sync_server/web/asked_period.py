"""The period that an address asks for. A mistyped one leads to the same page, which says so beside its form."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from sync_server.results.periods import USUAL, Period, PeriodFaults, last_days, read_period
from sync_server.texts.say import Say


class AskedPeriod(NamedTuple):
    """first, last: as the form shows them. fault: a sentence for people; then the period is only the usual one."""

    period: Period
    first: str
    last: str
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
        return AskedPeriod(
            usual, first or usual.dates[0], last or usual.dates[1], say(f"period.{fault.kind}", **fault.values)
        )
    return AskedPeriod(period, *period.dates)
