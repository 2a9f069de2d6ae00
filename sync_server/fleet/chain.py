"""The chain file: regions, locations, touchpoints and the shared question, with the surveys beside it, in TOML.

Loading it again changes what it names and removes nothing. The format is in docs/surveys.md.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from survey.errors import SurveyFileFaults
from survey.opening_hours import zone
from survey.questions import Question, Survey
from survey.schedule import read_opening_hours
from survey.survey_file import read_question, read_survey
from survey.theme import DARK, DAY, Colours, Theme, theme_faults
from sync_server.errors import ChainFileFaults
from sync_server.fleet.pictures import pictures_of, read_pictures
from sync_server.store import Store, exports, places, shown, terminals
from sync_server.store.places import LocationRow, TouchpointRow


class _Region(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name: str


class _Location(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name: str
    region: str
    time_zone: str
    target: int | None = None
    opening_hours: dict[str, str] | None = None


class _Touchpoint(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name: str
    location: str
    phase: str
    survey: str


class _Theme(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    day: dict[str, str] = {}
    dark: dict[str, str] = {}
    logo: str = ""
    logo_dark: str = ""


class _ChainFile(msgspec.Struct, forbid_unknown_fields=True):
    shared_question: dict[str, Any]
    surveys: list[str]
    regions: list[_Region]
    locations: list[_Location]
    touchpoints: list[_Touchpoint]
    theme: _Theme = _Theme()


class Chain(NamedTuple):
    """Everything that a chain file sets up, sound in itself. pictures: name -> PNG."""

    regions: list[_Region]
    locations: list[LocationRow]
    touchpoints: list[TouchpointRow]
    surveys: list[Survey]
    theme: Theme
    pictures: dict[str, bytes]


def read_chain(file: Path) -> Chain:
    """The chain file and the surveys that it names. Raises ChainFileFaults with all that is wrong in any of them."""
    try:
        raw = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8-sig")), _ChainFile)
    except OSError as error:
        raise ChainFileFaults(str(file), [f"It can't be read: {error.strerror}."]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ChainFileFaults(str(file), [f"{error}. See docs/surveys.md for what it holds."]) from error
    faults: list[str] = []
    surveys = _read_surveys(raw, file.parent, faults)
    theme = _read_theme(raw.theme, faults)
    pictures = read_pictures(file.parent, _pictures_in(theme, surveys), faults)
    locations = [_read_location(row, faults) for row in raw.locations]
    faults.extend(_faults(raw, surveys))
    if faults:
        raise ChainFileFaults(str(file), faults)
    return Chain(
        raw.regions,
        locations,
        [TouchpointRow(row.id, row.location, row.name, row.phase, row.survey) for row in raw.touchpoints],
        surveys,
        theme,
        pictures,
    )


def load_chain(store: Store, chain: Chain, now_ms: int) -> None:
    """Keep it, all or nothing; terminals go where their touchpoints go.

    Raises ChainFileFaults if a survey changed without a new version, or a question means something else in a new one.
    """
    if faults := list(_other_meanings(chain.surveys, exports.surveys(store))):
        raise ChainFileFaults("surveys", faults)
    with store.write() as transaction:
        changed = [survey.label for survey in chain.surveys if not places.put_survey(transaction, survey)]
        if changed:
            text = "is loaded already and says something else; give it the next version."
            raise ChainFileFaults("surveys", [f"Survey {label} {text}" for label in changed])
        for region in chain.regions:
            places.put_region(transaction, region.id, region.name)
        places.put_locations(transaction, chain.locations)
        places.put_touchpoints(transaction, chain.touchpoints)
        shown.put_theme(transaction, chain.theme)
        shown.put_pictures(transaction, chain.pictures)
        terminals.follow_touchpoints(transaction, now_ms)


def _read_surveys(raw: _ChainFile, folder: Path, faults: list[str]) -> list[Survey]:
    surveys: list[Survey] = []
    try:
        shared = read_question(raw.shared_question, "shared_question")
    except SurveyFileFaults as error:
        faults.extend(f"shared_question: {fault}" for fault in error.faults)
        return surveys
    for name in raw.surveys:
        try:
            surveys.append(read_survey((folder / name).read_bytes(), shared, name))
        except OSError as error:
            faults.append(f"surveys: {name} can't be read: {error.strerror}.")
        except SurveyFileFaults as error:
            faults.extend(f"{name}: {fault}" for fault in error.faults)
    return surveys


def _read_location(raw: _Location, faults: list[str]) -> LocationRow:
    hours = None
    if raw.opening_hours is not None:
        told: list[str] = []
        hours = read_opening_hours(raw.opening_hours, told)
        faults.extend(f"Location {raw.id}: opening_hours: {fault}" for fault in told)
    return LocationRow(raw.id, raw.region, raw.name, raw.time_zone, raw.target, hours)


def _read_theme(raw: _Theme, faults: list[str]) -> Theme:
    known = Colours.__struct_fields__
    for part, given in (("day", raw.day), ("dark", raw.dark)):
        for name in sorted(given.keys() - set(known)):
            faults.append(f"theme: {part} has no colour {name!r}; known are {', '.join(known)}.")
    day, dark = ({name: given[name] for name in given.keys() & set(known)} for given in (raw.day, raw.dark))
    replace = msgspec.structs.replace
    theme = Theme(replace(DAY, **day), replace(DARK, **dark), raw.logo, raw.logo_dark)
    faults.extend(theme_faults(theme))
    return theme


def _pictures_in(theme: Theme, surveys: list[Survey]) -> Iterator[str]:
    yield from filter(None, (theme.logo, theme.logo_dark))
    for survey in surveys:
        yield from pictures_of(survey)


def _faults(raw: _ChainFile, surveys: list[Survey]) -> Iterator[str]:
    regions = [row.id for row in raw.regions]
    locations = [row.id for row in raw.locations]
    yield from _twice("region", regions)
    yield from _twice("location", locations)
    yield from _twice("touchpoint", [row.id for row in raw.touchpoints])
    survey_ids = [survey.survey_id for survey in surveys]
    yield from _twice("survey", survey_ids)
    yield from _other_kinds(surveys)
    for location in raw.locations:
        yield from _unknown(f"Location {location.id}", "region", location.region, regions)
        if location.target is not None and not 0 < location.target <= 100:
            yield f"Location {location.id}: target {location.target} should be 1 to 100, satisfied of a hundred."
        try:
            zone(location.time_zone)
        except ValueError as error:
            yield f"Location {location.id}: {error}"
    for touchpoint in raw.touchpoints:
        yield from _unknown(f"Touchpoint {touchpoint.id}", "location", touchpoint.location, locations)
        if len(surveys) == len(raw.surveys):
            yield from _unknown(f"Touchpoint {touchpoint.id}", "survey", touchpoint.survey, survey_ids)


def _unknown(who: str, what: str, name: str, known: list[str]) -> Iterator[str]:
    if name not in known:
        yield f"{who} names the {what} {name!r}; known are {', '.join(known) or 'none'}."


def _twice(what: str, names: list[str]) -> Iterator[str]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"The {what} {name!r} stands twice."


def _other_kinds(surveys: list[Survey]) -> Iterator[str]:
    """Results are added up by question and value: one id is one kind of question, one number one choice."""
    first: dict[str, Question] = {}
    for survey in surveys:
        for question in survey.questions:
            name, known = f"Question {question.question_id!r}", first.setdefault(question.question_id, question)
            if known.kind is not question.kind:
                yield f"{name} is {known.kind} in one survey and {question.kind} in another."
            elif _choices(known) != _choices(question):
                yield f"{name} has other choices, or in another order, in one survey than in another."


def _other_meanings(surveys: list[Survey], held: list[Survey]) -> Iterator[str]:
    """As above, between what is held and the next version of it: what was answered keeps its meaning."""
    asked = [question for survey in held for question in survey.questions]
    known = {one.question_id: one for one in sorted(asked, key=lambda one: len(one.choices))}
    labels = {survey.label for survey in held}
    for survey in (survey for survey in surveys if survey.label not in labels):
        for question in survey.questions:
            before = known.get(question.question_id, question)
            numbers = _choices(question)[: len(before.choices)]
            if (before.kind, _choices(before)) != (question.kind, numbers):
                what = f"Survey {survey.label}: question {question.question_id!r} means something else than before"
                yield f"{what}. Keep its kind and its choices in their order, new ones last, or give it a new id."


def _choices(question: Question) -> list[str]:
    return [choice.choice_id for choice in question.choices]
