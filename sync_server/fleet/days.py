"""Per terminal and local day: pressed = stored = sent = counted, with every gap named.

pressed and stored are what the terminal tells; sent is what came here, and counted what of it counts in this place.
What two journals tell of, after a fork, stands in the four numbers of the one in which it counts, and beside the other.
Days go by the terminal's own clock, on both sides: an answer never changes its day.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from survey.opening_hours import told_date
from sync_server.command import counted
from sync_server.fleet.terminals import journal_name
from sync_server.store import Store, amiss
from sync_server.store.amiss import DayCounts, JournalRow, MissingRow


class Gap(StrEnum):
    """Between which of the four, and why."""

    NOT_STORED = "not_stored"  # pressed, and not durable on the terminal
    WAITING = "waiting"  # stored there, not sent yet
    LEFT = "left"  # the same in a journal that was closed: it comes if the terminal still has it
    MISSING = "missing"  # not sent, and no one holds it any more
    ACCEPTED = "accepted"  # the same, and a person has accepted the loss
    TOO_MANY = "too_many"  # came here, and is more than the terminal stored
    NOT_TOLD = "not_told"  # came on a day of which the terminal tells nothing: its version did not, yet
    QUARANTINED = "quarantined"  # sent, and does not count until IT releases it
    REPEATED = "repeated"  # had come before in another journal, and counts there
    CARRIED = "carried"  # did not come itself: it came carried over into another journal, and counts there


SETTLED = frozenset({Gap.WAITING, Gap.LEFT, Gap.ACCEPTED, Gap.NOT_TOLD, Gap.REPEATED, Gap.CARRIED})
"""Mends itself, or nothing is left to do."""


class Day(msgspec.Struct, frozen=True):
    """gaps: answers by kind, in the order of Gap; empty where every answer counts in the journal that tells of it."""

    local_date: str
    pressed: int
    stored: int
    sent: int
    counted: int
    gaps: dict[Gap, int]

    @property
    def is_equal(self) -> bool:
        return self.pressed == self.stored == self.sent == self.counted

    @property
    def needs_look(self) -> bool:
        return not SETTLED.issuperset(self.gaps)


def days_of(store: Store, journals: Sequence[JournalRow], lost: Sequence[MissingRow]) -> list[Day]:
    """Over all journals of a terminal, the one in use at their end; newest day first. lost: also of others."""
    by_date: dict[str, list[Day]] = defaultdict(list)
    for journal in journals:
        counts = amiss.days(store, journal.location_id, journal.journal_id)
        ranges = [row for row in lost if row[:2] == journal[:2]]
        carried = _carried(store, journal, counts)
        for day in journal_days(counts, ranges, carried, in_use=journal is journals[-1]):
            by_date[day.local_date].append(day)
    return [_together(local_date, by_date[local_date]) for local_date in sorted(by_date, reverse=True)]


def _carried(store: Store, journal: JournalRow, counts: Sequence[DayCounts]) -> Mapping[str, int]:
    """Local date -> answers that the terminal told of, and that came in other journals alone.

    Where two clones went different ways, the journal holds answers of the one in place of some that the other told of.
    """
    if not journal.carried or not any(day.stored > day.received for day in counts):
        return {}
    key = (journal.location_id, journal.journal_id)
    came = amiss.carried_answers(store, *key)
    if not came:
        return {}
    in_place = amiss.answers_from(store, *key, came[0][0], most=len(came))
    time_zone = amiss.place_of(store, *key).time_zone
    return _spread(len(came) - in_place, Counter(told_date(at, 0, time_zone) for _, at in came), counts)


def _spread(answers: int, given: Mapping[str, int], counts: Sequence[DayCounts]) -> Counter[str]:
    """So many answers over the days of which some did not come: first when they were given, then the newest.

    given: by local date. The terminal told another date where its clock was wrong; that one is estimated here.
    """
    lacks = {day.local_date: max(0, day.stored - day.received) for day in reversed(counts)}
    found: Counter[str] = Counter()
    for wanted in (given, lacks):
        for local_date, lack in lacks.items():
            part = min(lack - found[local_date], wanted.get(local_date, 0), answers - found.total())
            found[local_date] += max(0, part)
    return found


def journal_days(
    counts: Sequence[DayCounts], lost: Sequence[MissingRow], carried: Mapping[str, int], *, in_use: bool
) -> list[Day]:
    """The days of one journal. counts: oldest first. carried: by local date, at most as many as did not come.

    Which of the answers that did not come are lost is known by seq alone: a journal is sent in its own order, so they
    are the oldest ones, and what comes after the newest day from which anything came is waiting.
    """
    left = [
        (row.last_seq - row.first_seq + 1, Gap.MISSING if row.accepted_at is None else Gap.ACCEPTED) for row in lost
    ]
    newest = max((day.local_date for day in counts if day.received), default="")
    days = []
    for day in counts:
        away = carried.get(day.local_date, 0)
        gaps = {Gap.NOT_STORED: day.pressed - day.stored, Gap.REPEATED: day.repeated, Gap.CARRIED: away}
        lack = day.stored - day.received - away
        if day.local_date <= newest:
            taken, left = _take(left, lack)
            gaps |= taken
            lack -= taken.total()
        gaps |= {Gap.WAITING if in_use else Gap.LEFT: lack, Gap.QUARANTINED: day.quarantined}
        gaps |= {Gap.TOO_MANY if day.stored else Gap.NOT_TOLD: day.received - day.stored}
        days.append(_day(day, away, _named(gaps)))
    return days


def _day(day: DayCounts, away: int, gaps: dict[Gap, int]) -> Day:
    """away: told here and carried over. What counts in another journal is told by that one, too: not twice."""
    elsewhere, sent = day.repeated + away, day.received - day.repeated
    told = (max(0, day.pressed - elsewhere), max(0, day.stored - elsewhere))
    return Day(day.local_date, *told, sent, sent - day.quarantined, gaps)


def disagreements(store: Store, journals: Iterable[JournalRow]) -> list[str]:
    """Where the rows that the store holds, counted anew, are not what the tallies say; in words."""
    found = []
    for journal in journals:
        key, name = journal[:2], journal_name(journal.journal_id)
        tallied = sum(day.received - day.quarantined - day.repeated for day in amiss.days(store, *key))
        kept, held = amiss.answers_held(store, *key), amiss.rows_held(store, *key)
        if held != journal.answers:
            found.append(f"journal {name}: {counted(journal.answers, 'answer')} received, {held} held")
        elif tallied > kept:
            found.append(f"journal {name}: {counted(tallied, 'answer')} in its days, {kept} held")
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
