"""Where an invitation's link leads: choose a password, and be signed in. Whoever has the link may, once."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Redirect, Template

from sync_server.accounts import invitations, keeping, passwords
from sync_server.accounts.people import Person
from sync_server.texts.say import say_in
from sync_server.web.page import MAX_FORM_BYTES, Sent, page, page_at
from sync_server.web.sign_in import Anybody, begin_session


class Form(msgspec.Struct, frozen=True):
    new: Annotated[str, msgspec.Meta(max_length=1000)] = ""


@page_at("/invitation/{token:str}", exclude_from_auth=True)
def show(request: Anybody, state: State, token: FromPath[str]) -> Template:
    """Looking at it uses nothing up: mail servers look at links, too."""
    return _form(request, invitations.invited(state.store, token, state.clock()), token)


@post(
    "/invitation/{token:str}/password",
    exclude_from_auth=True,
    include_in_schema=False,
    request_max_body_size=MAX_FORM_BYTES,
)
async def accept(request: Anybody, state: State, token: FromPath[str], data: Sent[Form]) -> Template | Redirect:
    person = await sync_to_thread(invitations.invited, state.store, token, state.clock())
    wrong = person and passwords.fault_of(data.new, (person.name, person.email))
    if person is None or wrong:
        return _form(request, person, token, wrong or "")
    password_hash = await sync_to_thread(passwords.hashed, data.new)
    renewed = await sync_to_thread(keeping.accept, state.store, token, password_hash, now_ms=state.clock())
    if renewed is None:
        return _form(request, None, token)
    begin_session(request, state, renewed)
    return Redirect("/", status_code=303)


def _form(request: Anybody, person: Person | None, token: str, wrong: str = "") -> Template:
    if person is None:
        return page(request, "invitation_gone.html", status_code=404)
    language = person.language
    return page(
        request,
        "invitation.html",
        status_code=400 if wrong else 200,
        language=language,
        say=say_in(language),
        whom=person,
        token=token,
        wrong=wrong,
        shortest=passwords.SHORTEST,
    )
