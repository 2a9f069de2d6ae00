"""People, for IT and the owner: who may sign in, in which role and where."""

import msgspec
from litestar.datastructures import State
from litestar.params import FromQuery
from litestar.response import Template

from sync_server.accounts.people import Person
from sync_server.store import Store, places
from sync_server.store import people as stored
from sync_server.web.fleet import ago
from sync_server.web.guards import for_people
from sync_server.web.page import PersonRequest, page, page_at
from sync_server.web.person import MOST_NAME

DAY_MS = 86_400_000
MOST_SHOWN = 100


class Part(msgspec.Struct, frozen=True):
    """Whom of all people the page shows."""

    people: list[Person]
    found: int
    number: int
    pages: int


@page_at("/people", guards=[for_people])
def show(
    request: PersonRequest,
    state: State,
    search: FromQuery[str] = "",
    number: FromQuery[int] = 1,
    said: FromQuery[str] = "",
) -> Template:
    """said: whose account has just been ended."""
    store: Store = state.store
    now = state.clock()
    return page(
        request,
        "people.html",
        section="people",
        part=_part(stored.all_people(store), search, number),
        search=search,
        ended=said[:MOST_NAME],
        region_names=places.region_names(store),
        location_names={location.location_id: location.name for location in places.locations(store)},
        invitations=stored.invitations(store, now),
        waiting=[] if search or number > 1 else stored.not_here_yet(store),
        now=now,
        ago=ago,
        days_left=lambda until: max(0, -((now - until) // DAY_MS)),
    )


def _part(people: list[Person], search: str, number: int) -> Part:
    wanted = search.casefold().split()
    found = [one for one in people if all(word in f"{one.name} {one.email}".casefold() for word in wanted)]
    pages = max(1, -(-len(found) // MOST_SHOWN))
    number = min(max(1, number), pages)
    return Part(found[(number - 1) * MOST_SHOWN : number * MOST_SHOWN], len(found), number, pages)
