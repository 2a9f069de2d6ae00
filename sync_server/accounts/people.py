"""Who a person is and which places are theirs: decided here, stored by store/people.py."""

import unicodedata
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from sync_server.errors import ServerError
from sync_server.store.places import LocationRow


class Role(StrEnum):
    """What a person does. The first three have places of their own, the others are everywhere."""

    VIEWER = "viewer"
    MANAGER = "manager"
    AREA = "area"
    IT = "it"
    OWNER = "owner"


EVERYWHERE = frozenset({Role.IT, Role.OWNER})
ACTING = frozenset({Role.MANAGER, Role.AREA, Role.OWNER})
LANGUAGES = ("en", "fi", "sv")


class Person(msgspec.Struct, frozen=True):
    """places, regions: the ids of what is theirs; nothing for who is everywhere. email: empty where there is none."""

    person_id: str
    name: str
    role: Role
    language: str
    places: frozenset[str]
    password_hash: str
    regions: frozenset[str] = frozenset()
    email: str = ""

    @property
    def runs_fleet(self) -> bool:
        return self.role in EVERYWHERE

    @property
    def keeps_accounts(self) -> bool:
        return self.role in EVERYWHERE

    @property
    def may_act(self) -> bool:
        """Handle comments and alerts of the places that they see."""
        return self.role in ACTING

    def may_keep(self, role: Role) -> bool:
        """Accounts of that role: only owners make and change owners."""
        return self.keeps_accounts and (self.role is Role.OWNER or role is not Role.OWNER)

    def may_see(self, location: LocationRow) -> bool:
        return self.role in EVERYWHERE or location.location_id in self.places or location.region_id in self.regions


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
    if role in EVERYWHERE:
        if location_ids or region_ids:
            raise PersonFaults(f"The role {role} sees every place.", "Leave --location and --region out.")
        return
    if not location_ids and not region_ids:
        raise PersonFaults(f"The role {role} is for some places.", "Name them: --location ID, --region ID, or both.")
    _check("location", location_ids, known_locations)
    _check("region", region_ids, known_regions)


def _check(kind: str, asked: Sequence[str], known: Sequence[str]) -> None:
    if strange := [place_id for place_id in asked if place_id not in known]:
        those = f"Known are {', '.join(known)}." if known else "There are none yet: hymy chain load FILE."
        raise PersonFaults(f"There is no {kind} {', '.join(map(repr, strange))}.", those)
