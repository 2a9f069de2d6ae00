"""One location's day so far: everything that the Today page and its API show, from rollups."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time

import msgspec

from survey.figures import Figure
from survey.opening_hours import QUARTER_MS, local_hour, zone
from survey.questions import STAFF, Kind, Question
from sync_server.results import shared
from sync_server.results.asked import NOTHING, Reasons, reasons, said_in, steps, survey_of
from sync_server.results.response import Response, quarters_over, response
from sync_server.results.shared import Face, Measure
from sync_server.store import Store
from sync_server.store import results as stored
from sync_server.store.places import LocationRow
from sync_server.store.results import Count
from sync_server.store.settled import ASIDE

COMMENTS_SHOWN = 8


class Hour(msgspec.Struct, frozen=True):
    """below: its whole interval lies under the day's figure, so it is worse and not just noise."""

    hour: int
    answers: int
    good: int
    figure: Figure | None
    below: bool


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
    surveys = [survey_of(touchpoint.survey) for touchpoint in touchpoints]
    question = surveys[0].shared_question if surveys else NOTHING
    counts = stored.day_counts(store, location.location_id, local_date)
    answers = [count for count in counts if count.question_id == question.question_id]
    by_step = steps(question.kind, answers)
    figure = shared.figure(question.kind, by_step)
    names = {touchpoint.touchpoint_id: touchpoint.name for touchpoint in touchpoints}
    last_at = stored.last_answer_at(store, location.location_id)
    quarters = quarters_over(location, began, now_ms)
    return Today(
        location_id=location.location_id,
        location_name=location.name,
        local_date=local_date,
        measure=shared.measure_of(question.kind),
        question=said_in(question.text, language),
        answers=sum(by_step),
        set_aside=sum(count.answers for count in answers if count.value == ASIDE),
        figure=figure,
        index=shared.index(question.kind, by_step),
        target=location.target,
        faces=shared.faces(question.kind, by_step),
        hours=_hours(question.kind, answers, hour_now, figure),
        reasons=reasons(surveys, _taken(counts), language),
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


def _hours(kind: Kind, answers: Sequence[Count], hour_now: int, day: Figure | None) -> list[Hour]:
    """Every hour from the first to the last with answers, or to the present one."""
    if not answers:
        return []
    by_hour: dict[int, list[Count]] = {}
    for count in answers:
        by_hour.setdefault(count.hour, []).append(count)
    return [_hour(kind, hour, by_hour.get(hour, []), day) for hour in range(min(by_hour), max(*by_hour, hour_now) + 1)]


def _hour(kind: Kind, hour: int, counts: list[Count], day: Figure | None) -> Hour:
    by_step = steps(kind, counts)
    figure = shared.figure(kind, by_step)
    below = bool(figure and day and figure.high < day.value)
    return Hour(hour, sum(by_step), shared.good_answers(by_step), figure, below)


def _taken(counts: Iterable[Count]) -> Counter[tuple[str, int]]:
    taken: Counter[tuple[str, int]] = Counter()
    for count in counts:
        taken[count.question_id, count.value] += count.answers
    return taken


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
    by_step = steps(question.kind, answers)
    return TouchpointToday(
        *(touchpoint.touchpoint_id, touchpoint.name, sum(by_step), shared.figure(question.kind, by_step)),
        response=response(here, answers, open_quarters),
    )


def _staff(question: Question, counts: Iterable[Count]) -> Staff:
    by_step = steps(question.kind, (count for count in counts if count.question_id == STAFF + question.question_id))
    return Staff(sum(by_step), shared.figure(question.kind, by_step))


def _local_time(at_ms: int, time_zone: str) -> str:
    return datetime.fromtimestamp(at_ms / 1000, zone(time_zone)).strftime("%H:%M")
