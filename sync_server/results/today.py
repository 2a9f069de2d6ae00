"""One location's day, so far or gone by: everything that the Today page and its API show, from rollups."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from survey import figures
from survey.figures import Figure, days_of
from survey.opening_hours import QUARTER_MS, local_hour, zone
from survey.questions import STAFF, Kind, Question
from sync_server.insight.comparing import compare
from sync_server.insight.days import UsualDay, Verdict
from sync_server.results import shared
from sync_server.results.asked import NOTHING, Reasons, reasons, said_in, steps, survey_of
from sync_server.results.periods import Period, PeriodFaults
from sync_server.results.response import COMES_WITHIN_MS, Response, quarters_over, response
from sync_server.results.shared import Face, Measure
from sync_server.results.silence import Silent, silent
from sync_server.results.usual import Usual, usual, usual_hours
from sync_server.store import Store, late
from sync_server.store import results as stored
from sync_server.store.places import LocationRow
from sync_server.store.results import Count
from sync_server.store.settled import ASIDE

COMMENTS_SHOWN = 8


class Hour(msgspec.Struct, frozen=True):
    """usual: between what and what, None where that can't be said.

    below: under its usual range; where there is none, worse than the day's other hours by what holds among all of them.
    Either way it is worse and not just noise.
    """

    hour: int
    answers: int
    good: int
    figure: Figure | None
    below: bool
    usual: tuple[float, float] | None = None


class Comment(msgspec.Struct, frozen=True):
    """face: 1 to 5, of the same visit, if it was given before. local_time: HH:MM at the location."""

    text: str
    touchpoint_name: str
    local_time: str
    language: str
    face: int | None


class TouchpointToday(msgspec.Struct, frozen=True):
    """silent: its terminals that are not heard of, while the location is open."""

    touchpoint_id: str
    name: str
    answers: int
    figure: Figure | None
    response: Response | None
    silent: list[Silent]


class Staff(msgspec.Struct, frozen=True):
    """What staff say of their own day; figure: None under 10 answers."""

    answers: int
    figure: Figure | None


class Today(msgspec.Struct, frozen=True):
    """figure: satisfied of 100 or NPS, by `measure`; None under 10 answers, where only their number may be shown.

    is_over: a day gone by. is_closed: by the location's hours it does not open that day. set_aside: presses that it
    leaves out, since they cannot be of different visitors. late: answers that came once the day was over.
    last_answer: local time HH:MM of today's newest, of a customer. last_date: the newest day with answers before it.
    """

    location_id: str
    location_name: str
    local_date: str
    is_over: bool
    is_closed: bool
    measure: Measure
    question: str
    answers: int
    set_aside: int
    late: int
    figure: Figure | None
    index: Figure | None
    usual: Usual
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


class Day(msgspec.Struct, frozen=True):
    """A local day, and the part of it that is there. began, ended: its midnights (UTC, epoch ms)."""

    on: date
    began: int
    ended: int
    is_over: bool
    hour: int


def today(store: Store, location: LocationRow, now_ms: int, language: str, day: date | None = None) -> Today:
    """The day so far, or all of one gone by. language: of the reader, for what was asked.

    Raises PeriodFaults for a day to come.
    """
    when = _day(location, now_ms, day)
    local_date, location_id = when.on.isoformat(), location.location_id
    touchpoints = stored.touchpoints(store, location_id)
    surveys = [survey_of(touchpoint.survey) for touchpoint in touchpoints]
    question = surveys[0].shared_question if surveys else NOTHING
    counts = stored.day_counts(store, location_id, local_date)
    answers = [count for count in counts if count.question_id == question.question_id]
    by_step = steps(question.kind, answers)
    figure = shared.figure(question.kind, by_step)
    names = {touchpoint.touchpoint_id: touchpoint.name for touchpoint in touchpoints}
    quarters = quarters_over(location, when.began, min(now_ms, when.ended + COMES_WITHIN_MS))
    silents = {} if when.is_over else silent(store, location, now_ms)
    return Today(
        location_id=location_id,
        location_name=location.name,
        local_date=local_date,
        is_over=when.is_over,
        is_closed=bool(location.opening_hours and not location.opening_hours.spans(when.on)),
        measure=shared.measure_of(question.kind),
        question=said_in(question.text, language),
        answers=sum(by_step),
        set_aside=sum(count.answers for count in answers if count.value == ASIDE),
        late=late.by_day(store, location_id, question.question_id, local_date, local_date).get(local_date, 0),
        figure=figure,
        index=shared.index(question.kind, by_step),
        usual=usual(store, location, question, when.on, by_step),
        target=shared.target_of(question.kind, location.target),
        faces=shared.faces(question.kind, by_step),
        hours=_hours(store, location, question, when, answers),
        reasons=reasons(surveys, _taken(counts), language),
        comments=_comments(store, location, when, names, question.kind),
        comment_count=stored.count_texts(store, location_id, when.began, when.ended),
        touchpoints=[
            _touchpoint(touchpoint, question, counts, quarters, silents.get(touchpoint.touchpoint_id, []))
            for touchpoint in touchpoints
        ],
        staff=_staff(question, counts),
        last_answer=_last_answer(store, location, when),
        last_date=stored.last_date_before(store, location_id, question.question_id, local_date),
    )


def _day(location: LocationRow, now_ms: int, asked: date | None) -> Day:
    present, hour_now = local_hour(now_ms // QUARTER_MS, location.time_zone)
    on = asked or date.fromisoformat(present)
    if on > date.fromisoformat(present):
        raise PeriodFaults("to_come", f"{on} is yet to come.", f"Choose a day up to {present}.", day=on, last=present)
    is_over = on.isoformat() != present
    began, ended = Period(on, on).span_ms(location.time_zone)
    return Day(on, began, ended, is_over, 0 if is_over else hour_now)


def _hours(store: Store, location: LocationRow, question: Question, when: Day, answers: Sequence[Count]) -> list[Hour]:
    """Every hour from the first to the last with answers, or to the present one."""
    if not answers:
        return []
    by_hour: dict[int, list[Count]] = {}
    for count in answers:
        by_hour.setdefault(count.hour, []).append(count)
    counts = {
        hour: steps(question.kind, by_hour.get(hour, [])) for hour in range(min(by_hour), max(*by_hour, when.hour) + 1)
    }
    judged = usual_hours(store, location, question, when.on, counts)
    measure = figures.Measure(shared.measure_of(question.kind))
    beside = compare(
        measure, {f"{hour}": days_of(measure, [by_step]) for hour, by_step in counts.items() if any(by_step)}
    )
    below = {int(hour) for hour, found in beside.items() if found.side == "below"}
    return [_hour(question.kind, hour, by_step, hour in below, judged.get(hour)) for hour, by_step in counts.items()]


def _hour(kind: Kind, hour: int, by_step: Sequence[int], is_below: bool, judged: UsualDay | None) -> Hour:
    figure = shared.figure(kind, by_step)
    below = judged.verdict is Verdict.WORSE if judged else is_below
    usual = (judged.low, judged.high) if judged and judged.low is not None and judged.high is not None else None
    return Hour(hour, sum(by_step), shared.good_answers(by_step), figure, below, usual)


def _taken(counts: Iterable[Count]) -> Counter[tuple[str, int]]:
    taken: Counter[tuple[str, int]] = Counter()
    for count in counts:
        taken[count.question_id, count.value] += count.answers
    return taken


def _comments(store: Store, location: LocationRow, when: Day, names: Mapping[str, str], kind: Kind) -> list[Comment]:
    return [
        Comment(
            text=text.text,
            touchpoint_name=names.get(text.touchpoint_id, text.touchpoint_id),
            local_time=_local_time(text.at, location.time_zone),
            language=text.language,
            face=None if text.score is None else shared.face_of(kind, text.score),
        )
        for text in stored.newest_texts(store, location.location_id, when.began, when.ended, COMMENTS_SHOWN)
    ]


def _touchpoint(
    touchpoint: stored.Touchpoint,
    question: Question,
    counts: Iterable[Count],
    open_quarters: Mapping[int, int],
    silents: list[Silent],
) -> TouchpointToday:
    """counts: of all touchpoints and questions."""
    here = [count for count in counts if count.touchpoint_id == touchpoint.touchpoint_id]
    answers = [count for count in here if count.question_id == question.question_id and count.value != ASIDE]
    by_step = steps(question.kind, answers)
    return TouchpointToday(
        *(touchpoint.touchpoint_id, touchpoint.name, sum(by_step), shared.figure(question.kind, by_step)),
        response=response(here, answers, open_quarters),
        silent=silents,
    )


def _staff(question: Question, counts: Iterable[Count]) -> Staff:
    by_step = steps(question.kind, (count for count in counts if count.question_id == STAFF + question.question_id))
    return Staff(sum(by_step), shared.figure(question.kind, by_step))


def _last_answer(store: Store, location: LocationRow, when: Day) -> str | None:
    last_at = None if when.is_over else stored.last_answer_at(store, location.location_id)
    return _local_time(last_at, location.time_zone) if last_at and last_at >= when.began else None


def _local_time(at_ms: int, time_zone: str) -> str:
    return datetime.fromtimestamp(at_ms / 1000, zone(time_zone)).strftime("%H:%M")
