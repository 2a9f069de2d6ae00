"""Passages of a people counter, gathered by the quarter hours of the location's clock into one entry each. Pure.

A quarter without passages is an entry too if the location was open when it began and the counter was plugged in all
the time: that nobody came is news, that nobody counted is another. What was counted in a quarter that the power cut
short is lost.
"""

from collections.abc import Callable, Mapping

import msgspec

from kiosk.clock import Moment
from kiosk.drafts import Draft
from survey.opening_hours import QUARTER_MS  # the offsets of time zones are multiples of it


class Quarter(msgspec.Struct, frozen=True):
    """One counter's quarter hour under way. number: counted since the epoch. begun_ms: time since boot.

    is_whole: the counter was plugged in when it began, and is still.
    """

    number: int
    begun_ms: int
    passages: int = 0
    is_plugged: bool = True
    is_whole: bool = False


Footfall = Mapping[str, Quarter]  # by the name of the counter
Step = tuple[Footfall, list[Draft]]
WasOpen = Callable[[int], bool]  # the location, at this time (UTC, epoch ms)


def passed(footfall: Footfall, *, counter: str, passages: int, now: Moment, was_open: WasOpen) -> Step:
    footfall, drafts = tick(footfall, now=now, was_open=was_open)
    quarter = footfall.get(counter) or _begun(now)
    counted = msgspec.structs.replace(quarter, passages=quarter.passages + passages)
    return {**footfall, counter: counted}, drafts


def plug(footfall: Footfall, *, counter: str, is_plugged: bool, now: Moment, was_open: WasOpen) -> Step:
    footfall, drafts = tick(footfall, now=now, was_open=was_open)
    quarter = footfall.get(counter) or _begun(now)
    plugged = msgspec.structs.replace(quarter, is_plugged=is_plugged, is_whole=quarter.is_whole and is_plugged)
    return {**footfall, counter: plugged}, drafts


def tick(footfall: Footfall, *, now: Moment, was_open: WasOpen) -> Step:
    """What quarters are over becomes entries, each at the time at which it began."""
    over = {name: quarter for name, quarter in footfall.items() if quarter.number != now.wall_ms // QUARTER_MS}
    drafts = [_draft(name, quarter) for name, quarter in over.items() if _is_news(quarter, was_open)]
    return {**footfall, **{name: _next(quarter, now) for name, quarter in over.items()}}, drafts


def rest(footfall: Footfall) -> list[Draft]:
    """At the end of the program: what was counted of quarters that are not over; they may get more entries."""
    return [_draft(name, quarter) for name, quarter in footfall.items() if quarter.passages]


def until_ms(footfall: Footfall, now: Moment) -> int | None:
    """When, since boot, the quarter is over; None where nobody counts."""
    return now.uptime_ms + QUARTER_MS - now.wall_ms % QUARTER_MS if footfall else None


def _is_news(quarter: Quarter, was_open: WasOpen) -> bool:
    return bool(quarter.passages) or (quarter.is_whole and was_open(quarter.number * QUARTER_MS))


def _draft(counter: str, quarter: Quarter) -> Draft:
    return Draft("count", counter, quarter.passages, quarter.begun_ms)


def _begun(now: Moment) -> Quarter:
    return Quarter(now.wall_ms // QUARTER_MS, now.uptime_ms)


def _next(quarter: Quarter, now: Moment) -> Quarter:
    is_next = quarter.number + 1 == now.wall_ms // QUARTER_MS
    return Quarter(
        now.wall_ms // QUARTER_MS, now.uptime_ms, is_plugged=quarter.is_plugged, is_whole=quarter.is_plugged and is_next
    )
