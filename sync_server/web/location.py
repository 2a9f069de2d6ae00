"""Trends: how it went at one location over any period, and whether it is better or worse than before."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from litestar.datastructures import State
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from survey.figures import Figure
from survey.opening_hours import local_date
from sync_server.charts.heat import heat
from sync_server.charts.interval import interval
from sync_server.charts.trend import trend
from sync_server.insight.days import Verdict
from sync_server.reports.words import changed
from sync_server.results.location import Trends, target_standing, trends
from sync_server.results.periods import Period
from sync_server.results.rates import Rate
from sync_server.store.places import LocationRow
from sync_server.texts import dates
from sync_server.texts.say import Say, in_words, say_in
from sync_server.web.asked_period import asked_period
from sync_server.web.navigation import LINKS
from sync_server.web.page import PersonRequest, VisibleLocation, page, page_at, visible_locations
from sync_server.web.pdf import PRINTED


@page_at("/location")
def first_location(request: PersonRequest, state: State) -> Redirect:
    for location in visible_locations(state.store, request.user):
        return Redirect(f"/location/{location.location_id}", status_code=303)
    return Redirect("/", status_code=303)


@page_at("/location/{location_id:str}", opt=PRINTED)
def show(
    request: PersonRequest,
    state: State,
    location: VisibleLocation,
    first: FromQuery[str] = "",
    last: FromQuery[str] = "",
) -> Template:
    say, today = say_in(request.user.language), local_date(state.clock(), location.time_zone)
    asked = asked_period(say, first, last, today)
    period = asked.period
    content: dict[str, Any] = {} if asked.fault else _found(request, state, location, period, today)
    return page(
        request,
        "location.html",
        status_code=asked.status_code,
        section="location",
        location=location,
        locations=visible_locations(state.store, request.user),
        asked_period=asked,
        period=period,
        period_address=lambda **dates_: f"/location/{quote(location.location_id, safe='')}?{urlencode(dates_)}",
        **{"found": None} | content,
    )


def _found(request: PersonRequest, state: State, location: LocationRow, period: Period, today: date) -> dict[str, Any]:
    say = say_in(request.user.language)
    found = trends(state.store, location, period, state.clock(), request.user.language)
    is_to_come = period.first > today
    return {
        "found": found,
        "span": {"first": dates.near(say, period.first, today), "last": dates.near(say, period.last, today)},
        "is_to_come": is_to_come,
        "sentences": [] if is_to_come else list(sentences(say, found)),
        "trend": trend(say, found.points, found.measure, found.target) if found.figure else None,
        "heat": heat(say, found.heat, found.measure) if found.heat and found.figure else None,
        "line": lambda figure: _line(say, figure, found),
        "rate_words": lambda rate: " ".join(rate_words(say, rate)),
        "short": lambda day: dates.short(say, day),
        "has_comments_page": any(link.section == "comments" for link in LINKS),
    }


def sentences(say: Say, found: Trends) -> Iterator[str]:
    """What is said under the finding: how much it rests on, then how it compares."""
    if not found.path:
        yield say("location.no_touchpoints")
    elif not found.answers:
        yield say("location.none_help")
    if found.figure:
        yield say("location.answers", n=found.answers)
        if found.figure.standing == "preliminary":
            yield say("location.preliminary")
        if found.change:
            yield changed(say, found.measure, found.change, found.change.standing)
        if found.target is not None:
            yield say(f"location.{target_standing(found.figure, found.target)}", target=found.target)
        if found.slide.verdict in (Verdict.WORSE, Verdict.BETTER):
            last = dates.with_year(say, found.points[-1].period.last)
            yield say(f"location.slide_{found.slide.verdict}", last=last)
    if found.late:
        yield say("location.late", n=found.late)


def rate_words(say: Say, rate: Rate) -> Iterator[str]:
    """How many came by and answered, and how much of the time nobody counted."""
    words = {"came": rate.came, "answered": rate.answered}
    if rate.figure:
        yield say("location.response", **words, **in_words(rate.figure))
    else:
        yield say("location.response_odd" if rate.answered > rate.came else "location.response_few", **words)
    if rate.silent:
        yield say("location.counter_silent", n=rate.silent)


def _line(say: Say, figure: Figure, found: Trends) -> str:
    label = say("trend.tip", **in_words(figure))
    return interval(figure, label=label, worst=-100 if found.measure == "nps" else 0, target=found.target)
