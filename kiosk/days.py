"""The days that go with each request: how many answers of each date were pressed and stored (docs/exchange.md)."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from kiosk.drafts import Draft
from kiosk.journal import Records
from survey.entries import MOST
from survey.exchange import MAX_DAYS, Day
from survey.opening_hours import told_date

MOST_CHANGED = MAX_DAYS // 2

NONE: Mapping[str, int] = MappingProxyType({})
Unkept = Sequence[tuple[Draft, int]]  # each with its clock_ms


class Telling(NamedTuple):
    """up_to: the entry at which a batch has to end where not all days fit, None where they do."""

    days: list[Day]
    up_to: int | None


def days_to_tell(records: Records, after_seq: int, unkept: Mapping[str, int] = NONE) -> Telling:
    """The dates with entries after this one, the newest, and those of `unkept`, pressed but not stored so far.

    They go along with those entries: told ahead of them by a copied card, some would be waited for that never come.
    """
    changed = sorted(unkept)[-MOST_CHANGED:]
    found = records.days_after(after_seq, MAX_DAYS)
    fitting = found[: MAX_DAYS - len(changed)]
    days = {day.local_date: day for day in [*fitting, *map(records.day, changed)]}
    up_to = fitting[-1].last_seq if len(fitting) == MAX_DAYS - len(changed) else None
    return Telling([Day(name, day.pressed + unkept.get(name, 0), day.stored) for name, day in days.items()], up_to)


class Unsettled:
    """What can't be kept yet counts as pressed on its date; once that changes the date is told anew.

    Also where no reply came, for the server may know it; and the newest date, once, by whoever runs after a power cut.
    """

    def __init__(self, unkept: Callable[[], Unkept]) -> None:
        self._unkept = unkept
        self._may_be_known: set[str] | None = None
        self._being_told: Counter[str] = Counter()

    def telling(self, records: Records, after_seq: int) -> Telling:
        """What is kept while the days are read would count twice: then it waits for the next telling."""
        newest = records.newest()
        unkept = self._dates(records)
        telling = days_to_tell(records, after_seq, unkept)
        if records.newest() == newest:
            return telling
        return days_to_tell(records, after_seq, dict.fromkeys(unkept, 0))

    def _dates(self, records: Records) -> Mapping[str, int]:
        """Answers by date, 0 where they may have been told before and are settled now."""
        answers = [(clock_ms, draft.uptime_ms) for draft, clock_ms in self._unkept() if draft.kind == "answer"]
        time_zone = records.time_zone() if answers else ""
        self._being_told = Counter(told_date(clock_ms, uptime_ms, time_zone) for clock_ms, uptime_ms in answers)
        if self._may_be_known is None:
            self._may_be_known = {day.local_date for day in records.days_after(MOST, 1)}
        before = sorted(self._may_be_known)
        self._may_be_known |= self._being_told.keys()
        return dict.fromkeys(before, 0) | self._being_told

    def were_told(self) -> None:
        self._may_be_known = set(self._being_told)
