"""From an empty server to the first terminal that answers: a first shop without a file, and how far one has come."""

import re
import socket
import tomllib
import unicodedata
from importlib.resources import files
from pathlib import Path

import msgspec

from survey.opening_hours import zone
from survey.questions import Survey
from survey.survey_file import read_question, read_survey
from sync_server.errors import ServerError
from sync_server.fleet.terminals import TerminalRow, terminals
from sync_server.store import Store, places
from sync_server.store.places import LocationRow, TouchpointRow

OWN_REGION = ("own", "Own shops")
ANYWHERE = ("192.0.2.1", 9)  # kept for examples (RFC 5737): the way there is the way out


class UnfitShop(ServerError, ValueError):
    """A first shop that cannot be set up so."""

    code = "shop.unfit"
    status = 400


class Standing(msgspec.Struct, frozen=True):
    """How far one has come. heard: the terminal heard of last, with answers if there is one."""

    locations: int
    touchpoints: list[TouchpointRow]
    heard: TerminalRow | None

    @property
    def has_answer(self) -> bool:
        return self.heard is not None and self.heard.counted > 0


def standing(store: Store) -> Standing:
    """Terminals that were revoked do not count."""
    heard = [row for row in terminals(store) if row.last_exchange_at and row.revoked_at is None]
    newest = max(heard, key=lambda row: (row.counted > 0, row.last_exchange_at), default=None)
    return Standing(len(places.locations(store)), places.touchpoints(store), newest)


def set_up_shop(store: Store, name: str, time_zone: str, touchpoint_name: str) -> TouchpointRow:
    """A location and a touchpoint that asks the starter survey. Raises UnfitShop; twice the same is one shop."""
    name, touchpoint_name = " ".join(name.split()), " ".join(touchpoint_name.split())
    if not name or not touchpoint_name:
        raise UnfitShop("A shop and the place of its terminal need a name.", "Fill in both.")
    try:
        zone(time_zone)
    except ValueError as error:
        raise UnfitShop(str(error), "Choose one of the list.") from error
    location = LocationRow(_id(name), OWN_REGION[0], name, time_zone, None)
    touchpoint_id = f"{location.location_id}-{_id(touchpoint_name)}"
    survey = starter_survey()
    touchpoint = TouchpointRow(touchpoint_id, location.location_id, touchpoint_name, "visit", survey.survey_id)
    known = [row.touchpoint_id for row in places.touchpoints(store)]
    if known and touchpoint_id not in known:
        raise UnfitShop("Shops are set up here already.", "Add others by a file: hymy chain load FILE.")
    with store.write() as transaction:
        places.put_region(transaction, *OWN_REGION)
        if not places.put_survey(transaction, survey):
            raise UnfitShop(f"There is another survey {survey.label}.", "Set up shops by hymy chain load FILE.")
        places.put_locations(transaction, [location])
        places.put_touchpoints(transaction, [touchpoint])
    return touchpoint


def starter_survey() -> Survey:
    folder = files("sync_server.fleet") / "starter"
    shared = read_question(tomllib.loads((folder / "shared_question.toml").read_text(encoding="utf-8")), "starter")
    return read_survey((folder / "shop.toml").read_bytes(), shared, "shop.toml")


def own_time_zone() -> str:
    """Of the computer that the server runs on; UTC where it does not tell."""
    _, found, name = str(Path("/etc/localtime").resolve()).partition("/zoneinfo/")
    return name if found else "UTC"


def own_address() -> str:
    """Of this computer, as others in its network reach it: its number there, else its name. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as looking:
        try:
            looking.connect(ANYWHERE)
        except OSError:
            return socket.gethostname()
        return str(looking.getsockname()[0])


def _id(name: str) -> str:
    """Plain letters and digits, as Käpylä 2 -> kapyla-2."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-") or "shop"
