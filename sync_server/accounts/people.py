"""Who a person is and which places are theirs: decided here, stored by store/people.py."""

import unicodedata
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from sync_server.errors import ServerError
from sync_server.store.places import LocationRow


class Role(StrEnum):
    """What a person does; `area`, `chain` and `it` see more than their own shop."""

    MANAGER = "manager"
    AREA = "area"
    CHAIN = "chain"
    IT = "it"


LANGUAGES = ("en", "fi", "sv")


class Person(msgspec.Struct, frozen=True):
    """places: ids of locations for a manager, of regions for an area manager, nothing for the others."""

    person_id: str
    name: str
    role: Role
    language: str
    places: frozenset[str]
    password_hash: str

    @property
    def runs_fleet(self) -> bool:
        return self.role is Role.IT

    def may_see(self, location: LocationRow) -> bool:
        match self.role:
            case Role.MANAGER:
                return location.location_id in self.places
            case Role.AREA:
                return location.region_id in self.places
            case Role.CHAIN | Role.IT:
                return True


def sign_in_name(name: str) -> str:
    """The name as it is compared: a phone's capital letter or a double space keeps nobody out."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class PersonFaults(ServerError, ValueError):
    """An account that cannot be as it was asked for."""

    code = "account.faults"
    status = 400


def check_places(
    role: Role,
    *,
    location_ids: Sequence[str],
    region_ids: Sequence[str],
    known_locations: Sequence[str],
    known_regions: Sequence[str],
) -> None:
    """Raises PersonFaults where the places do not fit the role, or do not exist."""
    if role is Role.MANAGER:
        _check("location", location_ids, known_locations, unfit=region_ids)
    elif role is Role.AREA:
        _check("region", region_ids, known_regions, unfit=location_ids)
    elif location_ids or region_ids:
        raise PersonFaults(f"The role {role} sees every place.", "Leave --location and --region out.")


def _check(kind: str, asked: Sequence[str], known: Sequence[str], unfit: Sequence[str]) -> None:
    those = f"Known are {', '.join(known)}." if known else "There are none yet: hymy chain load FILE."
    if unfit or not asked:
        raise PersonFaults(f"This role is given by --{kind} ID, one or more, and by nothing else.", those)
    if strange := [place_id for place_id in asked if place_id not in known]:
        raise PersonFaults(f"There is no {kind} {', '.join(map(repr, strange))}.", those)
