"""Which values a question takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.errors import UnfitValue
from survey.questions import MAX_TEXT, Choice, Kind, Question, Survey, choices_in

OVERALL = Question("overall", Kind.SMILEY5, {"en": "How was it?", "fi": "Miten meni?"})
REASONS = tuple(Choice(name, {"en": name}) for name in ("queue", "price", "service"))

KINDS = [
    pytest.param(Question("q", Kind.SMILEY4, {}), [1, 4], [0, 5, -1, "1"], id="four smileys"),
    pytest.param(Question("q", Kind.SMILEY5, {}), [1, 5], [0, 6, 10**30], id="five smileys"),
    pytest.param(Question("q", Kind.NPS, {}), [0, 10], [-1, 11], id="nps"),
    pytest.param(Question("q", Kind.CES, {}), [1, 7], [0, 8], id="ces"),
    pytest.param(Question("q", Kind.YES_NO, {}), [0, 1], [2, -1], id="yes or no"),
    pytest.param(Question("q", Kind.SINGLE, {}, REASONS), [1, 3], [0, 4], id="one of three"),
    pytest.param(Question("q", Kind.MULTIPLE, {}, REASONS), [1, 7], [0, 8], id="some of three"),
    pytest.param(Question("q", Kind.TEXT, {}), ["x", "ä" * MAX_TEXT], ["", " \n", "x" * (MAX_TEXT + 1), 3], id="text"),
]


@pytest.mark.parametrize(("question", "fit", "unfit"), KINDS)
def test_a_question_takes_the_values_of_its_scale_and_no_other(
    question: Question, fit: list[int | str], unfit: list[int | str]
) -> None:
    for value in fit:
        question.check(value)
    for value in unfit:
        with pytest.raises(UnfitValue, match=r"Question q .*takes"):
            question.check(value)


def test_a_survey_says_which_question_it_does_not_have() -> None:
    with pytest.raises(LookupError, match="Survey s@1 has no question 'why'"):
        Survey("s", 1, ("en",), (OVERALL,)).question("why")


@given(st.sets(st.integers(1, 20), min_size=1))
def test_a_set_of_choices_comes_out_of_its_number_as_it_went_in(numbers: set[int]) -> None:
    value = sum(2 ** (number - 1) for number in numbers)
    assert list(choices_in(value)) == sorted(numbers)
