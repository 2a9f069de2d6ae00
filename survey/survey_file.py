"""Survey files: TOML in, Survey out. All faults of a file are told together, in words for whoever wrote it.

The format is in docs/surveys.md.
"""

import tomllib
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

import msgspec

from survey.errors import SurveyFileFaults
from survey.questions import Choice, FollowUp, Kind, Opening, Question, Survey, survey_faults
from survey.schedule import EVERY_DAY, When, read_span, read_weekdays
from survey.signs import PICTURE_SUFFIX, SIGNS
from survey.tables import Faults, each_table, read_table

T = TypeVar("T")


class _Choice(msgspec.Struct):
    id: str
    text: dict[str, str]
    picture: str = ""


class _Question(msgspec.Struct):
    id: str
    kind: Kind
    text: dict[str, str]
    choices: list[Any] = []


class _When(msgspec.Struct, rename={"first_on": "from", "last_on": "to"}):
    weekdays: list[str] | None = None
    times: list[str] = []
    first_on: date | None = None
    last_on: date | None = None
    during_opening: bool = False


class _FollowUp(msgspec.Struct):
    after: str
    ask: str
    values: list[int] = []
    share: float = 1.0
    when: Any = None


class _Opening(msgspec.Struct):
    ask: str
    share: float = 1.0
    when: Any = None


class _Survey(msgspec.Struct):
    id: str
    version: int
    languages: list[str]
    questions: list[Any] = []
    follow_ups: list[Any] = []
    openings: list[Any] = []
    daily: list[str] | None = None


def read_question(content: object, name: str) -> Question:
    """One question of a file (as tomllib gives it). Raises SurveyFileFaults."""
    faults = Faults()
    question = _read_question(content, "", faults)
    if faults or question is None:
        raise SurveyFileFaults(name, faults)
    return question


def read_survey(content: bytes, shared: Question | None, name: str = "survey") -> Survey:
    """A survey from the bytes of its TOML file; `shared` becomes its first question.

    shared: None where it could not be read; each table is then looked at by itself.
    Raises SurveyFileFaults with everything that is wrong.
    """
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SurveyFileFaults(name, [f"It is no TOML in UTF-8: {error}"]) from error
    faults = Faults()
    faults.has_holes = shared is None
    survey = _read_survey(raw, shared, faults)
    if survey:
        unread = _unread(raw.get("questions"), survey) if shared else None
        faults.extend(survey_faults(survey, is_whole=not faults.has_holes, unread=unread))
    if faults or survey is None:
        raise SurveyFileFaults(name, faults)
    return survey


def _read_survey(raw: dict[str, Any], shared: Question | None, faults: Faults) -> Survey | None:
    file = read_table(_Survey, raw, "", faults)
    own = each_table("Question", raw.get("questions"), _read_question, faults)
    questions = (shared, *own) if shared else tuple(own)
    follow_ups = tuple(each_table("Follow-up", raw.get("follow_ups"), _read_follow_up, faults))
    openings = tuple(each_table("Opening", raw.get("openings"), _read_opening, faults))
    if file is None:
        return None
    if file.daily == []:
        faults.append("daily: name at least one question, or leave it out.")
    return Survey(
        file.id, file.version, tuple(file.languages), questions, follow_ups, openings, daily=tuple(file.daily or ())
    )


def _unread(questions: object, survey: Survey) -> list[str] | None:
    """The ids of the questions that could not be read; None if not all of those can be told."""
    tables = questions if isinstance(questions, list) else []
    named = [table.get("id") if isinstance(table, dict) else None for table in tables]
    read = {question.question_id for question in survey.questions}
    ids = [name for name in named if isinstance(name, str)]
    return [name for name in ids if name not in read] if len(ids) == len(named) else None


def _read_question(raw: object, where: str, faults: Faults) -> Question | None:
    file = read_table(_Question, raw, where, faults)
    if file is None:
        return None
    choices = tuple(each_table(f"{where}Choice", file.choices, _read_choice, faults))
    if len(choices) < len(file.choices):
        return None
    return Question(file.id, file.kind, file.text, choices)


def _read_choice(raw: object, where: str, faults: Faults) -> Choice | None:
    file = read_table(_Choice, raw, where, faults)
    if file is None:
        return None
    if file.picture and file.picture not in SIGNS and not file.picture.endswith(PICTURE_SUFFIX):
        faults.append(
            f"{where}picture {file.picture!r} is no file ending in {PICTURE_SUFFIX}, nor one of {', '.join(SIGNS)}."
        )
    return Choice(file.id, file.text, file.picture)


def _read_follow_up(raw: object, where: str, faults: Faults) -> FollowUp | None:
    file = read_table(_FollowUp, raw, where, faults)
    if file is None:
        return None
    return FollowUp(file.after, file.ask, tuple(file.values), file.share, _read_when(file.when, where, faults))


def _read_opening(raw: object, where: str, faults: Faults) -> Opening | None:
    file = read_table(_Opening, raw, where, faults)
    if file is None:
        return None
    return Opening(file.ask, file.share, _read_when(file.when, where, faults))


def _read_when(raw: object, where: str, faults: Faults) -> When | None:
    file = None if raw is None else read_table(_When, raw, f"{where}when: ", faults)
    if file is None:
        return None
    if file.weekdays == []:
        faults.append(f'{where}when: weekdays: name some, as in ["mon-fri", "sun"], or leave it out for every day.')
    named = _told(read_weekdays, file.weekdays or (), f"{where}when: weekdays: ", faults)
    weekdays = tuple(sorted({day for days in named for day in days})) if file.weekdays else EVERY_DAY
    times = tuple(_told(read_span, file.times, f"{where}when: times: ", faults))
    first_on, last_on = (day.isoformat() if day else "" for day in (file.first_on, file.last_on))
    return When(weekdays, times, first_on, last_on, file.during_opening)


def _told(read: Callable[[str], T], texts: Iterable[str], where: str, faults: Faults) -> list[T]:
    """What can be read of these; the others become faults."""
    found = []
    for text in texts:
        try:
            found.append(read(text))
        except ValueError as error:
            faults.append(f"{where}{error}")
    return found
