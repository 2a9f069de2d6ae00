"""From one local date to another: what the pages, reports and exports of more than a day are about. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import msgspec

from survey.opening_hours import zone
from sync_server.errors import ServerError

MOST_YEARS = 3
MOST_DAYS = MOST_YEARS * 366
USUAL = 28  # days, where nothing is asked for: each weekday four times


class PeriodFaults(ServerError, ValueError):
    """A period that cannot be. kind, values: what is wrong, for who says it in another language."""

    code = "period.faults"
    status = 400

    def __init__(self, kind: str, message: str, hint: str, **values: object) -> None:
        super().__init__(message, hint)
        self.kind, self.values = kind, values


class Period(msgspec.Struct, frozen=True, order=True):
    """Both of its days are included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """As long, and just before it."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @property
    def dates(self) -> tuple[str, str]:
        """As queries ask for them."""
        return self.first.isoformat(), self.last.isoformat()

    def span_ms(self, time_zone: str) -> tuple[int, int]:
        """From its first midnight at a location to the one after its last day (UTC, epoch ms)."""
        after = self.last + timedelta(days=1)
        return day_began_ms(self.first.isoformat(), time_zone), day_began_ms(after.isoformat(), time_zone)

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(self.days))


def day_began_ms(local_date: str, time_zone: str) -> int:
    """Midnight at the location (UTC, epoch ms)."""
    midnight = datetime.combine(date.fromisoformat(local_date), time.min, tzinfo=zone(time_zone))
    return int(midnight.timestamp() * 1000)


def last_days(days: int, today: date) -> Period:
    """Up to today, today included."""
    return Period(today - timedelta(days=days - 1), today)


def read_period(first: str, last: str, today: date, *, usual: int = USUAL) -> Period:
    """What an address asks for, as 2026-11-01 and 2026-11-30; `last` is today, `first` so many days earlier, if empty.

    Raises PeriodFaults, which says what to do.
    """
    end = read_day(last) if last else today
    begin = read_day(first) if first else end - timedelta(days=usual - 1)
    if end < begin:
        what = f"The period from {begin} to {end} ends before it begins."
        raise PeriodFaults("backwards", what, "Exchange its two dates.")
    if end - begin >= timedelta(days=MOST_DAYS):
        what = f"From {begin} to {end} is too long."
        raise PeriodFaults("too_long", what, f"Choose at most {MOST_YEARS} years.", most=MOST_YEARS)
    return Period(begin, end)


def read_day(text: str) -> date:
    """As 2026-11-30. Raises PeriodFaults, which says what to do."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        hint = "Write it as year, month and day, like 2026-11-30."
        raise PeriodFaults("no_date", f"{text!r} is no date.", hint, text=text) from error
    try:
        found - timedelta(days=2 * MOST_DAYS), found + timedelta(days=MOST_DAYS)
    except OverflowError as error:
        what = f"{found} is too far away."
        raise PeriodFaults("too_far", what, "Choose a day nearer to today.", day=found) from error
    return found
