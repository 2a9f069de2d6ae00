"""How many of those who came by answered, where a people counter tells (docs/figures.md, "Response rate").

Hours are compared that are over, and of which the counter told every quarter in which the location was open.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from survey import figures
from survey.figures import Figure
from survey.opening_hours import QUARTER_MS, local_hour
from survey.schedule import local_time
from sync_server.results.shared import of_hundred
from sync_server.store.places import LocationRow
from sync_server.store.results import Count
from sync_server.store.rows import COUNT, PASSAGES, QUARTERS

COMES_WITHIN_MS = 10 * 60_000  # what was counted in a quarter comes with one of the next exchanges

Span = tuple[int, int]


class Response(msgspec.Struct, frozen=True):
    """came: passages until that hour; answered: answers to the shared question.

    figure: the share in percent, None where too few came, or more answered than came by. silent: hours, from and up to,
    of which the counter told too little; they are left out of both.
    """

    came: int
    answered: int
    until: int
    figure: Figure | None
    silent: list[Span]


def response(counts: Sequence[Count], answers: Iterable[Count], open_quarters: Mapping[int, int]) -> Response | None:
    """Of one touchpoint. counts: all of its rollups of the day; answers: those that count. None without a counter.

    open_quarters: by hour, of the hours that are over.
    """
    came, told = _passages(counts)
    if not told:
        return None
    answered: Counter[int] = Counter()
    for count in answers:
        answered[count.hour] += count.answers
    until = max(open_quarters, default=-1) + 1
    hours = range(min(*told, *answered, until), until)
    silent = [hour for hour in hours if told.get(hour, 0) < open_quarters.get(hour, 0)]
    heard = [hour for hour in hours if hour not in silent]
    all_came, all_answered = (sum(of[hour] for hour in heard) for of in (came, answered))
    return Response(all_came, all_answered, until, rate(all_answered, all_came), _spans(silent))


def quarters_over(location: LocationRow, began_ms: int, now_ms: int) -> dict[int, int]:
    """Hour -> quarters in which the location was open from begin to end, of the day's hours that are over."""
    until = (now_ms - COMES_WITHIN_MS) // QUARTER_MS
    today, _ = local_hour(began_ms // QUARTER_MS, location.time_zone)
    running = local_hour(until, location.time_zone)
    found: Counter[int] = Counter()
    for quarter in range(began_ms // QUARTER_MS, until):
        date, hour = local_hour(quarter, location.time_zone)
        if date == today and (date, hour) != running:
            found[hour] += _is_open(location, quarter * QUARTER_MS) and _is_open(location, (quarter + 1) * QUARTER_MS)
    return dict(found)


def _passages(counts: Iterable[Count]) -> tuple[Counter[int], dict[int, int]]:
    """By hour: who came by, and of how many quarters all of the touchpoint's counters told."""
    came: Counter[int] = Counter()
    quarters: dict[str, dict[int, int]] = defaultdict(dict)
    for count in counts:
        if count.question_id.startswith(COUNT) and count.value == PASSAGES:
            came[count.hour] += count.answers
        elif count.question_id.startswith(COUNT) and count.value == QUARTERS:
            quarters[count.question_id][count.hour] = count.answers
    hours = {hour for told in quarters.values() for hour in told}
    return came, {hour: min(told.get(hour, 0) for told in quarters.values()) for hour in hours}


def rate(answered: int, came: int) -> Figure | None:
    """The share in percent; None where too few came, or more answered than came by."""
    if came < figures.SHOW_FROM or answered > came:
        return None
    return of_hundred(figures.share(answered, came))


def _is_open(location: LocationRow, at_ms: int) -> bool:
    hours = location.opening_hours
    return hours is None or hours.is_open(local_time(at_ms, location.time_zone))


def _spans(hours: Sequence[int]) -> list[Span]:
    """Hours in a row together, e.g. 11, 12 -> (11, 13)."""
    spans: list[Span] = []
    for hour in hours:
        begin = spans.pop()[0] if spans and spans[-1][1] == hour else hour
        spans.append((begin, hour + 1))
    return spans
