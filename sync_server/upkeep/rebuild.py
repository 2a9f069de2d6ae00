"""Count all answers anew and compare: what every result is read from has to be what the answers add up to.

Both are read as of one instant, day by day, and mended by the difference: whatever arrives meanwhile adds to both.
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from typing import NamedTuple

from survey.opening_hours import QUARTER_MS
from survey.questions import Survey
from sync_server.errors import RebuildStopped
from sync_server.exchange.arrival import footfall_sums, is_footfall, rollup_keys
from sync_server.store import Snapshot, Store, places, upkeep
from sync_server.store.backup_file import Tell
from sync_server.store.places import LocationRow
from sync_server.store.rows import Place, RollupKey
from sync_server.store.settled import aside_keys
from sync_server.store.upkeep import WHOLE_DAY

MENDED_TOGETHER = 5_000
OPEN_DAYS = 2  # where clocks go back at midnight, a day goes on after the next one has begun

Day = tuple[str, Counter[RollupKey]]
Quarter = tuple[int, dict[RollupKey, int]]  # of an hour, and what it adds to


class Difference(NamedTuple):
    """A rollup as it is, and as it should be. A daily one has WHOLE_DAY as its hour."""

    key: RollupKey
    counted: int
    expected: int


def check(store: Store, tell: Tell) -> Iterator[Difference]:
    """Every rollup that is not what the answers add up to."""
    locations = places.locations(store)
    for done, location in enumerate(locations, 1):
        with store.snapshot() as snapshot:
            yield from differences(snapshot, location)
        tell(done, len(locations))


def rebuild(store: Store, tell: Tell) -> Iterator[Difference]:
    """The same, each one mended. Raises RebuildStopped where another rebuild has begun since."""
    turn = uuid.uuid4().hex
    with store.write() as transaction:
        upkeep.begin_chore(transaction, "rebuild", turn)
    found = check(store, tell)
    while some := list(islice(found, MENDED_TOGETHER)):
        with store.write() as transaction:
            if not upkeep.has_chore(transaction, "rebuild", turn):
                raise RebuildStopped("Another rebuild has begun meanwhile.", "Let that one end, then check again.")
            upkeep.mend_rollups(transaction, [(key, expected - counted) for key, counted, expected in some])
        yield from some


def differences(snapshot: Snapshot, location: LocationRow) -> Iterator[Difference]:
    """Of one location, by date."""
    sides = merge(
        ((date, sums, None) for date, sums in _expected(snapshot, location)),
        ((date, None, sums) for date, sums in _running(snapshot, location.location_id)),
        key=itemgetter(0),
    )
    for _, days in groupby(sides, key=itemgetter(0)):
        expected: Counter[RollupKey] = Counter()
        counted: Counter[RollupKey] = Counter()
        for _, right, running in days:
            expected.update(right)
            counted.update(running)
        for key in sorted(expected.keys() | counted.keys()):
            if expected[key] != counted[key]:
                yield Difference(key, counted[key], expected[key])


def _expected(snapshot: Snapshot, location: LocationRow) -> Iterator[Day]:
    """What the answers and the footfall of each day add up to."""
    days: dict[str, Counter[RollupKey]] = {}
    for _, sums in merge(_answers(snapshot, location), _footfall(snapshot, location), key=itemgetter(0)):
        for key, amount in sums.items():
            day = days.setdefault(key.local_date, Counter())
            day[key] += amount
            day[key._replace(local_hour=WHOLE_DAY)] += amount
        while len(days) > OPEN_DAYS:
            first = min(days)
            yield first, days.pop(first)
    yield from sorted(days.items(), key=itemgetter(0))


def _answers(snapshot: Snapshot, location: LocationRow) -> Iterator[Quarter]:
    surveys = upkeep.surveys(snapshot)
    for row in upkeep.counted_answers(snapshot, location.location_id, QUARTER_MS):
        place = Place(location.location_id, row.touchpoint_id, location.time_zone)
        question = _survey(surveys, row.survey).question(row.question_id)
        keys = rollup_keys(question, row.value, row.quarter, place)
        yield row.quarter, dict.fromkeys(aside_keys(keys) if row.is_aside else keys, row.answers)


def _footfall(snapshot: Snapshot, location: LocationRow) -> Iterator[Quarter]:
    for row in upkeep.counted_passages(snapshot, location.location_id):
        if is_footfall(row.passages):
            place = Place(location.location_id, row.touchpoint_id, location.time_zone)
            yield row.at // QUARTER_MS, footfall_sums(row.counter, row.passages, row.at, place)


def _running(snapshot: Snapshot, location_id: str) -> Iterator[Day]:
    rows = merge(
        upkeep.rollups(snapshot, location_id),
        upkeep.daily_rollups(snapshot, location_id),
        key=lambda row: row[0].local_date,
    )
    for date, day in groupby(rows, key=lambda row: row[0].local_date):
        yield date, Counter(dict(day))


def _survey(surveys: Mapping[str, Survey], label: str) -> Survey:
    if label not in surveys:
        raise RebuildStopped(f"There are answers to survey {label!r}, which is not in the store.", "Load it again.")
    return surveys[label]
