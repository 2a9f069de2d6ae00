"""What a location's touchpoints ask, and what was chosen in it, in the reader's language."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from survey.questions import SCALES, Kind, Question, Survey
from sync_server.store.results import Count

REASONS_SHOWN = 6  # of each question
NOTHING = Question("", Kind.SMILEY5, {})  # what is asked where no touchpoint stands


class Reason(msgspec.Struct, frozen=True):
    """A choice of a follow-up question, and how often it was taken."""

    text: str
    answers: int


class Reasons(msgspec.Struct, frozen=True):
    """What was chosen in one follow-up question, most first; what nobody chose is left out."""

    question: str
    choices: list[Reason]


@lru_cache(maxsize=1024)
def survey_of(content: str) -> Survey:
    """content: its JSON."""
    return msgspec.json.decode(content, type=Survey)


def said_in(texts: Mapping[str, str], language: str) -> str:
    """Where the survey lacks the language, in its first one."""
    return texts.get(language) or next(iter(texts.values()), "")


def steps(kind: Kind, counts: Iterable[Count]) -> list[int]:
    """Answers per step of the scale, worst first."""
    by_value: Counter[int] = Counter()
    for count in counts:
        by_value[count.value] += count.answers
    return [by_value[value] for value in SCALES[kind]]


def reasons(surveys: Iterable[Survey], taken: Mapping[tuple[str, int], int], language: str) -> list[Reasons]:
    """In the order in which the surveys ask; where two ask in the same words, they count together.

    taken: by question and value.
    """
    questions = {question.question_id: question for survey in surveys for question in survey.questions}
    found: dict[str, Counter[str]] = {}
    for question in questions.values():
        for number, choice in enumerate(question.choices, start=1):
            if answers := taken.get((question.question_id, number)):
                of_question = found.setdefault(said_in(question.text, language), Counter())
                of_question[said_in(choice.text, language)] += answers
    return [
        Reasons(question, [Reason(text, answers) for text, answers in choices.most_common(REASONS_SHOWN)])
        for question, choices in found.items()
    ]
