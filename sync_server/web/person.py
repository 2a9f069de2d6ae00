"""One person, for IT and the owner: invite, change role and places, send a new link, end the account."""

import uuid

import msgspec
from litestar.datastructures import State
from litestar.exceptions import PermissionDeniedException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from sync_server.accounts import keeping
from sync_server.accounts.invitations import VALID_DAYS, Invited
from sync_server.accounts.people import EVERYWHERE, LANGUAGES, Person, Role
from sync_server.errors import NotFound
from sync_server.mail.letter import is_address
from sync_server.store import Store, places
from sync_server.store import people as stored
from sync_server.web.guards import for_people
from sync_server.web.page import FEW_LOCATIONS, PersonRequest, Sent, form_at, page, page_at

MAX_FORM_BYTES = 200_000  # a person may have hundreds of places, each with a name of its own
MOST_NAME, MOST_EMAIL = 100, 200

Several = str | list[str]  # as a form sends one, or more


class Form(msgspec.Struct, frozen=True):
    """Of a new person, or of what is changed of one. location, region: ids."""

    name: str = ""
    email: str = ""
    language: str = "en"
    role: str = ""
    location: Several = []
    region: Several = []


class Region(msgspec.Struct, frozen=True):
    """A region with its locations, as ids and names. is_open: whether they are shown without being asked for."""

    region_id: str
    name: str
    locations: list[tuple[str, str]]
    is_open: bool


@page_at("/people/new", guards=[for_people])
def show_new(request: PersonRequest, state: State) -> Template:
    return _form(request, state, None, Form(role=Role.MANAGER, language=request.user.language))


@form_at("/people/invitations", guards=[for_people], request_max_body_size=MAX_FORM_BYTES)
def invite(request: PersonRequest, state: State, data: Sent[Form]) -> Template:
    faults = _faults(state.store, request.user, data, is_new=True)
    if faults:
        return _form(request, state, None, data, faults)
    person = _person(
        state.store, data, person_id=uuid.uuid4().hex[:12], name=" ".join(data.name.split()), password_hash=""
    )
    invited = keeping.invite(
        state.store, person, by=request.user.name, mail=state.mail, here=_here(request), now_ms=state.clock()
    )
    return _link(request, invited) if invited else _form(request, state, None, data, ["name_taken"])


@page_at("/people/{person_id:str}", guards=[for_people])
def show(request: PersonRequest, state: State, person_id: FromPath[str], said: FromQuery[str] = "") -> Template:
    person = _find(state.store, person_id)
    data = Form(
        *(person.name, person.email, person.language, person.role),
        location=sorted(person.places),
        region=sorted(person.regions),
    )
    return _form(request, state, person, data, is_saved=said == "saved")


@form_at("/people/{person_id:str}/changes", guards=[for_people], request_max_body_size=MAX_FORM_BYTES)
def change(request: PersonRequest, state: State, person_id: FromPath[str], data: Sent[Form]) -> Template | Redirect:
    before = _find_changeable(request, state.store, person_id)
    faults = _faults(state.store, request.user, data, is_new=False)
    if faults:
        return _form(request, state, before, data, faults)
    after = _person(state.store, data, person_id=person_id, name=before.name, password_hash=before.password_hash)
    keeping.change(state.store, before, after, by=request.user.name, now_ms=state.clock())
    return Redirect(f"/people/{person_id}?said=saved", status_code=303)


@form_at("/people/{person_id:str}/invitation", guards=[for_people], request_max_body_size=MAX_FORM_BYTES)
def invite_again(request: PersonRequest, state: State, person_id: FromPath[str]) -> Template:
    person = _find_changeable(request, state.store, person_id)
    return _link(
        request,
        keeping.invite_again(
            state.store, person, by=request.user.name, mail=state.mail, here=_here(request), now_ms=state.clock()
        ),
    )


@form_at("/people/{person_id:str}/end", guards=[for_people], request_max_body_size=MAX_FORM_BYTES)
def end(request: PersonRequest, state: State, person_id: FromPath[str]) -> Redirect:
    person = _find_changeable(request, state.store, person_id)
    keeping.end(state.store, person, by=request.user.name, now_ms=state.clock())
    return Redirect("/people", query_params={"said": person.name}, status_code=303)


def email_fault(email: str) -> str:
    """Empty for an address that mail can be sent to, and for none at all."""
    return "" if not email or (len(email) <= MOST_EMAIL and is_address(email)) else "email"


def name_fault(name: str) -> str:
    plain = " ".join(name.split())
    return "" if plain and plain.isprintable() and len(plain) <= MOST_NAME else "name"


def _faults(store: Store, keeper: Person, data: Form, *, is_new: bool) -> list[str]:
    """What is wrong with the form, as the ends of text keys."""
    role = _role(data.role)
    if role is None or not keeper.may_keep(role):
        return ["role"]
    faults = [
        name_fault(data.name) if is_new else "",
        email_fault(data.email.strip()),
        "" if role in EVERYWHERE or any(_chosen(store, data)) else "places",
        "" if data.language in LANGUAGES else "language",
    ]
    return [fault for fault in faults if fault]


def _person(store: Store, data: Form, *, person_id: str, name: str, password_hash: str) -> Person:
    role = Role(data.role)
    locations, regions = (frozenset(), frozenset()) if role in EVERYWHERE else _chosen(store, data)
    return Person(
        *(person_id, name, role, data.language, locations, password_hash), regions=regions, email=data.email.strip()
    )


def _chosen(store: Store, data: Form) -> tuple[frozenset[str], frozenset[str]]:
    """Locations and regions, as far as there are such."""
    known = {location.location_id for location in places.locations(store)}
    return frozenset(_several(data.location)) & known, frozenset(_several(data.region)) & set(stored.region_ids(store))


def _form(
    request: PersonRequest,
    state: State,
    person: Person | None,
    data: Form,
    faults: list[str] | None = None,
    *,
    is_saved: bool = False,
) -> Template:
    """person: whose it is; None for a new one."""
    store: Store = state.store
    locations, regions = set(_several(data.location)), set(_several(data.region))
    return page(
        request,
        "person.html",
        status_code=400 if faults else 200,
        section="people",
        whom=person,
        form=data,
        faults=faults or [],
        is_saved=is_saved,
        is_self=person is not None and person.person_id == request.user.person_id,
        is_invited=person is not None and person.person_id in stored.invitations(store, state.clock()),
        roles=[role for role in Role if request.user.may_keep(role)],
        own=locations,
        own_regions=regions,
        regions=_regions(store, locations),
        is_long=len(places.locations(store)) > FEW_LOCATIONS,
        valid_days=VALID_DAYS,
    )


def _link(request: PersonRequest, invited: Invited) -> Template:
    return page(
        request,
        "person_link.html",
        section="people",
        status_code=200,
        whom=invited.person,
        link=invited.link,
        is_mailed=invited.is_mailed,
        valid_days=VALID_DAYS,
    )


def _find(store: Store, person_id: str) -> Person:
    person = stored.find_person(store, person_id)
    if person is None:
        raise NotFound(f"There is no person {person_id!r}, or the account has ended.")
    return person


def _find_changeable(request: PersonRequest, store: Store, person_id: str) -> Person:
    """Nobody changes or ends their own account here; so there is always somebody left who keeps accounts."""
    person = _find(store, person_id)
    if person.person_id == request.user.person_id or not request.user.may_keep(person.role):
        raise PermissionDeniedException("This account is another's to change.")
    return person


def _regions(store: Store, own: set[str]) -> list[Region]:
    locations = places.locations(store)
    regions = []
    for region_id, name in places.region_names(store).items():
        inside = [(one.location_id, one.name) for one in locations if one.region_id == region_id]
        is_open = len(locations) <= FEW_LOCATIONS or any(location_id in own for location_id, _ in inside)
        regions.append(Region(region_id, name, inside, is_open))
    return regions


def _role(text: str) -> Role | None:
    return Role(text) if text in set(Role) else None


def _several(chosen: Several) -> list[str]:
    return [chosen] if isinstance(chosen, str) else chosen


def _here(request: PersonRequest) -> str:
    return str(request.base_url).rstrip("/")
