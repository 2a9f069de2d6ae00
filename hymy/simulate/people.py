"""What people answer, made up with a seed: for simulated terminals, and for the benchmarks."""

import random
from collections.abc import Mapping, Sequence
from datetime import date

from survey.asking import following, opening
from survey.questions import Kind, Question, Survey, Value
from survey.schedule import LocalTime

FACES: Mapping[Kind, Sequence[float]] = {
    Kind.SMILEY4: [6, 9, 40, 45],
    Kind.SMILEY5: [4, 5, 5, 38, 48],
}  # of a hundred, worst first
LANGUAGES = (80, 10, 10)  # of a hundred, in the order given
NOON = LocalTime(date(2026, 6, 1), 12 * 60)  # what is asked at other times, none of them is
GOES_ON, WRITES = 0.7, 0.35  # shares of those who are asked
WORDS = ["Vain yksi kassa auki", "Jono oli pitkä", "Hittade inte returautomaten", "Kind people at the till 🙂"]


def language(choose: random.Random, languages: Sequence[str]) -> str:
    return choose.choices(languages[: len(LANGUAGES)], LANGUAGES[: len(languages)])[0]


def visit(
    choose: random.Random, survey: Survey, *, writes: float = WRITES, faces: Mapping[Kind, Sequence[float]] = FACES
) -> list[tuple[str, Value]]:
    """One person's turn: what it begins with, and as many of the follow-ups as this one has patience for.

    writes: share of those who put it in words where they are asked to. faces: how many choose which, worst first.
    """

    def lot(rule: str) -> float:
        return choose.random()

    answers: list[tuple[str, Value]] = []
    question: Question | None = opening(survey, NOON, is_open=True, lot=lot)
    while question is not None:
        value = _answer(choose, question, faces)
        answers.append((question.question_id, value))
        question = following(survey, question.question_id, value, NOON, is_open=True, lot=lot)
        if question is None or choose.random() > (writes if question.kind is Kind.TEXT else GOES_ON):
            break
    return answers


def _answer(choose: random.Random, question: Question, faces: Mapping[Kind, Sequence[float]]) -> Value:
    if question.kind is Kind.TEXT:
        return choose.choice(WORDS)
    return choose.choices(question.values, faces.get(question.kind))[0]
