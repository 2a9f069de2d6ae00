"""One location's day so far: everything that the Today page and its API show, from rollups."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache

import msgspec

from survey.figures import Figure
from survey.opening_hours import QUARTER_MS, local_hour, zone
from survey.questions import SCALES, STAFF, Kind, Question, Survey
from sync_server.results import shared
from sync_server.results.response import Response, quarters_over, response
from sync_server.results.shared import Face, Measure
from sync_server.store import Store
from sync_server.store import results as stored
from sync_server.store.places import LocationRow
from sync_server.store.results import Count
from sync_server.store.settled import ASIDE

COMMENTS_SHOWN = 8
REASONS_SHOWN = 6  # of each question


class Hour(msgspec.Struct, frozen=True):
    """below: its whole interval lies under the day's figure, so it is worse and not just noise."""

    hour: int
    answers: int
    good: int
    figure: Figure | None
    below: bool


class Reason(msgspec.Struct, frozen=True):
    """A choice of a follow-up question, and how often it was taken."""

    text: str
    answers: int


class Reasons(msgspec.Struct, frozen=True):
    """What was chosen in one follow-up question, most first; what nobody chose is left out."""

    question: str
    choices: list[Reason]


class Comment(msgspec.Struct, frozen=True):
    """face: 1 to 5, of the same visit, if it was given before. local_time: HH:MM at the location."""

    text: str
    touchpoint_name: str
    local_time: str
    language: str
    face: int | None


class TouchpointToday(msgspec.Struct, frozen=True):
    touchpoint_id: str
    name: str
    answers: int
    figure: Figure | None
    response: Response | None


class Staff(msgspec.Struct, frozen=True):
    """What staff say of their own day; figure: None under 10 answers."""

    answers: int
    figure: Figure | None


class Today(msgspec.Struct, frozen=True):
    """figure: satisfied of 100 or NPS, by `measure`; None under 10 answers, where only their number may be shown.

    set_aside: presses that it leaves out, since they cannot be of different visitors. last_answer: local time HH:MM of
    today's newest, of a customer. last_date: the newest day with answers before today.
    """

    location_id: str
    location_name: str
    local_date: str
    measure: Measure
    question: str
    answers: int
    set_aside: int
    figure: Figure | None
    index: Figure | None
    target: int | None
    faces: list[Face]
    hours: list[Hour]
    reasons: list[Reasons]
    comments: list[Comment]
    comment_count: int
    touchpoints: list[TouchpointToday]
    staff: Staff
    last_answer: str | None
    last_date: str | None


def today(store: Store, location: LocationRow, now_ms: int, language: str) -> Today:
    """language: of the reader, for what was asked; where the survey lacks it, its first one."""
    local_date, hour_now = local_hour(now_ms // QUARTER_MS, location.time_zone)
    began = day_began_ms(local_date, location.time_zone)
    touchpoints = stored.touchpoints(store, location.location_id)
    surveys = [_survey(touchpoint.survey) for touchpoint in touchpoints]
    question = surveys[0].shared_question if surveys else _NOTHING_ASKED
    counts = stored.day_counts(store, location.location_id, local_date)
    answers = [count for count in counts if count.question_id == question.question_id]
    steps = _steps(question.kind, answers)
    figure = shared.figure(question.kind, steps)
    names = {touchpoint.touchpoint_id: touchpoint.name for touchpoint in touchpoints}
    last_at = stored.last_answer_at(store, location.location_id)
    quarters = quarters_over(location, began, now_ms)
    return Today(
        location_id=location.location_id,
        location_name=location.name,
        local_date=local_date,
        measure=shared.measure_of(question.kind),
        question=_in(question.text, language),
        answers=sum(steps),
        set_aside=sum(count.answers for count in answers if count.value == ASIDE),
        figure=figure,
        index=shared.index(question.kind, steps),
        target=location.target,
        faces=shared.faces(question.kind, steps),
        hours=_hours(question.kind, answers, hour_now, figure),
        reasons=_reasons(surveys, counts, language),
        comments=_comments(store, location, began, names, question.kind),
        comment_count=stored.count_texts(store, location.location_id, began),
        touchpoints=[_touchpoint(touchpoint, question, counts, quarters) for touchpoint in touchpoints],
        staff=_staff(question, counts),
        last_answer=_local_time(last_at, location.time_zone) if last_at and last_at >= began else None,
        last_date=stored.last_date_before(store, location.location_id, question.question_id, local_date),
    )


def day_began_ms(local_date: str, time_zone: str) -> int:
    """Midnight at the location (UTC, epoch ms)."""
    midnight = datetime.combine(date.fromisoformat(local_date), time.min, tzinfo=zone(time_zone))
    return int(midnight.timestamp() * 1000)


_NOTHING_ASKED = Question("", Kind.SMILEY5, {})


@lru_cache(maxsize=1024)
def _survey(content: str) -> Survey:
    return msgspec.json.decode(content, type=Survey)


def _steps(kind: Kind, counts: Iterable[Count]) -> list[int]:
    """Answers per step of the scale, worst first."""
    by_value: Counter[int] = Counter()
    for count in counts:
        by_value[count.value] += count.answers
    return [by_value[value] for value in SCALES[kind]]


def _hours(kind: Kind, answers: Sequence[Count], hour_now: int, day: Figure | None) -> list[Hour]:
    """Every hour from the first to the last with answers, or to the present one."""
    if not answers:
        return []
    by_hour: dict[int, list[Count]] = {}
    for count in answers:
        by_hour.setdefault(count.hour, []).append(count)
    return [_hour(kind, hour, by_hour.get(hour, []), day) for hour in range(min(by_hour), max(*by_hour, hour_now) + 1)]


def _hour(kind: Kind, hour: int, counts: list[Count], day: Figure | None) -> Hour:
    steps = _steps(kind, counts)
    figure = shared.figure(kind, steps)
    below = bool(figure and day and figure.high < day.value)
    return Hour(hour, sum(steps), shared.good_answers(steps), figure, below)


def _reasons(surveys: Iterable[Survey], counts: Iterable[Count], language: str) -> list[Reasons]:
    """In the order in which the surveys ask; where two ask in the same words, they count together."""
    taken: Counter[tuple[str, int]] = Counter()
    for count in counts:
        taken[count.question_id, count.value] += count.answers
    questions = {question.question_id: question for survey in surveys for question in survey.questions}
    reasons: dict[str, Counter[str]] = {}
    for question in questions.values():
        for number, choice in enumerate(question.choices, start=1):
            if answers := taken[question.question_id, number]:
                of_question = reasons.setdefault(_in(question.text, language), Counter())
                of_question[_in(choice.text, language)] += answers
    return [
        Reasons(question, [Reason(text, answers) for text, answers in choices.most_common(REASONS_SHOWN)])
        for question, choices in reasons.items()
    ]


def _comments(
    store: Store, location: LocationRow, since_ms: int, names: Mapping[str, str], kind: Kind
) -> list[Comment]:
    return [
        Comment(
            text=text.text,
            touchpoint_name=names.get(text.touchpoint_id, text.touchpoint_id),
            local_time=_local_time(text.at, location.time_zone),
            language=text.language,
            face=None if text.score is None else shared.face_of(kind, text.score),
        )
        for text in stored.newest_texts(store, location.location_id, since_ms, COMMENTS_SHOWN)
    ]


def _touchpoint(
    touchpoint: stored.Touchpoint, question: Question, counts: Iterable[Count], open_quarters: Mapping[int, int]
) -> TouchpointToday:
    """counts: of all touchpoints and questions."""
    here = [count for count in counts if count.touchpoint_id == touchpoint.touchpoint_id]
    answers = [count for count in here if count.question_id == question.question_id and count.value != ASIDE]
    steps = _steps(question.kind, answers)
    return TouchpointToday(
        *(touchpoint.touchpoint_id, touchpoint.name, sum(steps), shared.figure(question.kind, steps)),
        response=response(here, answers, open_quarters),
    )


def _staff(question: Question, counts: Iterable[Count]) -> Staff:
    steps = _steps(question.kind, (count for count in counts if count.question_id == STAFF + question.question_id))
    return Staff(sum(steps), shared.figure(question.kind, steps))


def _local_time(at_ms: int, time_zone: str) -> str:
    return datetime.fromtimestamp(at_ms / 1000, zone(time_zone)).strftime("%H:%M")


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")
