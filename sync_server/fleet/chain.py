"""The chain file: regions, locations, touchpoints and the shared question, with the surveys beside it, in TOML.

Loading it again changes what it names and removes nothing. The format is in docs/surveys.md.
"""

import tomllib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from survey.errors import SurveyFileFaults
from survey.opening_hours import zone
from survey.questions import Question, Survey
from survey.schedule import read_opening_hours
from survey.survey_file import read_question, read_survey
from survey.tables import Faults, each_table, read_table
from survey.theme import DARK, DAY, Colours, Theme, theme_faults
from sync_server.errors import ChainFileFaults
from sync_server.fleet.pictures import pictures_of, read_pictures
from sync_server.store import Store, exports, places, shown, terminals
from sync_server.store.places import LocationRow, TouchpointRow


class _Region(msgspec.Struct):
    id: str
    name: str


class _Location(msgspec.Struct):
    id: str
    name: str
    region: str
    time_zone: str
    target: int | None = None
    opening_hours: dict[str, str] | None = None


class _Touchpoint(msgspec.Struct):
    id: str
    name: str
    location: str
    phase: str
    survey: str


class _Theme(msgspec.Struct, frozen=True):
    day: dict[str, str] = {}
    dark: dict[str, str] = {}
    logo: str = ""
    logo_dark: str = ""


class _ChainFile(msgspec.Struct):
    """Its tables by name; what is in each is read by itself."""

    shared_question: Any
    surveys: list[str]
    regions: list[Any]
    locations: list[Any]
    touchpoints: list[Any]
    theme: Any = None


class _Parts(NamedTuple):
    """What could be read of a chain file's lists."""

    regions: list[_Region]
    locations: list[_Location]
    touchpoints: list[_Touchpoint]
    surveys: list[Survey]


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
    raw, faults = _read_toml(file), Faults()
    read_table(_ChainFile, raw, "", faults)
    parts = _Parts(
        list(each_table("Region", raw.get("regions"), partial(read_table, _Region), faults)),
        list(each_table("Location", raw.get("locations"), partial(read_table, _Location), faults)),
        list(each_table("Touchpoint", raw.get("touchpoints"), partial(read_table, _Touchpoint), faults)),
        _read_surveys(raw, file.parent, faults),
    )
    theme = _read_theme(raw.get("theme", {}), faults)
    pictures = read_pictures(file.parent, _pictures_in(theme, parts.surveys), faults)
    locations = [_location(row, faults) for row in parts.locations]
    faults.extend(_faults(raw, parts))
    if faults:
        raise ChainFileFaults(str(file), faults)
    return Chain(
        parts.regions,
        locations,
        [TouchpointRow(row.id, row.location, row.name, row.phase, row.survey) for row in parts.touchpoints],
        parts.surveys,
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


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ChainFileFaults(str(file), [f"It can't be read: {error.strerror}."]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ChainFileFaults(str(file), [f"{error}. See docs/surveys.md for what it holds."]) from error


def _read_surveys(raw: dict[str, Any], folder: Path, faults: list[str]) -> list[Survey]:
    """Also where the question that they share can't be read: what is wrong with them is told in the same round."""
    surveys: list[Survey] = []
    shared = _read_shared_question(raw, faults)
    named = raw.get("surveys")
    for name in (name for name in (named if isinstance(named, list) else []) if isinstance(name, str)):
        try:
            surveys.append(read_survey((folder / name).read_bytes(), shared, name))
        except OSError as error:
            faults.append(f"surveys: {name} can't be read: {error.strerror}.")
        except SurveyFileFaults as error:
            faults.extend(f"{name}: {fault}" for fault in error.faults)
    return surveys


def _read_shared_question(raw: dict[str, Any], faults: list[str]) -> Question | None:
    try:
        return read_question(raw["shared_question"], "shared_question") if "shared_question" in raw else None
    except SurveyFileFaults as error:
        faults.extend(f"shared_question: {fault}" for fault in error.faults)
        return None


def _location(row: _Location, faults: list[str]) -> LocationRow:
    hours = None
    if row.opening_hours is not None:
        told: list[str] = []
        hours = read_opening_hours(row.opening_hours, told)
        faults.extend(f"Location {row.id}: opening_hours: {fault}" for fault in told)
    return LocationRow(row.id, row.region, row.name, row.time_zone, row.target, hours)


def _read_theme(raw: object, faults: Faults) -> Theme:
    given = read_table(_Theme, raw, "theme: ", faults) or _Theme()
    known = Colours.__struct_fields__
    for part, colours in (("day", given.day), ("dark", given.dark)):
        for name in sorted(colours.keys() - set(known)):
            faults.append(f"theme: {part} has no colour {name!r}; known are {', '.join(known)}.")
    day, dark = ({name: part[name] for name in part.keys() & set(known)} for part in (given.day, given.dark))
    replace = msgspec.structs.replace
    theme = Theme(replace(DAY, **day), replace(DARK, **dark), given.logo, given.logo_dark)
    faults.extend(theme_faults(theme))
    return theme


def _pictures_in(theme: Theme, surveys: list[Survey]) -> Iterator[str]:
    yield from filter(None, (theme.logo, theme.logo_dark))
    for survey in surveys:
        yield from pictures_of(survey)


def _faults(raw: dict[str, Any], parts: _Parts) -> Iterator[str]:
    """Between the tables."""
    regions, locations = [row.id for row in parts.regions], [row.id for row in parts.locations]
    survey_ids = [survey.survey_id for survey in parts.surveys]
    yield from _twice("region", regions)
    yield from _twice("location", locations)
    yield from _twice("touchpoint", [row.id for row in parts.touchpoints])
    yield from _twice("survey", survey_ids)
    yield from _other_kinds(parts.surveys)
    for location in parts.locations:
        if _is_whole(regions, raw.get("regions")):
            yield from _unknown(f"Location {location.id}", "region", location.region, regions)
        if location.target is not None and not 0 < location.target <= 100:
            yield f"Location {location.id}: target {location.target} should be 1 to 100, satisfied of a hundred."
        try:
            zone(location.time_zone)
        except ValueError as error:
            yield f"Location {location.id}: {error}"
    for touchpoint in parts.touchpoints:
        if _is_whole(locations, raw.get("locations")):
            yield from _unknown(f"Touchpoint {touchpoint.id}", "location", touchpoint.location, locations)
        if _is_whole(survey_ids, raw.get("surveys")):
            yield from _unknown(f"Touchpoint {touchpoint.id}", "survey", touchpoint.survey, survey_ids)


def _is_whole(found: list[str], raw: object) -> bool:
    """All could be read: of what could not, nobody knows what it is called."""
    return isinstance(raw, list) and len(found) == len(raw)


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
