"""Sign in and out."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.response import Redirect, Template

from sync_server.accounts.attempts import TooManyAttempts
from sync_server.accounts.browsers import in_words
from sync_server.accounts.people import Person
from sync_server.accounts.sessions import Session
from sync_server.accounts.sign_in import Door
from sync_server.web.page import MAX_FORM_BYTES, PersonRequest, Sent, page

Anybody = Request[None, dict[str, object], State]


class Form(msgspec.Struct, frozen=True):
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    password: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    next: str = "/"


@get("/sign-in", exclude_from_auth=True, include_in_schema=False)
async def show(request: Anybody) -> Template:
    return _form(request, next=_own_path(request.query_params.get("next", "/")))


@post("/sign-in", exclude_from_auth=True, include_in_schema=False, request_max_body_size=MAX_FORM_BYTES)
async def sign_in(request: Anybody, state: State, data: Sent[Form]) -> Template | Redirect:
    door: Door = state.door
    next_path = _own_path(data.next)
    try:
        person = await door.sign_in(data.name, data.password, client_address(request))
    except TooManyAttempts as error:
        return _form(request, status_code=429, next=next_path, name=data.name, too_many=error.minutes)
    if person is None:
        return _form(request, status_code=401, next=next_path, name=data.name, wrong=True)
    begin_session(request, state, person)
    return Redirect(next_path, status_code=303)


@post("/sign-out", include_in_schema=False, request_max_body_size=MAX_FORM_BYTES)
async def sign_out(request: PersonRequest) -> Redirect:
    request.clear_session()
    return Redirect("/sign-in", status_code=303)


def client_address(request: Request[Any, Any, Any]) -> str:
    """Of the browser. A proxy on this machine is believed when it says for whom it asks: the last one that it names."""
    peer = request.client.host if request.client else ""
    lines = request.headers.getall("x-forwarded-for", [""])  # some proxies add a line of their own
    forwarded = lines[-1].rpartition(",")[2].strip()
    return forwarded if forwarded and peer in ("127.0.0.1", "::1", "::ffff:127.0.0.1") else peer


def begin_session(request: Request[Any, Any, Any], state: State, person: Person) -> None:
    """A new one, in place of any that the browser had."""
    browser = in_words(request.headers.get("user-agent", ""))
    request.set_session(msgspec.to_builtins(Session.of(person, state.clock(), browser)))


def _form(request: Anybody, *, status_code: int = 200, **content: object) -> Template:
    return page(request, "sign_in.html", status_code=status_code, **content)


def _own_path(path: str) -> str:
    """Only a path of this server: a link must not lead a person elsewhere after they have signed in."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_own else "/"
