"""The customer's path through a location: its touchpoints, phase after phase, with what each asks beside the rest."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from survey.figures import Days, Figure, Measure, rho
from survey.questions import SCALES, Question
from sync_server.results.asked import said_in, survey_of
from sync_server.results.given import Given
from sync_server.results.spread import MEASURES, days_in, figure_of_days
from sync_server.store.results import Touchpoint


class Own(msgspec.Struct, frozen=True):
    """A question that the touchpoint asks beside the shared one, in its own measure."""

    question: str
    measure: Measure
    answers: int
    figure: Figure | None


class Step(msgspec.Struct, frozen=True):
    """A touchpoint, with the shared question's figure and those of its own questions."""

    touchpoint_id: str
    name: str
    phase: str
    answers: int
    figure: Figure | None
    own: list[Own]


def path(touchpoints: Sequence[Touchpoint], shared: Question, given: Given, language: str) -> list[Step]:
    """In the order of the chain file."""
    measures = {question.question_id: MEASURES[question.kind] for question in scaled_questions(touchpoints)}
    counted = given.by_touchpoint
    days = {key: days_in(measures[key[0]], counts) for key, counts in counted.items() if key[0] in measures}
    alike = {
        question_id: rho(measure, [found for (asked, _), found in days.items() if asked == question_id and found])
        for question_id, measure in measures.items()
    }
    return [_step(touchpoint, shared, days, alike, language) for touchpoint in touchpoints]


def scaled_questions(touchpoints: Iterable[Touchpoint]) -> list[Question]:
    """Each once, the shared one among them."""
    surveys = [survey_of(touchpoint.survey) for touchpoint in touchpoints]
    found = {question.question_id: question for survey in surveys for question in survey.questions}
    return [question for question in found.values() if question.kind in SCALES]


def _step(
    touchpoint: Touchpoint,
    shared: Question,
    days: Mapping[tuple[str, str], Days | None],
    alike: Mapping[str, float],
    language: str,
) -> Step:
    def own(question: Question) -> Own:
        measure, found = MEASURES[question.kind], days.get((question.question_id, touchpoint.touchpoint_id))
        figure = figure_of_days(measure, found, alike[question.question_id])
        return Own(said_in(question.text, language), measure, found.n if found else 0, figure)

    here = [question for question in survey_of(touchpoint.survey).questions if question.kind in SCALES]
    first = own(shared)
    return Step(
        *(touchpoint.touchpoint_id, touchpoint.name, touchpoint.phase, first.answers, first.figure),
        own=[own(question) for question in here if question.question_id != shared.question_id],
    )
