"""What every page shares: who reads it, in which language, and which places they may go to."""

from functools import partial
from typing import Annotated, Any, TypeVar

from litestar import Request, get, post
from litestar.datastructures import Cookie, State
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Template

from sync_server.accounts.people import LANGUAGES, Person
from sync_server.errors import NotFound
from sync_server.store import Store, places
from sync_server.store.places import LocationRow
from sync_server.texts.say import preferred, say_in
from sync_server.web.navigation import elsewhere, links

FormType = TypeVar("FormType")
Sent = Annotated[FormType, Body(media_type=RequestEncodingType.URL_ENCODED)]  # what a form sends
PersonRequest = Request[Person, dict[str, Any], State]
VisibleLocation = NamedDependency[LocationRow]  # what visible_location finds
LANGUAGE, A_YEAR_S = "hymy_language", 365 * 86_400  # a cookie
FEW_LOCATIONS = 12  # so many are looked through without a filter
MAX_FORM_BYTES = 10_000  # of a form with a few fields

# What a page and what a form answer at an address; with guards, where not everybody may.
page_at = partial(get, include_in_schema=False, sync_to_thread=True)
form_at = partial(post, include_in_schema=False, sync_to_thread=True, request_max_body_size=MAX_FORM_BYTES)


def page(request: Request[Any, Any, Any], template: str, *, status_code: int = 200, **content: Any) -> Template:
    """A page in the reader's language. Works for strangers and for errors, too.

    content: with `section`, which link of the bar it stands behind, and, where it is about one, `location`.
    """
    person: Person | None = request.scope.get("user")
    language = _language(request, person)
    context: dict[str, Any] = {"person": person, "language": language, "say": say_in(language)}
    context |= {"location": None, "locations": [], "section": ""} | content
    context["is_menu_long"] = len(context["locations"]) > FEW_LOCATIONS
    context["links"] = links(person, context["location"])
    context["elsewhere"] = partial(elsewhere, context["section"], context["locations"], context["location"])
    context |= {"pdf": _pdf(request) if status_code == 200 else "", "paper": None}
    cookies = [_remembering(request, language)] if person and request.cookies.get(LANGUAGE) != language else []
    return Template(template_name=template, context=context, status_code=status_code, cookies=cookies)


def _language(request: Request[Any, Any, Any], person: Person | None) -> str:
    """The person's, else that of who was signed in here last: where it is not asked who they are, as at an address that
    there is not; else what the browser wishes.
    """
    known = person.language if person else request.cookies.get(LANGUAGE)
    return known if known in LANGUAGES else preferred(request.headers.get("accept-language", ""))


def _remembering(request: Request[Any, Any, Any], language: str) -> Cookie:
    is_https = request.app.state.mail.address.startswith("https:")
    return Cookie(LANGUAGE, value=language, max_age=A_YEAR_S, httponly=True, samesite="lax", secure=is_https)


def _pdf(request: Request[Any, Any, Any]) -> str:
    """Where this page is to be had as a PDF; empty for one that is not."""
    handler = request.scope.get("route_handler")
    if handler is None or not handler.opt.get("is_printed"):
        return ""
    return f"/pdf{request.url.path}" + (f"?{request.url.query}" if request.url.query else "")


def nothing_to_see(request: PersonRequest) -> Template:
    """For who sees no location: to who runs the terminals it says that there is none, as they see every one."""
    key = "error.no_places_yet" if request.user.runs_fleet else "error.no_places"
    return page(request, "error.html", key=key, detail="")


def visible_locations(store: Store, person: Person) -> list[LocationRow]:
    return [location for location in places.locations(store) if person.may_see(location)]


def visible_location(location_id: FromPath[str], request: PersonRequest, state: State) -> LocationRow:
    """The location of the address. Raises NotFound for one that is not theirs, too: it tells nobody what exists."""
    location = places.location(state.store, location_id)
    if location is None or not request.user.may_see(location):
        raise NotFound(f"There is no location {location_id!r}, or it is not yours to see.")
    return location
