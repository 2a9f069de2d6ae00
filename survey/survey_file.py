"""Survey files: TOML in, Survey out. All faults of a file are told together, in words for whoever wrote it.

The format is in docs/surveys.md.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, TypeVar

import msgspec

from survey.errors import SurveyFileFaults
from survey.questions import Choice, FollowUp, Kind, Opening, Question, Survey, survey_faults
from survey.schedule import EVERY_DAY, When, read_span, read_weekdays
from survey.signs import PICTURE_SUFFIX, SIGNS

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)

_MISMATCH = re.compile(r"Expected `([^`]+)`, got `([^`]+)`(?: - at `\$([^`]*)`)?")
_IN_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "date": "a date",
}


class _Faults(list[str]):
    """has_holes: something could not be read at all, so what names it may be sound."""

    has_holes = False


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
    faults = _Faults()
    question = _read_question(content, "", faults)
    if faults or question is None:
        raise SurveyFileFaults(name, faults)
    return question


def read_survey(content: bytes, shared: Question, name: str = "survey") -> Survey:
    """A survey from the bytes of its TOML file; `shared` becomes its first question.

    Raises SurveyFileFaults with everything that is wrong.
    """
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SurveyFileFaults(name, [f"It is no TOML in UTF-8: {error}"]) from error
    faults = _Faults()
    survey = _read_survey(raw, shared, faults)
    if survey and not faults.has_holes:
        faults.extend(survey_faults(survey))
    if faults or survey is None:
        raise SurveyFileFaults(name, faults)
    return survey


def _read_survey(raw: dict[str, Any], shared: Question, faults: _Faults) -> Survey | None:
    file = _read(_Survey, raw, "", faults)
    questions = (shared, *_each("Question", raw.get("questions"), _read_question, faults))
    follow_ups = tuple(_each("Follow-up", raw.get("follow_ups"), _read_follow_up, faults))
    openings = tuple(_each("Opening", raw.get("openings"), _read_opening, faults))
    if file is None:
        return None
    if file.daily == []:
        faults.append("daily: name at least one question, or leave it out.")
    return Survey(
        file.id, file.version, tuple(file.languages), questions, follow_ups, openings, daily=tuple(file.daily or ())
    )


def _read_question(raw: object, where: str, faults: _Faults) -> Question | None:
    file = _read(_Question, raw, where, faults)
    if file is None:
        return None
    choices = tuple(_each(f"{where}Choice", file.choices, _read_choice, faults))
    return Question(file.id, file.kind, file.text, choices)


def _read_choice(raw: object, where: str, faults: _Faults) -> Choice | None:
    file = _read(_Choice, raw, where, faults)
    if file is None:
        return None
    if file.picture and file.picture not in SIGNS and not file.picture.endswith(PICTURE_SUFFIX):
        faults.append(
            f"{where}picture {file.picture!r} is no file ending in {PICTURE_SUFFIX}, nor one of {', '.join(SIGNS)}."
        )
    return Choice(file.id, file.text, file.picture)


def _read_follow_up(raw: object, where: str, faults: _Faults) -> FollowUp | None:
    file = _read(_FollowUp, raw, where, faults)
    if file is None:
        return None
    return FollowUp(file.after, file.ask, tuple(file.values), file.share, _read_when(file.when, where, faults))


def _read_opening(raw: object, where: str, faults: _Faults) -> Opening | None:
    file = _read(_Opening, raw, where, faults)
    if file is None:
        return None
    return Opening(file.ask, file.share, _read_when(file.when, where, faults))


def _read_when(raw: object, where: str, faults: _Faults) -> When | None:
    file = None if raw is None else _read(_When, raw, f"{where}when: ", faults)
    if file is None:
        return None
    if file.weekdays == []:
        faults.append(f'{where}when: weekdays: name some, as in ["mon-fri", "sun"], or leave it out for every day.')
    named = _told(read_weekdays, file.weekdays or (), f"{where}when: weekdays: ", faults)
    weekdays = tuple(sorted({day for days in named for day in days})) if file.weekdays else EVERY_DAY
    times = tuple(_told(read_span, file.times, f"{where}when: times: ", faults))
    first_on, last_on = (day.isoformat() if day else "" for day in (file.first_on, file.last_on))
    return When(weekdays, times, first_on, last_on, file.during_opening)


def _told(read: Callable[[str], T], texts: Iterable[str], where: str, faults: _Faults) -> list[T]:
    """What can be read of these; the others become faults."""
    found = []
    for text in texts:
        try:
            found.append(read(text))
        except ValueError as error:
            faults.append(f"{where}{error}")
    return found


def _each(what: str, raws: object, read: Callable[[object, str, _Faults], T | None], faults: _Faults) -> Iterator[T]:
    """Each table of a list, called by its place in the file, e.g. `Question 2: `."""
    for place, raw in enumerate(raws if isinstance(raws, list) else (), 1):
        if (found := read(raw, f"{what} {place}: ", faults)) is not None:
            yield found


def _read(kind: type[S], raw: object, where: str, faults: _Faults) -> S | None:
    """One table of a file, key by key, so that all that is wrong with it is told at once; None if anything is."""
    if not isinstance(raw, dict):
        faults.append(f"{where}this should be a table of keys and values.")
        faults.has_holes = True
        return None
    keys = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    told = len(faults)
    faults.extend(
        f"{where}the key {key!r} is not known; known are {', '.join(keys)}." for key in raw if key not in keys
    )
    faults.extend(
        f"{where}the key {key!r} is missing." for key, field in keys.items() if field.required and key not in raw
    )
    values = {}
    for key in keys.keys() & raw.keys():
        try:
            values[keys[key].name] = msgspec.convert(raw[key], keys[key].type)
        except msgspec.ValidationError as error:
            faults.append(f"{where}{key}{_in_words(str(error))}")
    if len(faults) > told:
        faults.has_holes = True
        return None
    return kind(**values)


def _in_words(error: str) -> str:
    """What msgspec says, for whoever writes files and not programs."""
    if found := _MISMATCH.match(error):
        wanted, got = (
            " or ".join(_IN_WORDS.get(name.strip(), name) for name in names.split("|") if name.strip() != "null")
            for names in found.groups()[:2]
        )
        return f"{found[3] or ''}: this should be {wanted}, not {got}."
    return f": {error}. Known are {', '.join(Kind)}." if "enum" in error else f": {error}."
