"""By which rules a location is watched: its own, else its region's, else the chain's, else those it begins with."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from sync_server.accounts.people import Person, Role
from sync_server.errors import ServerError
from sync_server.store import Store, alerts, audit, places
from sync_server.store.alerts import CHAIN, Kept
from sync_server.store.places import LocationRow

MOST_MINUTES = 60  # of a window: what lies further back is not held at hand
MOST_SILENT_MINUTES = 24 * 60


class RulesChanged(ServerError, ValueError):
    """Two people changed the same rules at once."""

    code = "alerts.rules_changed"
    status = 409


class Rules(msgspec.Struct, frozen=True):
    """negative: from so many percent of at least `least` answers in `minutes` on. silent_minutes: in opening hours."""

    negative: bool = True
    percent: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    minutes: Annotated[int, msgspec.Meta(ge=5, le=MOST_MINUTES)] = 15
    least: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 4
    day: bool = True
    slide: bool = True
    silent: bool = True
    silent_minutes: Annotated[int, msgspec.Meta(ge=10, le=MOST_SILENT_MINUTES)] = 30


class OfPlace(msgspec.Struct, frozen=True):
    """place: whose these rules are; another than was asked for where it has none of its own."""

    place: str
    version: int
    rules: Rules


def region_place(region_id: str) -> str:
    return f"region:{region_id}"


def location_place(location_id: str) -> str:
    return f"location:{location_id}"


def rules_of(kept: Mapping[str, Kept], *places: str) -> OfPlace:
    """Of the first of these places that has some; the chain is the last by itself."""
    for place in (*places, CHAIN):
        if place in kept:
            return OfPlace(place, kept[place].version, msgspec.json.decode(kept[place].rules, type=Rules))
    return OfPlace("", 0, Rules())


def rules_for(kept: Mapping[str, Kept], location: LocationRow) -> Rules:
    return rules_of(kept, location_place(location.location_id), region_place(location.region_id)).rules


def places_to_edit(store: Store, person: Person) -> dict[str, str]:
    """Place to its name, of those whose rules this person sets; the chain has an empty name."""
    regions = places.region_names(store)
    found = {CHAIN: ""} if person.role is Role.OWNER else {}
    found |= {
        region_place(region_id): name
        for region_id, name in regions.items()
        if person.role is Role.OWNER or region_id in person.regions
    }
    own = [location for location in places.locations(store) if person.may_act and person.may_see(location)]
    return found | {location_place(location.location_id): location.name for location in own}


def save(store: Store, place: str, rules: Rules | None, *, version: int, who: str, now_ms: int) -> None:
    """rules: None to follow those above again. Raises RulesChanged where they are not of that version any more."""
    with store.write() as transaction:
        if rules is None:
            is_kept = alerts.remove_rules(transaction, place, version)
        else:
            is_kept = alerts.put_rules(transaction, place, version, msgspec.json.encode(rules).decode())
        if not is_kept:
            raise RulesChanged(
                "Somebody else has changed these rules meanwhile.", "Load the page again and look at them first."
            )
        what, about = ("alert rules set", f"{place}: {_said(rules)}") if rules else ("alert rules removed", place)
        audit.note(transaction, who=who, what=what, about=about, at_ms=now_ms)


def _said(rules: Rules) -> str:
    """What is watched, by the names of the kinds, which are the same in every language."""
    negative = f"negative {rules.percent} % / {rules.minutes} min / n ≥ {rules.least}" if rules.negative else ""
    silent = f"silent {rules.silent_minutes} min" if rules.silent else ""
    others = "day" if rules.day else "", "slide" if rules.slide else ""
    return ", ".join(filter(None, (negative, *others, silent))) or "–"
