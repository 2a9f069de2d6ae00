"""Reports by mail: which of them a person wants, how they look, and the link that ends one without signing in."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from litestar import HttpMethod, Request, Response, route
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from sync_server.accounts.people import Person
from sync_server.errors import NotFound
from sync_server.reports import letters, unsubscribing
from sync_server.reports.content import Contents, Report
from sync_server.reports.morning import choose as choose_reports
from sync_server.reports.press import Sheet
from sync_server.reports.schedule import MORNING, Kind, newest_over_in, next_on, told_at
from sync_server.store import reports as stored
from sync_server.store.places import LocationRow
from sync_server.texts import dates
from sync_server.texts.say import say_in
from sync_server.web.page import MAX_FORM_BYTES, PersonRequest, Sent, form_at, page, page_at, visible_locations
from sync_server.web.pdf import as_file

AS_MAIL_IS_SHOWN = (  # its styles stand in it, as mail programs want it; nothing else is let in
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


class Choice(msgspec.Struct, frozen=True):
    """A box that is not ticked is not sent."""

    daily: str = ""
    weekly: str = ""
    monthly: str = ""


@page_at("/reports")
def show(request: PersonRequest, state: State, saved: FromQuery[str] = "") -> Template:
    chosen = stored.kinds_of(state.store, request.user.person_id)
    own, has_mail = visible_locations(state.store, request.user), state.mail.server is not None
    is_to_come = saved and chosen and own and has_mail
    return page(
        request,
        "reports.html",
        section="reports",
        kinds=list(Kind),
        chosen=chosen,
        has_mail=has_mail,
        has_places=bool(own),
        saved=bool(saved),
        comes=_comes(request, state, chosen, own[0].time_zone) if is_to_come else "",
    )


@form_at("/reports/choice")
def choose(request: PersonRequest, state: State, data: Sent[Choice]) -> Redirect:
    choose_reports(state.store, request.user, [kind for kind in Kind if getattr(data, kind)], state.clock())
    return Redirect("/reports?saved=1", status_code=303)


@page_at("/reports/preview/{kind:str}")
def preview(request: PersonRequest, state: State, kind: FromPath[str]) -> Response[str]:
    """The newest as it would come. Of several places it is made once, until their days are looked at again."""
    own, language = _own(request, state, kind), request.user.language

    def made() -> str:
        report = _report(state, kind, own, language)
        return letters.preview(report, language, address=state.mail.address, end_link="/reports")

    key = "preview", kind, language, state.mail.address, frozenset(location.location_id for location in own)
    html = made() if len(own) == 1 else state.chain_days.once(key, made)
    return Response(html, media_type="text/html", headers={"content-security-policy": AS_MAIL_IS_SHOWN})


@page_at("/reports/preview/{kind:str}/pdf")
def preview_pdf(request: PersonRequest, state: State, kind: FromPath[str]) -> Response[bytes]:
    language = request.user.language
    report = _report(state, kind, _own(request, state, kind), language)
    html = letters.paper(report, language, now_ms=state.clock(), address=state.address)
    pdf = state.press.make(Sheet(html, state.address))
    return as_file(pdf, letters.file_name(report, language))


@route(
    f"{unsubscribing.PATH}{{token:str}}",
    http_method=[HttpMethod.GET, HttpMethod.POST],  # RFC 8058: mail programs POST to the address that people open
    exclude_from_auth=True,
    exclude_from_csrf=True,
    include_in_schema=False,
    sync_to_thread=True,
    status_code=200,
    request_max_body_size=MAX_FORM_BYTES,
)
def end(request: Request[Any, Any, Any], state: State, token: FromPath[str]) -> Template:
    """Opening it ends nothing yet: programs that look through mail open every link."""
    ending = unsubscribing.read_token(state.store, token)
    has_ended = bool(ending) and request.method == "POST"
    if ending and has_ended:
        with state.store.write() as transaction:
            stored.end(transaction, ending.person_id, ending.kind)
    status = 200 if ending else 404
    return page(request, "reports_end.html", status_code=status, ending=ending, has_ended=has_ended)


def is_to_be_asked(state: State, person: Person) -> bool:
    """Managers once, where letters can go out to them."""
    can = state.mail.server is not None and person.may_act and person.email
    return bool(can) and not stored.has_chosen(state.store, person.person_id)


def _comes(request: PersonRequest, state: State, chosen: Collection[str], time_zone: str) -> str:
    """When the first of them comes, in words."""
    say = say_in(request.user.language)
    day = min(next_on(Kind(kind), state.clock(), time_zone) for kind in chosen)
    return say("reports.comes", day=f"{dates.weekday(say, day)} {dates.short(say, day)}", time=f"{MORNING.hour}:00")


def _own(request: PersonRequest, state: State, kind: str) -> list[LocationRow]:
    own = visible_locations(state.store, request.user)
    if kind not in list(Kind) or not own:
        raise NotFound(f"There is no report {kind!r}, or no place that it could be about.")
    return own


def _report(state: State, kind: str, own: Sequence[LocationRow], language: str) -> Report:
    now_ms = state.clock()
    period = newest_over_in(Kind(kind), now_ms, {one.time_zone for one in own})
    since_ms = told_at(period.before.last, own[0].time_zone)
    return Contents(state.store, state.chain_days, now_ms).report(Kind(kind), period, own, language, since_ms=since_ms)
