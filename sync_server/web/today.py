"""Today: how is the day at one location, and how sure is that. It changes by itself as answers come.

A day gone by stands on the same page, with ?day=2026-11-20, and changes no more.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from litestar import get
from litestar.datastructures import State
from litestar.params import FromQuery
from litestar.response import Redirect, Stream, Template

from survey.opening_hours import QUARTER_MS, local_hour
from sync_server.alerts import open_alerts, words
from sync_server.charts.faces import faces
from sync_server.charts.hours import hours
from sync_server.charts.interval import interval
from sync_server.charts.weekdays import weekdays
from sync_server.results import today as results
from sync_server.results.periods import read_day
from sync_server.results.silence import silent
from sync_server.results.today import Today
from sync_server.store.places import LocationRow
from sync_server.texts import dates
from sync_server.texts.say import Say, in_words, say_in
from sync_server.web import today_words
from sync_server.web.page import PersonRequest, VisibleLocation, nothing_to_see, page, page_at, visible_locations
from sync_server.web.pdf import PRINTED
from sync_server.web.reports import is_to_be_asked

ALIVE_EVERY_S = 15.0  # a page that hears nothing for longer says that it is not live
CHANGED = b"event: changed\ndata:\n\n"
ALIVE = b"event: alive\ndata:\n\n"


@page_at("/")
def first_location(request: PersonRequest, state: State) -> Redirect | Template:
    for location in visible_locations(state.store, request.user):
        return Redirect(f"/today/{location.location_id}", status_code=303)
    if request.user.runs_fleet:
        return Redirect("/start", status_code=303)
    return nothing_to_see(request)


@page_at("/today/{location_id:str}", opt=PRINTED)
def show(request: PersonRequest, state: State, location: VisibleLocation, day: FromQuery[str] = "") -> Template:
    return _today(request, state, location, "today.html", read_day(day) if day else None)


@page_at("/today/{location_id:str}/main")
def part(request: PersonRequest, state: State, location: VisibleLocation) -> Template:
    """What stands within <main>, for the page that changes by itself."""
    return _today(request, state, location, "today_main.html")


@get("/today/{location_id:str}/changes", include_in_schema=False)
async def changes(state: State, location: VisibleLocation) -> Stream:
    """Server-sent events."""
    return Stream(changes_at(state, location), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _today(
    request: PersonRequest, state: State, location: LocationRow, template: str, day: date | None = None
) -> Template:
    today = results.today(state.store, location, state.clock(), request.user.language, day)
    say = say_in(request.user.language)
    return page(
        request,
        template,
        section="today",
        location=location,
        locations=visible_locations(state.store, request.user),
        today=today,
        finding=today_words.finding(say, today),
        sentences=today_words.sentences(say, today),
        details=today_words.details(say, today),
        days=_days(say, today),
        alerts=[] if today.is_over else _alerts(say, state, location),
        asks_for_reports=is_to_be_asked(state, request.user),
        **_drawn(say, today),
        beside=[_beside(say, touchpoint, today, location) for touchpoint in today.touchpoints],
    )


def _drawn(say: Say, today: Today) -> dict[str, Any]:
    of_face = today_words.face_words(say, today)
    return {
        "words": of_face,
        "among": weekdays(say, today, name=say("today.that_day" if today.is_over else "today.so_far")),
        "by_hour": hours(say, today.hours, today.measure),
        "chosen": faces(say, today.faces, words=of_face),
        "line": lambda figure: interval(
            figure,
            label=say("charts.from_to", **in_words(figure)),
            worst=-100 if today.measure == "nps" else 0,
            target=today.target,
        ),
    }


def _alerts(say: Say, state: State, location: LocationRow) -> list[tuple[str, str, str]]:
    """What is open here: where it is handled, the finding, and who looks at it, if anybody."""
    return [
        (
            f"/alerts?location={quote(location.location_id)}#{found.row.alert_id}",
            words.finding(say, found.facts, location.time_zone),
            say("today.looked_at", who=found.row.acknowledged_by) if found.row.acknowledged_at else "",
        )
        for found in open_alerts(state.store, [location.location_id])
    ]


def _beside(
    say: Say, touchpoint: results.TouchpointToday, today: Today, location: LocationRow
) -> tuple[list[str], str]:
    """Under a touchpoint: who is silent there, and how many of those who came by answered."""
    silents = [today_words.silent_words(say, found, today, location.time_zone) for found in touchpoint.silent]
    return silents, " ".join(today_words.response_words(say, touchpoint.response)) if touchpoint.response else ""


def _days(say: Say, today: Today) -> dict[str, tuple[str, str]]:
    """The day itself, the one before and the one after it: address and name."""
    on, path = date.fromisoformat(today.local_date), f"/today/{today.location_id}"
    found = {"before": (f"{path}?day={on - timedelta(days=1)}", dates.short(say, on - timedelta(days=1)))}
    if today.is_over:
        found["after"] = (f"{path}?day={on + timedelta(days=1)}", dates.short(say, on + timedelta(days=1)))
    return found | {"itself": (path, dates.full(say, on))}


async def changes_at(state: State, location: LocationRow) -> AsyncIterator[bytes]:
    """`changed` when answers came, an hour began, a terminal fell silent, or an alert; `alive` in between."""
    known = await asyncio.to_thread(moving, state, location)
    async with aclosing(state.changes.listen(location.location_id)) as told:
        next_told = asyncio.ensure_future(anext(told))
        try:
            yield CHANGED  # what came between the page and this
            while True:
                done, _ = await asyncio.wait([next_told], timeout=ALIVE_EVERY_S)
                if done:
                    next_told = asyncio.ensure_future(anext(told))
                before, known = known, await asyncio.to_thread(moving, state, location)
                yield CHANGED if done or known != before else ALIVE
        finally:
            next_told.cancel()
            await asyncio.wait([next_told])


def moving(state: State, location: LocationRow) -> object:
    """What changes on the page without an answer."""
    now = state.clock()
    alerts = [found.row for found in open_alerts(state.store, [location.location_id])]
    return local_hour(now // QUARTER_MS, location.time_zone), silent(state.store, location, now), alerts
