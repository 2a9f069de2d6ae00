"""Comments: what people said in words, looked through, handed to somebody, answered among colleagues, handled."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote, urlencode

import msgspec
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Redirect, Template

from survey.opening_hours import local_date
from survey.questions import Kind
from sync_server.accounts.people import LANGUAGES, Person
from sync_server.comments import handling, reading
from sync_server.comments.handling import Deed
from sync_server.comments.reading import STATES, Asked, One
from sync_server.errors import NotFound
from sync_server.results.shared import FACES
from sync_server.store import Store, places
from sync_server.store.places import LocationRow
from sync_server.texts import dates
from sync_server.texts.say import Say, masked, say_in
from sync_server.web.asked_period import asked_period
from sync_server.web.guards import for_acting
from sync_server.web.page import PersonRequest, Sent, form_at, nothing_to_see, page, page_at, visible_locations
from sync_server.web.pdf import PRINTED

MAX_FORM_BYTES = 20_000
MOST_WORDS = 2_000  # characters of a note


class Form(msgspec.Struct, frozen=True):
    """seen: how many acts the page showed. back: what the list was asked for; None: back to the comment's own page."""

    act: Deed
    seen: str = ""
    assignee: str = ""
    words: Annotated[str, msgspec.Meta(max_length=MOST_WORDS)] = ""
    back: str | None = None


@page_at("/comments", opt=PRINTED)
def show(request: PersonRequest, state: State) -> Template:
    visible = visible_locations(state.store, request.user)
    if not visible:
        return nothing_to_see(request)
    asked = _asked(request)
    location = _location(visible, asked.location) if asked.location else visible[0] if len(visible) == 1 else None
    locations = [location] if location else visible
    me = request.user.person_id
    say, now_ms = say_in(request.user.language), state.clock()
    today = max(local_date(now_ms, one.time_zone) for one in locations)
    dates_asked = asked_period(say, asked.first, asked.last, today)
    if dates_asked.fault:
        asked = msgspec.structs.replace(asked, first="", last="")
    found = reading.find(state.store, locations, visible, asked, me=me, now_ms=now_ms)
    return page(
        request,
        "comments.html",
        status_code=dates_asked.status_code,
        asked_period=dates_asked,
        section="comments",
        location=location,
        locations=visible,
        has_local_times=len({one.time_zone for one in locations}) > 1,
        asked=asked,
        narrowed=bool(
            dates_asked.fault or asked.touchpoint or asked.first or asked.last or asked.face or asked.language
        ),
        address=lambda **also: address(asked, **also),
        found=found,
        finding=finding(say, asked, found.count),
        period=dates.span(say, found.period.first, found.period.last),
        states=("", *STATES) if request.user.may_act else ("", "new", "handled"),
        faces=dict.fromkeys(FACES[found.kind]),
        touchpoints=_touchpoint_names(state.store, location),
        back=urlencode(_filled(asked)),
        **_shared(say, found.kind, today),
    )


@page_at("/comments/{comment_id:str}")
def show_one(request: PersonRequest, state: State, comment_id: FromPath[str]) -> Template:
    return _one(request, state, _find(request, state, comment_id))


@form_at("/comments/{comment_id:str}/acts", guards=[for_acting], request_max_body_size=MAX_FORM_BYTES)
def act(request: PersonRequest, state: State, comment_id: FromPath[str], data: Sent[Form]) -> Template | Redirect:
    one = _find(request, state, comment_id)
    if data.act == "noted" and not data.words.strip():
        return _one(request, state, one, status_code=400, fault="comments.no_words")
    done = handling.act(
        *(state.store, one.key, data.act),
        seen=int(data.seen) if data.seen.isdecimal() and len(data.seen) < 10 else -1,
        who=request.user,
        now_ms=state.clock(),
        assignee=handling.to_whom(state.store, one.location, data.assignee),
        words=data.words.strip(),
    )
    if not done:
        return _one(request, state, _find(request, state, comment_id), status_code=409, fault="comments.was_first")
    if data.back is None:
        return Redirect(f"/comments/{quote(comment_id, safe='')}", status_code=303)
    asked = _read(dict(parse_qsl(data.back)))
    return Redirect(f"{address(asked, before=asked.before)}#c{quote(comment_id, safe='')}", status_code=303)


@form_at(
    "/comments/{comment_id:str}/reveal",
    guards=[for_acting],
    status_code=200,
    request_max_body_size=MAX_FORM_BYTES,
)
def reveal(request: PersonRequest, state: State, comment_id: FromPath[str]) -> Template:
    """Shown in this answer alone; the audit log tells that it was."""
    one = _find(request, state, comment_id)
    comment = one.comment
    given = f"{comment.local_time:%Y-%m-%d %H:%M}"
    about = f"{comment.location_name}, {comment.touchpoint_name}, {given} ({comment.comment_id})"
    words = handling.reveal(state.store, one.key, who=request.user, about=about, now_ms=state.clock())
    return _one(request, state, one, revealed=words)


def finding(say: Say, asked: Asked, count: int | None) -> str:
    if count is None:
        return say("comments.older_ones")
    return say(f"comments.found_{asked.state if asked.state in STATES else 'all'}", n=count)


def address(asked: Asked, **also: str) -> str:
    """The same list with something else asked for; from its beginning, unless said otherwise."""
    filled = _filled(msgspec.structs.replace(asked, **{"before": "", **also}))
    return f"/comments?{urlencode(filled)}" if filled else "/comments"


def _asked(request: PersonRequest) -> Asked:
    return _read(dict(request.query_params.items()))


def _read(parameters: dict[str, Any]) -> Asked:
    """What else stands in an address is left alone."""
    return Asked(**{name: str(parameters.get(name, "")) for name in Asked.__struct_fields__})


def _filled(asked: Asked) -> dict[str, str]:
    return {name: value for name, value in msgspec.structs.asdict(asked).items() if value}


def _location(visible: list[LocationRow], location_id: str) -> LocationRow:
    for location in visible:
        if location.location_id == location_id:
            return location
    raise NotFound(f"There is no location {location_id!r}, or it is not yours to see.")


def _touchpoint_names(store: Store, location: LocationRow | None) -> dict[str, str]:
    """Of one location: those of all have the same names."""
    if location is None:
        return {}
    return {
        point.touchpoint_id: point.name
        for point in places.touchpoints(store)
        if point.location_id == location.location_id
    }


def _find(request: PersonRequest, state: State, comment_id: str) -> One:
    return reading.one(state.store, comment_id, visible_locations(state.store, request.user))


def _one(request: PersonRequest, state: State, one: One, *, status_code: int = 200, **said: Any) -> Template:
    """said: what just came of a form."""
    person: Person = request.user
    return page(
        request,
        "comments_one.html",
        status_code=status_code,
        section="comments",
        location=one.location,
        locations=visible_locations(state.store, person),
        comment=one.comment,
        colleagues=handling.may_have_it(state.store, one.location) if person.may_act else [],
        back=None,
        **{"fault": "", "revealed": None} | said,
        **_shared(say_in(person.language), one.kind, local_date(state.clock(), one.location.time_zone)),
    )


def _shared(say: Say, kind: Kind, today: date) -> dict[str, Any]:
    """What a comment is drawn with, on both pages."""
    return {
        "kind": kind,
        "when": lambda local: dates.moment(say, local, today),
        "shown": lambda text: masked(text, say),
        "most_words": MOST_WORDS,
        "language_names": {language: say(f"languages.{language}") for language in LANGUAGES},
    }
