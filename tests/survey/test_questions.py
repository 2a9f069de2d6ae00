"""What a survey file may hold, which values a question takes, and what comes after which answer."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.errors import SurveyFileFaults, UnfitValue
from survey.questions import MAX_TEXT, Choice, Kind, Question, Survey, choices_in, read_question, read_survey

OVERALL = Question("overall", Kind.SMILEY5, {"en": "How was it?", "fi": "Miten meni?"})
REASONS = tuple(Choice(name, {"en": name}) for name in ("queue", "price", "service"))

SOUND = """
id = "shop"
version = 2
languages = ["en", "fi"]

[[questions]]
id = "why"
kind = "single"
text = { en = "Why?", fi = "Miksi?" }
choices = [
    { id = "queue", text = { en = "Queue", fi = "Jono" } },
    { id = "price", text = { en = "Price", fi = "Hinta" } },
]

[[questions]]
id = "words"
kind = "text"
text = { en = "More?", fi = "Lisää?" }

[[follow_ups]]
after = "overall"
values = [1, 2]
ask = "why"

[[follow_ups]]
after = "overall"
ask = "words"

[[follow_ups]]
after = "why"
values = [2]
ask = "words"
"""


def faults_of(content: str, shared: Question = OVERALL) -> tuple[str, ...]:
    with pytest.raises(SurveyFileFaults) as caught:
        read_survey(content.encode(), shared, "shop.toml")
    return caught.value.faults


def test_a_sound_file_becomes_a_survey_with_the_shared_question_first() -> None:
    survey = read_survey(SOUND.encode(), OVERALL)
    assert survey.label == "shop@2"
    assert survey.shared_question is survey.questions[0] is OVERALL
    assert [question.question_id for question in survey.questions] == ["overall", "why", "words"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param('id = "shop"', 'id = "shop@1"', "id: give the survey a short name without @", id="id with @"),
        pytest.param('id = "shop"', 'id = ""', "id: give the survey a short name", id="empty id"),
        pytest.param("version = 2", "version = 0", "version: 0 should be 1 or more", id="version 0"),
        pytest.param('["en", "fi"]', "[]", "languages: name at least one", id="no language"),
        pytest.param('["en", "fi"]', '["en", "fi", "sv"]', "'overall' has no text in sv", id="shared untranslated"),
        pytest.param('fi = "Miksi?"', 'fi = ""', "'why' has no text in fi", id="empty text"),
        pytest.param(', fi = "Jono"', "", "'why', choice 'queue' has no text in fi", id="choice untranslated"),
        pytest.param('id = "price"', 'id = "queue"', "'why' has the choice 'queue' twice", id="choice twice"),
        pytest.param('kind = "single"', 'kind = "yes_no"', "is yes_no and takes no choices", id="choices of yes/no"),
        pytest.param('kind = "text"', 'kind = "multiple"', "needs 2 to 20 choices and has 0", id="no choices"),
        pytest.param('id = "words"', 'id = "why"', "Question 'why' stands twice", id="question twice"),
        pytest.param('id = "words"', 'id = "overall"', "Question 'overall' stands twice", id="shared twice"),
        pytest.param('id = "words"', 'id = ""', "A question has an empty id", id="question without id"),
        pytest.param('after = "why"', 'after = "wy"', "names the question 'wy'; known are overall, why", id="after"),
        pytest.param('ask = "why"', 'ask = "wy"', "names the question 'wy'", id="ask"),
        pytest.param("values = [1, 2]", "values = [0, 6]", "waits for [0, 6], but the question takes 1 to 5", id="0"),
        pytest.param('after = "why"\nvalues = [2]', 'after = "words"\nvalues = [2]', "leave values out", id="of text"),
        pytest.param('values = [2]\nask = "words"', 'ask = "overall"', "back to itself", id="in a circle"),
        pytest.param("version = 2", "version = 'two'", "Expected `int`, got `str` - at `$.version`", id="type"),
        pytest.param("version = 2", "", "missing required field `version`", id="missing key"),
        pytest.param("version = 2", "version = 2\nverzion = 3", "unknown field `verzion`", id="unknown key"),
        pytest.param('kind = "text"', 'kind = "smiley6"', "Invalid enum value 'smiley6'", id="unknown kind"),
        pytest.param("version = 2", "version = ", "It is no TOML in UTF-8", id="no TOML"),
    ],
)
def test_each_fault_of_a_file_is_told_with_what_to_mend(old: str, new: str, told: str) -> None:
    assert old in SOUND
    faults = faults_of(SOUND.replace(old, new))
    assert any(told in fault for fault in faults), faults


def test_faults_of_one_file_are_told_together() -> None:
    content = SOUND.replace("version = 2", "version = 0").replace('fi = "Miksi?"', 'fi = ""').replace("[1, 2]", "[9]")
    assert len(faults_of(content)) == 3


def test_a_file_in_another_encoding_is_told_to_be_no_utf_8() -> None:
    with pytest.raises(SurveyFileFaults, match="no TOML in UTF-8"):
        read_survey(SOUND.encode("latin-1"), OVERALL)


def test_the_shared_question_has_to_be_one_that_all_phases_can_be_compared_by() -> None:
    text = Question("overall", Kind.TEXT, OVERALL.text)
    assert any("The shared question is text; it has to be one of" in fault for fault in faults_of(SOUND, text))


def test_a_shared_question_that_is_malformed_is_told() -> None:
    with pytest.raises(SurveyFileFaults, match="shared_question: 1 to mend"):
        read_question({"id": "overall", "kind": "stars", "text": {}}, "shared_question")


@pytest.mark.parametrize(
    ("question_id", "value", "comes"),
    [
        ("overall", 1, "why"),
        ("overall", 2, "why"),
        ("overall", 3, "words"),
        ("why", 1, None),
        ("why", 2, "words"),
        ("words", "It rained.", None),
    ],
)
def test_the_first_follow_up_that_fits_comes_next(question_id: str, value: int | str, comes: str | None) -> None:
    found = read_survey(SOUND.encode(), OVERALL).next_question(question_id, value)
    assert (found and found.question_id) == comes


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


def test_the_surveys_of_the_demo_are_sound() -> None:
    folder = Path(__file__).parents[2] / "hymy" / "demo_chain"
    chain = tomllib.loads((folder / "chain.toml").read_text())
    shared = read_question(chain["shared_question"], "shared_question")
    labels = [read_survey((folder / name).read_bytes(), shared, name).label for name in chain["surveys"]]
    assert labels == ["checkout@1", "entrance@1", "delivery@1"]
