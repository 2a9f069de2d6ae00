"""A person's own account: name, language, e-mail address, password, and where they are signed in."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import State
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from sync_server.accounts import keeping, passwords
from sync_server.accounts.attempts import TooManyAttempts
from sync_server.accounts.people import LANGUAGES, Person
from sync_server.accounts.sessions import SessionsConfig, hash_of, own_sessions
from sync_server.accounts.sign_in import Door
from sync_server.store import people as stored
from sync_server.store import places
from sync_server.web.fleet import ago
from sync_server.web.page import MAX_FORM_BYTES, PersonRequest, Sent, form_at, page, page_at
from sync_server.web.person import email_fault, name_fault
from sync_server.web.sign_in import begin_session, client_address

SAID = ("saved", "password", "ended")  # what came of a form, as the end of a text's key
COOKIE = SessionsConfig.key


class Details(msgspec.Struct, frozen=True):
    name: str = ""
    email: str = ""
    language: str = ""


class Passwords(msgspec.Struct, frozen=True):
    old: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    new: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class Ending(msgspec.Struct, frozen=True):
    session: str = ""


@page_at("/account")
def show(request: PersonRequest, state: State, said: FromQuery[str] = "") -> Template:
    return _account(request, state, said=said if said in SAID else "")


@form_at("/account/details")
def describe(request: PersonRequest, state: State, data: Sent[Details]) -> Template | Redirect:
    before = request.user
    after = msgspec.structs.replace(
        before, name=" ".join(data.name.split()), email=data.email.strip(), language=data.language
    )
    fault = name_fault(after.name) or email_fault(after.email) or ("" if after.language in LANGUAGES else "language")
    if not fault and not keeping.describe_self(state.store, before, after, now_ms=state.clock()):
        fault = "name_taken"
    if fault:
        return _account(request, state, status_code=400, fault=fault, form=data)
    return Redirect("/account?said=saved", status_code=303)


@post("/account/password", include_in_schema=False, request_max_body_size=MAX_FORM_BYTES)
async def choose_password(request: PersonRequest, state: State, data: Sent[Passwords]) -> Template | Redirect:
    """The old one counts as an attempt at signing in: who finds an open browser does not guess on and on."""
    door: Door = state.door
    person = request.user
    wrong = ""
    try:
        if await door.sign_in(person.name, data.old, client_address(request)) is None:
            wrong = "old"
    except TooManyAttempts:
        wrong = "too_many"
    wrong = wrong or passwords.fault_of(data.new, (person.name, person.email)) or ""
    if wrong:
        return await sync_to_thread(_account, request, state, status_code=400, wrong=wrong)
    renewed = await sync_to_thread(_change, request, state, data.new)
    begin_session(request, state, renewed)
    return Redirect("/account?said=password", status_code=303)


@form_at("/account/sessions/end")
def end_session(request: PersonRequest, state: State, data: Sent[Ending]) -> Redirect:
    stored.end_session_of(state.store, request.user.person_id, data.session)
    return Redirect("/account?said=ended", status_code=303)


@form_at("/account/sessions/end-others")
def end_others(request: PersonRequest, state: State) -> Redirect:
    stored.end_sessions_but(state.store, request.user.person_id, hash_of(request.cookies[COOKIE]))
    return Redirect("/account?said=ended", status_code=303)


def _change(request: PersonRequest, state: State, password: str) -> Person:
    person = request.user
    password_hash = passwords.hashed(password)
    return keeping.choose_password(state.store, person, password_hash, by=person.name, now_ms=state.clock())


def _account(request: PersonRequest, state: State, *, status_code: int = 200, **came: object) -> Template:
    """came: what became of a form: `said`, or `fault` with the `form`, or what is `wrong` with a password."""
    person = request.user
    now = state.clock()
    content: dict[str, object] = {
        "said": "",
        "fault": "",
        "wrong": "",
        "now": now,
        "ago": ago,
        "form": Details(person.name, person.email, person.language),
        "sessions": own_sessions(state.store, person, request.cookies[COOKIE], now),
        "own": _own_places(state, request),
        "shortest": passwords.SHORTEST,
    }
    return page(request, "account.html", status_code=status_code, section="account", **(content | came))


def _own_places(state: State, request: PersonRequest) -> list[str]:
    """Names; of who is everywhere, none."""
    person = request.user
    names = places.region_names(state.store)
    own = [names[region_id] for region_id in sorted(person.regions) if region_id in names]
    return own + [one.name for one in places.locations(state.store) if one.location_id in person.places]
