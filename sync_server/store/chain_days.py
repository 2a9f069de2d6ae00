"""The queries of the days that comparisons hold in memory: what each location asks, and its answers day by day."""

from typing import NamedTuple

import msgspec

from survey.questions import Question, Survey
from sync_server.store import places
from sync_server.store.interface import Store
from sync_server.store.places import TouchpointRow


class Asked(NamedTuple):
    """The shared question of a location, and the touchpoints that ask it."""

    location_id: str
    question: Question
    touchpoints: tuple[TouchpointRow, ...]


DayCount = tuple[str, str, str, int, int]
"""location_id, touchpoint_id, local_date, value, answers. As the store gives it: 500 locations have millions."""


def all_asked(store: Store) -> list[Asked]:
    """As the newest version of each survey has it. Where a location's surveys differ in it, it has several."""
    shared = {
        survey_id: msgspec.json.decode(survey, type=Survey).shared_question
        for survey_id, survey in store.read("SELECT survey_id, survey FROM surveys ORDER BY survey_id, version", ())
    }
    found: dict[tuple[str, str], list[TouchpointRow]] = {}
    for row in places.touchpoints(store):
        if row.survey_id in shared:
            found.setdefault((row.location_id, shared[row.survey_id].question_id), []).append(row)
    return [
        Asked(location_id, shared[rows[0].survey_id], tuple(rows)) for (location_id, _), rows in sorted(found.items())
    ]


def days_of_location(store: Store, asked: Asked, first_on: str) -> list[DayCount]:
    """From this local date on."""
    return store.read(
        "SELECT location_id, touchpoint_id, local_date, value, answers FROM daily_rollups"
        " WHERE location_id = ? AND question_id = ? AND local_date >= ?",
        (asked.location_id, asked.question.question_id, first_on),
    )


def days_of_all(store: Store, question_id: str, first_on: str) -> list[DayCount]:
    """Of every location, from this local date on."""
    return store.read(
        "SELECT d.location_id, d.touchpoint_id, d.local_date, d.value, d.answers FROM locations l"
        " JOIN daily_rollups d ON d.location_id = l.location_id AND d.question_id = ? AND d.local_date >= ?",
        (question_id, first_on),
    )
