"""Today: how is the day at one location, and how sure is that. It changes by itself as answers come."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Literal

from litestar import get
from litestar.datastructures import State
from litestar.response import Redirect, Stream, Template

from survey.figures import Figure
from survey.opening_hours import QUARTER_MS, local_hour
from sync_server.results import today as results
from sync_server.results.response import Response
from sync_server.results.today import Today
from sync_server.store.places import LocationRow
from sync_server.web import charts
from sync_server.web.page import PersonRequest, VisibleLocation, page, visible_locations
from sync_server.web.pdf import PRINTED
from sync_server.web.texts import Say, in_words, say_in

ALIVE_EVERY_S = 15.0  # a page that hears nothing for longer says that it is not live
CHANGED = b"event: changed\ndata:\n\n"
ALIVE = b"event: alive\ndata:\n\n"


@get("/", include_in_schema=False, sync_to_thread=True)
def first_location(request: PersonRequest, state: State) -> Redirect | Template:
    for location in visible_locations(state.store, request.user):
        return Redirect(f"/today/{location.location_id}", status_code=303)
    if request.user.runs_fleet:
        return Redirect("/fleet", status_code=303)
    return page(request, "error.html", key="error.no_places", detail="")


@get("/today/{location_id:str}", include_in_schema=False, sync_to_thread=True, opt=PRINTED)
def show(request: PersonRequest, state: State, location: VisibleLocation) -> Template:
    return _today(request, state, location, "today.html")


@get("/today/{location_id:str}/main", include_in_schema=False, sync_to_thread=True)
def part(request: PersonRequest, state: State, location: VisibleLocation) -> Template:
    """What stands within <main>, for the page that changes by itself."""
    return _today(request, state, location, "today_main.html")


@get("/today/{location_id:str}/changes", include_in_schema=False)
async def changes(state: State, location: VisibleLocation) -> Stream:
    """Server-sent events."""
    return Stream(_changes(state, location), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def target_standing(figure: Figure, target: int) -> Literal["target_reached", "target_close", "target_not_yet"]:
    """Only what the interval allows to be said."""
    if figure.low >= target:
        return "target_reached"
    return "target_not_yet" if figure.high < target else "target_close"


def sentences(say: Say, today: Today) -> list[str]:
    """What is said under the finding: how much it rests on, then how it compares."""
    said = []
    if not today.answers:
        said.append(say("today.none_help" if today.touchpoints else "today.no_touchpoints"))
        said.append(say("today.last_date", date=today.last_date) if today.last_date else say("today.never"))
    elif today.figure:
        said.append(say("today.answers", n=today.answers))
        if today.figure.standing == "preliminary":
            said.append(say("today.preliminary"))
        if today.target is not None and today.measure == "satisfied":
            said.append(say(f"today.{target_standing(today.figure, today.target)}", target=today.target))
    if today.index:
        said.append(say("today.index", **in_words(today.index)))
    if today.set_aside:
        said.append(say("today.set_aside", n=today.set_aside))
    if today.last_answer:
        said.append(say("today.last_answer", time=today.last_answer))
    return said


def response_words(say: Say, response: Response) -> list[str]:
    """How many came by and answered, and when nobody counted."""
    said = []
    words = {"came": response.came, "answered": response.answered, "until": response.until}
    if response.figure:
        said.append(say("today.response", **words, **in_words(response.figure)))
    elif response.answered > response.came:
        said.append(say("today.response_odd", **words))
    elif response.came:
        said.append(say("today.response_few", **words))
    if response.silent:
        hours = ", ".join(f"{begin}–{end}" for begin, end in response.silent)
        said.append(say("today.counter_silent", hours=hours))
    return said


def staff_words(say: Say, today: Today) -> str:
    """Nothing where staff said nothing."""
    staff = today.staff
    if staff.figure:
        return say(f"today.staff_{today.measure}", n=staff.answers, **in_words(staff.figure))
    return say("today.staff_few", n=staff.answers) if staff.answers else ""


def _today(request: PersonRequest, state: State, location: LocationRow, template: str) -> Template:
    today = results.today(state.store, location, state.clock(), request.user.language)
    say = say_in(request.user.language)
    return page(
        request,
        template,
        section="today",
        location=location,
        locations=visible_locations(state.store, request.user),
        today=today,
        sentences=sentences(say, today),
        responses=[response_words(say, point.response) if point.response else [] for point in today.touchpoints],
        staff=staff_words(say, today),
        bars=charts.hour_bars(today.hours),
        stack=charts.stack(today.faces),
        whiskers=[
            charts.whisker(touchpoint.figure, worst=-100 if today.measure == "nps" else 0)
            if touchpoint.figure
            else None
            for touchpoint in today.touchpoints
        ],
    )


async def _changes(state: State, location: LocationRow) -> AsyncIterator[bytes]:
    """`changed` when answers came or a new hour began at the location, `alive` in between."""
    hour = _hour(state, location)
    async with aclosing(state.changes.listen(location.location_id)) as told:
        next_told = asyncio.ensure_future(anext(told))
        try:
            yield CHANGED  # what came between the page and this
            while True:
                done, _ = await asyncio.wait([next_told], timeout=ALIVE_EVERY_S)
                if done:
                    next_told = asyncio.ensure_future(anext(told))
                is_new = bool(done) or hour != _hour(state, location)
                hour = _hour(state, location)
                yield CHANGED if is_new else ALIVE
        finally:
            next_told.cancel()
            await asyncio.wait([next_told])


def _hour(state: State, location: LocationRow) -> tuple[str, int]:
    return local_hour(state.clock() // QUARTER_MS, location.time_zone)
