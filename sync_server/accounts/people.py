"""Who a person is and which places are theirs: decided here, stored by store/people.py."""

import unicodedata
from enum import StrEnum

import msgspec

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
