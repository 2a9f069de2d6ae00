"""The queries about what people set up: regions, locations, touchpoints, surveys."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from survey.questions import Survey
from survey.schedule import OpeningHours
from sync_server.store.interface import Row, Store, Transaction


class LocationRow(NamedTuple):
    """target: satisfied of 100, None where no goal is set. opening_hours: None where they are not told."""

    location_id: str
    region_id: str
    name: str
    time_zone: str
    target: int | None
    opening_hours: OpeningHours | None = None


_LOCATIONS = "SELECT location_id, region_id, name, time_zone, target, opening_hours FROM locations"


class TouchpointRow(NamedTuple):
    touchpoint_id: str
    location_id: str
    name: str
    phase: str
    survey_id: str


def locations(store: Store) -> list[LocationRow]:
    """All of them, by name."""
    return [_location(row) for row in store.read(f"{_LOCATIONS} ORDER BY name")]


def location(store: Store, location_id: str) -> LocationRow | None:
    rows = store.read(f"{_LOCATIONS} WHERE location_id = ?", (location_id,))
    return _location(rows[0]) if rows else None


def region_names(store: Store) -> dict[str, str]:
    return dict(store.read("SELECT region_id, name FROM regions ORDER BY name", ()))


def touchpoints(store: Store) -> list[TouchpointRow]:
    """All of them, by location and name."""
    rows = store.read(
        "SELECT touchpoint_id, location_id, name, phase, survey_id FROM touchpoints ORDER BY location_id, name"
    )
    return [TouchpointRow(*row) for row in rows]


def touchpoint(store: Store, touchpoint_id: str) -> TouchpointRow | None:
    rows = store.read(
        "SELECT touchpoint_id, location_id, name, phase, survey_id FROM touchpoints WHERE touchpoint_id = ?",
        (touchpoint_id,),
    )
    return TouchpointRow(*rows[0]) if rows else None


def survey(store: Store, survey_id: str, version: int | None = None) -> Survey | None:
    """The newest version, or the one named."""
    rows = store.read(
        "SELECT survey FROM surveys WHERE survey_id = ? AND version = COALESCE(?, version)"
        " ORDER BY version DESC LIMIT 1",
        (survey_id, version),
    )
    return msgspec.json.decode(rows[0][0], type=Survey) if rows else None


def _location(row: Row) -> LocationRow:
    location_id, region_id, name, time_zone, target, hours = row
    told = msgspec.json.decode(hours, type=OpeningHours) if hours else None
    return LocationRow(location_id, region_id, name, time_zone, target, told)


def put_region(transaction: Transaction, region_id: str, name: str) -> None:
    transaction.execute(
        "INSERT INTO regions (region_id, name) VALUES (?, ?)"
        " ON CONFLICT (region_id) DO UPDATE SET name = excluded.name",
        (region_id, name),
    )


def put_locations(transaction: Transaction, rows: Iterable[LocationRow]) -> None:
    transaction.execute_many(
        "INSERT INTO locations (location_id, region_id, name, time_zone, target, opening_hours)"
        " VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (location_id) DO UPDATE SET region_id = excluded.region_id, name = excluded.name,"
        " time_zone = excluded.time_zone, target = excluded.target, opening_hours = excluded.opening_hours",
        [(*row[:5], msgspec.json.encode(row.opening_hours).decode() if row.opening_hours else "") for row in rows],
    )


def put_touchpoints(transaction: Transaction, rows: Sequence[TouchpointRow]) -> None:
    """In the order of the customer's path. Each survey that they ask is remembered as asked there, for answers that
    come late."""
    transaction.execute_many(
        "INSERT INTO touchpoints (touchpoint_id, location_id, name, phase, survey_id, turn) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (touchpoint_id) DO UPDATE SET location_id = excluded.location_id, name = excluded.name,"
        " phase = excluded.phase, survey_id = excluded.survey_id, turn = excluded.turn",
        [(*row, turn) for turn, row in enumerate(rows)],
    )
    transaction.execute_many(
        "INSERT INTO touchpoint_surveys (touchpoint_id, survey_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(row.touchpoint_id, row.survey_id) for row in rows],
    )


def was_asked(store: Store, touchpoint_id: str, survey_id: str) -> bool:
    """Whether this survey was ever asked at this touchpoint."""
    return bool(
        store.read(
            "SELECT 1 FROM touchpoint_surveys WHERE touchpoint_id = ? AND survey_id = ?", (touchpoint_id, survey_id)
        )
    )


def put_survey(transaction: Transaction, survey: Survey) -> bool:
    """True if it is kept; False if this version is there already and says something else."""
    content = msgspec.json.encode(survey).decode()
    transaction.execute(
        "INSERT INTO surveys (survey_id, version, survey) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (survey.survey_id, survey.version, content),
    )
    rows = transaction.execute(
        "SELECT survey FROM surveys WHERE survey_id = ? AND version = ?", (survey.survey_id, survey.version)
    )
    return msgspec.json.decode(rows[0][0], type=Survey) == survey  # an older release wrote fewer fields
