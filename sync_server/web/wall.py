"""What hangs on the wall: a location's day in big type, for whoever has the link; no comments, nothing of the staff.

It changes by itself, looks anew every minute in any case, and says when it is not heard of.
"""

from datetime import date

from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream, Template

from survey.opening_hours import on_clock
from sync_server.accounts import wallboards
from sync_server.charts.faces import faces
from sync_server.charts.hours import hours
from sync_server.results.today import today as day_of
from sync_server.store import places
from sync_server.store.places import LocationRow
from sync_server.store.wallboards import WallboardRow
from sync_server.texts import dates
from sync_server.texts.say import say_in
from sync_server.web import today_words
from sync_server.web.page import page, page_at
from sync_server.web.sign_in import Anybody
from sync_server.web.today import changes_at

UNSEEN = {"x-robots-tag": "noindex, nofollow"}  # the link is the key: nobody lists it


@page_at("/wall/{secret:str}", exclude_from_auth=True)
def show(request: Anybody, state: State, secret: FromPath[str]) -> Template:
    return _wall(request, state, secret, "wallboard.html")


@page_at("/wall/{secret:str}/main", exclude_from_auth=True)
def part(request: Anybody, state: State, secret: FromPath[str]) -> Template:
    """For the page that changes by itself."""
    return _wall(request, state, secret, "wallboard_main.html")


@page_at("/wall/{secret:str}/changes", exclude_from_auth=True)
def changes(state: State, secret: FromPath[str]) -> Stream:
    """Server-sent events."""
    found = _found(state, secret)
    if found is None:
        raise NotFoundException
    headers = {"X-Accel-Buffering": "no"} | UNSEEN
    return Stream(changes_at(state, found[1]), media_type="text/event-stream", headers=headers)


def _wall(request: Anybody, state: State, secret: str, template: str) -> Template:
    found = _found(state, secret)
    if found is None:
        return _unseen(page(request, "wallboard_gone.html", status_code=404))
    row, location = found
    now, say = state.clock(), say_in(row.language)
    today = day_of(state.store, location, now, row.language)
    words = today_words.face_words(say, today)
    shown = page(
        request,
        template,
        say=say,
        language=row.language,
        row=row,
        secret=secret,
        place=location.name,
        today=today,
        finding=today_words.finding(say, today)[1],
        sentences=today_words.compared(say, today),
        date=dates.full(say, date.fromisoformat(today.local_date)),
        time=f"{on_clock(now, location.time_zone):%H:%M}",
        words=words,
        chosen=faces(say, today.faces, words=words),
        by_hour=hours(say, today.hours, today.measure),
    )
    return _unseen(shown)


def _found(state: State, secret: str) -> tuple[WallboardRow, LocationRow] | None:
    row = wallboards.find(state.store, secret)
    location = places.location(state.store, row.location_id) if row else None
    return (row, location) if row and location else None


def _unseen(shown: Template) -> Template:
    shown.headers |= UNSEEN
    return shown
