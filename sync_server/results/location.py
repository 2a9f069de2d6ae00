"""One location over a period: everything that its page shows, from rollups."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec
import numpy as np

from survey.figures import Days, Difference, Figure, Measure, design_effect, difference
from survey.opening_hours import local_date, zone
from survey.questions import STAFF, Kind, Question
from sync_server.insight.days import SLIDE_DAYS, WEEKS, Slide
from sync_server.results import shared
from sync_server.results.asked import NOTHING, Reasons, reasons, said_in, survey_of
from sync_server.results.given import Counts, Given
from sync_server.results.heat import Heat, heat
from sync_server.results.path import Step, path, scaled_questions
from sync_server.results.periods import Period
from sync_server.results.rates import Rate, rates
from sync_server.results.shared import Face
from sync_server.results.spread import MEASURES, DaySums, days_in, figure_of_days
from sync_server.results.today import Comment, Staff
from sync_server.results.trend import MOST_DAYS, Point, slow_slide, trend
from sync_server.store import Store, late
from sync_server.store import period as stored
from sync_server.store import results as stored_results
from sync_server.store.places import LocationRow
from sync_server.store.results import Text, Touchpoint

COMMENTS_SHOWN = 6
HEAT_WEEKS = 8  # tells when to look now; the hours of a year ago tell little, and are much to read

Standing = Literal["better", "worse", "same"]
"""Only what holds: the interval of the difference leaves out 0, or it does not."""


class Change(msgspec.Struct, frozen=True):
    """Against the period before, as long as this one."""

    before: Period
    figure: Figure
    difference: Difference
    standing: Standing


class PeriodComment(msgspec.Struct, frozen=True):
    local_date: date
    comment: Comment


class Trends(msgspec.Struct, frozen=True):
    """figure: satisfied of 100 or NPS, by `measure`; None under 10 answers, where only their number may be shown.

    change: None where this period or the one before has too few. late: answers that came after their day was over,
    those that were set aside since among them. points: days, or weeks in a long period (`is_by_week`). heat, rates:
    None and empty where hours were not asked for.
    """

    period: Period
    measure: shared.Measure
    question: str
    kind: Kind
    answers: int
    set_aside: int
    late: int
    figure: Figure | None
    index: Figure | None
    change: Change | None
    target: int | None
    slide: Slide
    points: list[Point]
    heat: Heat | None
    faces: list[Face]
    path: list[Step]
    rates: dict[str, Rate]
    reasons: list[Reasons]
    comments: list[PeriodComment]
    comment_count: int
    staff: Staff


def trends(
    store: Store, location: LocationRow, period: Period, now_ms: int, language: str, *, with_hours: bool = True
) -> Trends:
    """language: of the reader, for what was asked. Days to come are left out.

    with_hours: heat and rates, too, which are read from the rollups by hour.
    """
    touchpoints = stored_results.touchpoints(store, location.location_id)
    question = _shared_question(touchpoints)
    asked = [question, msgspec.structs.replace(question, question_id=STAFF + question.question_id)]
    asked += [one for one in scaled_questions(touchpoints) if one.question_id != question.question_id]
    so_far = _so_far(period, local_date(now_ms, location.time_zone))
    given = Given(store, location.location_id, asked, so_far)
    before = Given(store, location.location_id, [question], days_before(period))
    measure, first = MEASURES[question.kind], before.period.first
    counts = np.concatenate((before.together(question), given.together(question)))
    sums, days = DaySums(measure, first, counts), _by_day(first, counts)
    apart = sums.alike()
    spread = apart if period.days > 1 else 0.0
    all_days = sums.within(so_far)
    figure = figure_of_days(measure, all_days, spread)
    lates = late.by_day(store, location.location_id, question.question_id, *period.dates)
    staff = days_in(measure, given.together(asked[1]))
    comments, comment_count = _comments(store, location, period, touchpoints, question.kind)
    return Trends(
        period=period,
        measure=shared.measure_of(question.kind),
        question=said_in(question.text, language),
        kind=question.kind,
        answers=all_days.n if all_days else 0,
        set_aside=given.set_aside.get(question.question_id, 0),
        late=sum(lates.values()),
        figure=figure,
        index=None if question.kind is Kind.NPS else figure_of_days(Measure.INDEX, all_days, spread),
        change=_change(sums, period, apart),
        target=shared.target_of(question.kind, location.target),
        slide=slow_slide(location, measure, so_far.last if so_far.days else period.last, days),
        points=trend(location, measure, so_far, days, sums, lates, alike=spread),
        heat=_heat(store, location.location_id, question, so_far, sums, spread) if with_hours else None,
        faces=_faces(question, all_days, spread),
        path=path(touchpoints, question, given, language),
        rates=rates(store, location, question.question_id, so_far, now_ms) if with_hours else {},
        reasons=_reasons(store, location.location_id, touchpoints, period, language),
        comments=comments,
        comment_count=comment_count,
        staff=Staff(staff.n if staff else 0, figure_of_days(measure, staff, spread)),
    )


def points(store: Store, location: LocationRow, period: Period, now_ms: int) -> list[Point]:
    """Those of trends() alone."""
    so_far = _so_far(period, local_date(now_ms, location.time_zone))
    question = _shared_question(stored_results.touchpoints(store, location.location_id))
    first, measure = days_before(period).first, MEASURES[question.kind]
    counts = Given(store, location.location_id, [question], Period(first, so_far.last)).together(question)
    sums = DaySums(measure, first, counts)
    lates = late.by_day(store, location.location_id, question.question_id, *period.dates)
    alike = sums.alike() if period.days > 1 else 0.0
    return trend(location, measure, so_far, _by_day(first, counts), sums, lates, alike=alike)


def target_standing(figure: Figure, target: int) -> Literal["reached", "close", "not_yet"]:
    """Only what the interval allows to be said, rounded as it is shown: "up to 85" is not below 85."""
    if round(figure.low) >= target:
        return "reached"
    return "not_yet" if round(figure.high) < target else "close"


def standing_of(change: Difference) -> Standing:
    return "better" if change.low > 0 else "worse" if change.high < 0 else "same"


def came_later(store: Store, location_id: str, question_id: str, period: Period) -> int:
    """Answers of the period that came after their day was over, so that a past day changed."""
    return sum(late.by_day(store, location_id, question_id, *period.dates).values())


def days_before(period: Period) -> Period:
    """The period before, and all that any day of this one is compared with."""
    oldest = min(
        period.before.first,
        period.first - timedelta(weeks=WEEKS),
        period.last - timedelta(days=7 * WEEKS + SLIDE_DAYS),
    )
    return Period(oldest, period.first - timedelta(days=1))


def _so_far(period: Period, today: date) -> Period:
    """Without days to come; without any where all of them are."""
    return Period(period.first, max(min(period.last, today), period.first - timedelta(days=1)))


def _shared_question(touchpoints: Sequence[Touchpoint]) -> Question:
    return survey_of(touchpoints[0].survey).shared_question if touchpoints else NOTHING


def _by_day(first: date, counts: Counts) -> dict[date, list[int]]:
    """So many of the last ones as days are shown and compared by themselves."""
    skipped = max(0, len(counts) - (MOST_DAYS + 7 * WEEKS))
    return {first + timedelta(days=skipped + at): of_day for at, of_day in enumerate(counts[skipped:].tolist())}


def _heat(
    store: Store, location_id: str, question: Question, so_far: Period, sums: DaySums, alike: float
) -> Heat | None:
    """Of a long period's last weeks, beside their own figure: all its hours would be most of what a page reads."""
    last = Period(max(so_far.first, so_far.last - timedelta(days=7 * HEAT_WEEKS - 1)), so_far.last)
    whole = sums.figure(last, alike)
    return heat(store, location_id, question, MEASURES[question.kind], last, whole=whole, alike=alike)


def _faces(question: Question, days: Days | None, alike: float) -> list[Face]:
    if days is None:
        return shared.faces(question.kind, [0] * len(question.values))
    effect = design_effect(days.squares, days.n, alike)
    return shared.faces(question.kind, days.counts, design_effect=effect)


def _change(sums: DaySums, period: Period, alike: float) -> Change | None:
    """Between two periods the days' own differences count, be each a single day."""
    now, before = sums.figure(period, alike), sums.figure(period.before, alike)
    if now is None or before is None:
        return None
    found = difference(now, before)
    return Change(period.before, before, found, standing_of(found))


def _reasons(
    store: Store, location_id: str, touchpoints: Sequence[Touchpoint], period: Period, language: str
) -> list[Reasons]:
    surveys = [survey_of(touchpoint.survey) for touchpoint in touchpoints]
    chosen = sorted({question.question_id for survey in surveys for question in survey.questions if question.choices})
    return reasons(surveys, stored.value_counts(store, location_id, chosen, *period.dates), language)


def _comments(
    store: Store, location: LocationRow, period: Period, touchpoints: Sequence[Touchpoint], kind: Kind
) -> tuple[list[PeriodComment], int]:
    """The newest, and how many there are."""
    names = {touchpoint.touchpoint_id: touchpoint.name for touchpoint in touchpoints}
    span = period.span_ms(location.time_zone)
    texts = stored_results.newest_texts(store, location.location_id, *span, COMMENTS_SHOWN)
    count = stored_results.count_texts(store, location.location_id, *span)
    return [_comment(text, names, location.time_zone, kind) for text in texts], count


def _comment(text: Text, names: Mapping[str, str], time_zone: str, kind: Kind) -> PeriodComment:
    given = datetime.fromtimestamp(text.at / 1000, zone(time_zone))
    comment = Comment(
        text=text.text,
        touchpoint_name=names.get(text.touchpoint_id, text.touchpoint_id),
        local_time=given.strftime("%H:%M"),
        language=text.language,
        face=None if text.score is None else shared.face_of(kind, text.score),
    )
    return PeriodComment(given.date(), comment)
