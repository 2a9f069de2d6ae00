"""Which question an answer names, and what a terminal is told to ask."""

import re
from hashlib import sha256

import msgspec

from survey.exchange import Configuration, Goal
from survey.questions import Question, Survey
from sync_server.clock import Clock
from sync_server.errors import NotFound
from sync_server.fleet.pictures import pictures_of
from sync_server.results.shared import target_of
from sync_server.results.week import satisfied_this_week
from sync_server.store import Store, places, shown

_VERSION = re.compile("[1-9][0-9]{0,8}")
KEEP_MS = 30_000  # a change reaches the terminals within this and one heartbeat


class Questions:
    """Finds the question that an answer names.

    A survey's version never changes, and what was asked at a touchpoint stays so: what was read once stays. What was
    not found is looked for again each time, IT may have mended it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._surveys: dict[str, Survey] = {}
        self._asked: set[tuple[str, str]] = set()

    def __call__(self, label: str, question_id: str, touchpoint_id: str) -> Question:
        """touchpoint_id: where the answer was given.

        Raises LookupError, with what IT needs to know, for a survey or question that was never set up, or never there.
        """
        survey = self._surveys.get(label) or self._read(label)
        question = survey.question(question_id)
        place = (touchpoint_id, survey.survey_id)
        if place not in self._asked:
            if not places.was_asked(self._store, *place):
                raise LookupError(f"Survey {survey.survey_id!r} was never asked at touchpoint {touchpoint_id!r}.")
            self._asked.add(place)
        return question

    def shared(self, label: str) -> str:
        """The id of the shared question, of a survey of which some question was found."""
        return (self._surveys.get(label) or self._read(label)).shared_question.question_id

    def _read(self, label: str) -> Survey:
        survey_id, _, version = label.partition("@")
        survey = places.survey(self._store, survey_id, int(version)) if _VERSION.fullmatch(version) else None
        if survey is None:
            raise LookupError(f"Survey {label!r} was never loaded on this server.")
        return self._surveys.setdefault(label, survey)


class Configurations:
    """What each touchpoint's terminals are told, read again when it is older than KEEP_MS."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._kept: dict[tuple[str, str], tuple[int, Configuration]] = {}

    def get(self, touchpoint_id: str, terminal_name: str) -> Configuration:
        """Raises NotFound where the touchpoint or its survey is gone."""
        configuration = self.kept(touchpoint_id, terminal_name)
        if configuration is None:
            now_ms = self._clock()
            configuration = make_configuration(self._store, touchpoint_id, terminal_name, now_ms)
            self._kept[touchpoint_id, terminal_name] = (now_ms, configuration)
        return configuration

    def kept(self, touchpoint_id: str, terminal_name: str) -> Configuration | None:
        """The one that was read not long ago: without a look at the store."""
        made_at, configuration = self._kept.get((touchpoint_id, terminal_name), (0, None))
        return configuration if 0 <= self._clock() - made_at <= KEEP_MS else None


def make_configuration(store: Store, touchpoint_id: str, terminal_name: str, now_ms: int) -> Configuration:
    """Its version is a hash of all that it says."""
    touchpoint = places.touchpoint(store, touchpoint_id)
    location = places.location(store, touchpoint.location_id) if touchpoint else None
    survey = places.survey(store, touchpoint.survey_id) if touchpoint else None
    if touchpoint is None or location is None or survey is None:
        raise NotFound(f"Touchpoint {touchpoint_id} is not set up.", "Load the chain file again: hymy chain load FILE.")
    theme = shown.theme(store)
    goal = None
    target = target_of(survey.shared_question.kind, location.target)
    if target is not None:
        stand = satisfied_this_week(store, location, survey.shared_question, now_ms)
        goal = Goal(target, stand.current, stand.as_of)
    configuration = Configuration(
        version="",
        terminal_name=terminal_name,
        location_name=location.name,
        touchpoint_name=touchpoint.name,
        time_zone=location.time_zone,
        survey=survey,
        goal=goal,
        opening_hours=location.opening_hours,
        theme=theme,
        pictures=shown.picture_hashes(store, [*filter(None, (theme.logo, theme.logo_dark)), *pictures_of(survey)]),
        staff_pin=shown.staff_pin(store, location.location_id),
    )
    version = sha256(msgspec.json.encode(configuration)).hexdigest()[:12]
    return msgspec.structs.replace(configuration, version=version)
