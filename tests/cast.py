"""The people, places and surveys that every test knows.

Aino manages Kamppi, Bo the region with Kamppi and Tapiola, Cilla is IT, Eeva owns the chain, Frida may look at Kamppi;
Dag manages a shop in another region and must see none of it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher

from survey.questions import Choice, FollowUp, Kind, Question, Survey
from sync_server.accounts.people import Person, Role, sign_in_name
from sync_server.store import Store, journals, people, places
from sync_server.store.places import LocationRow, TouchpointRow
from sync_server.store.rows import RollupKey

PASSWORD = "violet-otter-7-ladders"

KAMPPI = LocationRow("kamppi", "uusimaa", "Kamppi", "Europe/Helsinki", 90)
TAPIOLA = LocationRow("tapiola", "uusimaa", "Tapiola", "Europe/Helsinki", None)
VASA = LocationRow("vasa", "ostrobothnia", "Vasa", "Europe/Stockholm", None)
LOCATIONS = (KAMPPI, TAPIOLA, VASA)

HOW_WAS_IT = Question(
    "overall",
    Kind.SMILEY5,
    {"en": "How did it go today?", "fi": "Miten tänään meni?", "sv": "Hur gick det i dag?"},
)
WHY = Question(
    "why",
    Kind.SINGLE,
    {"en": "What went wrong?", "fi": "Mikä meni vikaan?", "sv": "Vad gick fel?"},
    (
        Choice("waiting", {"en": "Waiting at the checkout", "fi": "Jono kassalla", "sv": "Kön till kassan"}),
        Choice("finding", {"en": "Could not find it", "fi": "En löytänyt etsimääni", "sv": "Hittade inte varan"}),
        Choice("service", {"en": "Service", "fi": "Palvelu", "sv": "Betjäningen"}),
    ),
)
WORDS = Question("words", Kind.TEXT, {"en": "Tell us more", "fi": "Kerro lisää", "sv": "Berätta mera"})
SURVEY = Survey(
    "shop",
    1,
    ("fi", "sv", "en"),
    (HOW_WAS_IT, WHY, WORDS),
    (FollowUp("overall", "why", (1, 2)), FollowUp("why", "words")),
)

CHECKOUT = TouchpointRow("kamppi-checkout", "kamppi", "Checkout", "checkout", "shop")
ENTRANCE = TouchpointRow("kamppi-entrance", "kamppi", "Entrance", "entrance", "shop")
TOUCHPOINTS = (
    CHECKOUT,
    ENTRANCE,
    TouchpointRow("tapiola-checkout", "tapiola", "Checkout", "checkout", "shop"),
    TouchpointRow("vasa-checkout", "vasa", "Checkout", "checkout", "shop"),
)

ROLES: Mapping[str, tuple[Role, frozenset[str]]] = {
    "Aino": (Role.MANAGER, frozenset({"kamppi"})),
    "Bo": (Role.AREA, frozenset({"uusimaa"})),  # a region
    "Cilla": (Role.IT, frozenset()),
    "Dag": (Role.MANAGER, frozenset({"vasa"})),
    "Eeva": (Role.OWNER, frozenset()),
    "Frida": (Role.VIEWER, frozenset({"kamppi"})),
}


def settle(store: Store, survey: Survey = SURVEY) -> None:
    """Places, surveys and people into an empty store."""
    with store.write() as transaction:
        places.put_region(transaction, "uusimaa", "Uusimaa")
        places.put_region(transaction, "ostrobothnia", "Ostrobothnia")
        places.put_locations(transaction, LOCATIONS)
        places.put_touchpoints(transaction, TOUCHPOINTS)
        places.put_survey(transaction, survey)
    for name in ROLES:
        people.add_person(store, person(name), sign_in_name(name), now_ms=0)


def person(name: str) -> Person:
    role, own = ROLES[name]
    if role is Role.AREA:
        return Person(name.lower(), name, role, "en", frozenset(), _password_hash(), regions=own)
    return Person(name.lower(), name, role, "en", own, _password_hash())


def at(local: str, time_zone: str = "Europe/Helsinki") -> int:
    """Epoch ms of a local time, e.g. at("2026-11-21 14:12")."""
    return int(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(time_zone)).timestamp() * 1000)


def add_counts(
    store: Store, local_date: str, counts: Iterable[tuple[TouchpointRow, str, int, Mapping[int, int]]]
) -> None:
    """Rollups: (touchpoint, question_id, local hour, answers per value)."""
    sums = {
        RollupKey(touchpoint.location_id, local_date, question_id, touchpoint.touchpoint_id, hour, value): answers
        for touchpoint, question_id, hour, by_value in counts
        for value, answers in by_value.items()
    }
    with store.write() as transaction:
        journals.add_rollups(transaction, sums)


def add_text(
    store: Store, touchpoint: TouchpointRow, at_ms: int, text: str, *, language: str, score: int | None
) -> None:
    with store.write() as transaction:
        transaction.execute(
            "INSERT INTO texts (location_id, at, journal_id, seq, touchpoint_id, question_id, language, text, score)"
            " VALUES (?, ?, 1, ?, ?, 'words', ?, ?, ?)",
            (touchpoint.location_id, at_ms, at_ms % 1_000_003, touchpoint.touchpoint_id, language, text, score),
        )


@cache
def _password_hash() -> str:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)  # so that tests sign in quickly
