"""Per terminal and local day: pressed = stored = sent = counted, with every gap named.

pressed and stored are what the terminal tells; sent is what came here, and counted what of it counts in this place.
Days go by the terminal's own clock, on both sides: an answer never changes its day.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from sync_server.fleet.terminals import journal_name
from sync_server.store import Store, amiss
from sync_server.store.amiss import DayCounts, JournalRow, MissingRow


class Gap(StrEnum):
    """Between which of the four, and why."""

    NOT_STORED = "not_stored"  # pressed, and not durable on the terminal
    WAITING = "waiting"  # stored there, not sent yet
    MISSING = "missing"  # not sent, and no one holds it any more
    ACCEPTED = "accepted"  # the same, and a person has accepted the loss
    TOO_MANY = "too_many"  # came here, and is more than the terminal stored
    NOT_TOLD = "not_told"  # came on a day of which the terminal tells nothing: its version did not, yet
    QUARANTINED = "quarantined"  # sent, and does not count until IT releases it
    REPEATED = "repeated"  # had come before in another journal, and counts there


SETTLED = frozenset({Gap.WAITING, Gap.ACCEPTED, Gap.NOT_TOLD, Gap.REPEATED})  # mends itself, or nothing is left to do


class Day(msgspec.Struct, frozen=True):
    """gaps: answers by kind, in the order of Gap; empty where all four are equal."""

    local_date: str
    pressed: int
    stored: int
    sent: int
    counted: int
    gaps: dict[Gap, int]

    @property
    def needs_look(self) -> bool:
        return not SETTLED.issuperset(self.gaps)


def days_of(store: Store, journals: Iterable[JournalRow], lost: Sequence[MissingRow]) -> list[Day]:
    """Over all journals of a terminal, newest day first. lost: missing ranges, also of others."""
    by_date: dict[str, list[Day]] = defaultdict(list)
    for journal in journals:
        ranges = [row for row in lost if row[:2] == journal[:2]]
        for day in journal_days(amiss.days(store, journal.location_id, journal.journal_id), ranges):
            by_date[day.local_date].append(day)
    return [_together(local_date, by_date[local_date]) for local_date in sorted(by_date, reverse=True)]


def journal_days(counts: Sequence[DayCounts], lost: Sequence[MissingRow]) -> list[Day]:
    """The days of one journal. counts: oldest first.

    Which of the answers that did not come are lost is known by seq alone: a journal is sent in its own order, so they
    are the oldest ones, and what comes after the newest day from which anything came is waiting.
    """
    left = [
        (row.last_seq - row.first_seq + 1, Gap.MISSING if row.accepted_at is None else Gap.ACCEPTED) for row in lost
    ]
    newest = max((day.local_date for day in counts if day.received), default="")
    days = []
    for day in counts:
        gaps = {Gap.NOT_STORED: day.pressed - day.stored}
        lack = day.stored - day.received
        if day.local_date <= newest:
            taken, left = _take(left, lack)
            gaps |= taken
            lack -= taken.total()
        gaps |= {Gap.WAITING: lack, Gap.TOO_MANY if day.stored else Gap.NOT_TOLD: day.received - day.stored}
        gaps |= {Gap.QUARANTINED: day.quarantined, Gap.REPEATED: day.repeated}
        counted = day.received - day.quarantined - day.repeated
        days.append(Day(day.local_date, day.pressed, day.stored, day.received, counted, _named(gaps)))
    return days


def disagreements(store: Store, journals: Iterable[JournalRow]) -> list[str]:
    """Where the rows that the store holds, counted anew, are not what the tallies say; in words."""
    found = []
    for journal in journals:
        key, name = journal[:2], journal_name(journal.journal_id)
        tallied = sum(day.received - day.quarantined - day.repeated for day in amiss.days(store, *key))
        counted, held = amiss.answers_held(store, *key), amiss.rows_held(store, *key)
        if held != journal.answers:
            found.append(f"journal {name}: {journal.answers} answers were received, {held} are held")
        elif tallied > counted:
            found.append(f"journal {name}: its days add up to {tallied} answers, {counted} are held")
    return found


def _take(left: list[tuple[int, Gap]], lack: int) -> tuple[Counter[Gap], list[tuple[int, Gap]]]:
    """As many of the lost entries as answers lack, and what is left of them."""
    taken: Counter[Gap] = Counter()
    rest = []
    for entries, gap in left:
        part = max(0, min(entries, lack - taken.total()))
        taken[gap] += part
        rest.append((entries - part, gap))
    return taken, rest


def _named(gaps: dict[Gap, int]) -> dict[Gap, int]:
    return {gap: gaps[gap] for gap in Gap if gaps.get(gap, 0) > 0}


def _together(local_date: str, days: Sequence[Day]) -> Day:
    gaps: Counter[Gap] = Counter()
    for day in days:
        gaps.update(day.gaps)
    return Day(
        local_date,
        pressed=sum(day.pressed for day in days),
        stored=sum(day.stored for day in days),
        sent=sum(day.sent for day in days),
        counted=sum(day.counted for day in days),
        gaps=_named(gaps),
    )
