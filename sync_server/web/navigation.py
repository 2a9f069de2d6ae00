"""Where the bar on top of every page leads, and whom."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from sync_server.accounts.people import Person
from sync_server.store.places import LocationRow


class Link(NamedTuple):
    """section: what a page names itself by, and text page.<section> says.

    of_location: the page of one location, whose id stands at the end.
    """

    section: str
    address: str
    may: Callable[[Person], bool]
    of_location: str = ""


LINKS = (
    Link("today", "/", lambda _: True, of_location="/today/"),
    Link("location", "/location", lambda _: True, of_location="/location/"),
    Link("compare", "/compare", lambda _: True),
    Link("alerts", "/alerts", lambda _: True, of_location="/alerts?location="),
    Link("comments", "/comments", lambda _: True, of_location="/comments?location="),
    Link("reports", "/reports", lambda _: True),
    Link("exports", "/exports", lambda person: person.may_act),
    Link("fleet", "/fleet", lambda person: person.runs_fleet),
    Link("people", "/people", lambda person: person.keeps_accounts),
)


def links(person: Person | None, location: LocationRow | None) -> list[tuple[str, str]]:
    """Section and address of each that this person may go to."""
    return [
        (link.section, link.of_location + location.location_id if location and link.of_location else link.address)
        for link in LINKS
        if person and link.may(person)
    ]


def elsewhere(section: str, locations: Iterable[LocationRow], here: LocationRow) -> Markup:
    """The same page of each location, as items of a list. By a template 500 of them were a sixth of a page's time."""
    addresses = {link.section: link.of_location for link in LINKS if link.of_location}
    address = addresses.get(section, addresses["today"])
    here_mark = {here.location_id: ' aria-current="true"'}
    items = (
        f'<li><a href="{address}{_escaped(one.location_id)}"{here_mark.get(one.location_id, "")}>'
        f"{_escaped(one.name)}</a></li>"
        for one in locations
    )
    return Markup("".join(items))  # noqa: S704  each name is escaped


@lru_cache(maxsize=4096)
def _escaped(words: str) -> str:
    """Every page has the same names and ids."""
    return str(escape(words))
