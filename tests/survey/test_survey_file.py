"""What a survey file may hold, and how its faults are told."""

import tomllib
from pathlib import Path

import pytest

from survey.errors import SurveyFileFaults
from survey.questions import DAILY, STAFF, FollowUp, Kind, Opening, Question
from survey.schedule import Span, When
from survey.signs import SIGNS
from survey.survey_file import read_question, read_survey

OVERALL = Question("overall", Kind.SMILEY5, {"en": "How was it?", "fi": "Miten meni?"})

SOUND = """
id = "shop"
version = 2
languages = ["en", "fi"]
daily = ["easy", "why"]

[[questions]]
id = "why"
kind = "single"
text = { en = "Why?", fi = "Miksi?" }
choices = [
    { id = "queue", picture = "queue", text = { en = "Queue", fi = "Jono" } },
    { id = "price", text = { en = "Price", fi = "Hinta" } },
]

[[questions]]
id = "words"
kind = "text"
text = { en = "More?", fi = "Lisää?" }

[[questions]]
id = "easy"
kind = "ces"
text = { en = "Easy?", fi = "Helppoa?" }

[[openings]]
ask = "easy"
share = 0.3
when = { weekdays = ["mon-wed", "sun"], times = ["11:00-14:00"], from = 2026-12-01, to = 2026-12-24 }

[[openings]]
ask = "@daily"
when = { during_opening = true }

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
    assert [question.question_id for question in survey.questions] == ["overall", "why", "words", "easy"]
    assert survey.question("why").choices[0].picture == "queue"


def test_rules_hold_when_and_how_often_they_are_in_force() -> None:
    survey = read_survey(SOUND.encode(), OVERALL)
    advent = When((0, 1, 2, 6), (Span(660, 840),), "2026-12-01", "2026-12-24")
    assert survey.openings == (Opening("easy", 0.3, advent), Opening(DAILY, when=When(during_opening=True)))
    assert survey.follow_ups[0] == FollowUp("overall", "why", (1, 2))
    assert survey.daily == ("easy", "why")


@pytest.mark.parametrize("picture", [*SIGNS, "winter/coat.png"])
def test_a_choice_can_have_a_sign_or_a_picture_of_the_chains(picture: str) -> None:
    survey = read_survey(SOUND.replace('picture = "queue"', f'picture = "{picture}"').encode(), OVERALL)
    assert survey.question("why").choices[0].picture == picture


def test_the_shared_question_is_found_as_staff_are_asked_it() -> None:
    survey = read_survey(SOUND.encode(), OVERALL)
    assert survey.question(f"{STAFF}overall") == Question(f"{STAFF}overall", Kind.SMILEY5, OVERALL.text)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param('id = "shop"', 'id = "shop@1"', "id: give the survey a short name without @", id="id with @"),
        pytest.param('id = "shop"', 'id = ""', "id: give the survey a short name", id="empty id"),
        pytest.param("version = 2", "version = 0", "version: 0 should be 1 or more", id="version 0"),
        pytest.param('["en", "fi"]', "[]", "languages: name at least one", id="no language"),
        pytest.param('["en", "fi"]', '["en", "fi", "en"]', "languages: 'en' stands twice", id="language twice"),
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
        pytest.param("version = 2", "version = 'two'", "version: this should be a whole number, not text", id="type"),
        pytest.param("[1, 2]", "[1, 'b']", "Follow-up 1: values[1]: this should be a whole number", id="type within"),
        pytest.param("version = 2", "", "the key 'version' is missing", id="missing key"),
        pytest.param("version = 2", "verzion = 2", "the key 'verzion' is not known; known are id, version", id="key"),
        pytest.param('text = { en = "Queue"', 'txt = { en = "Queue"', "Question 1: Choice 1: the key 'txt'", id="deep"),
        pytest.param('kind = "text"', 'kind = "smiley6"', "Question 2: kind: Invalid enum value 'smiley6'", id="kind"),
        pytest.param(
            'id = "words"', 'id = "@words"', "'@words': an id must not begin with @", id="id like a word of ours"
        ),
        pytest.param('id = "words"', 'id = "staff:overall"', "nor hold a colon", id="id as of staff"),
        pytest.param(
            'picture = "queue"', 'picture = "quue"', "picture 'quue' is no file ending in .png, nor", id="sign"
        ),
        pytest.param(
            "when = { during_opening = true }",
            "",
            "Opening 2 begins every visit, so 'overall' would never",
            id="always",
        ),
        pytest.param("share = 0.3", "share = 30", "Opening 1 has the share 30; it should be 0 to 1", id="share"),
        pytest.param(
            "share = 0.3", "share = 'third'", "Opening 1: share: this should be a number", id="share in words"
        ),
        pytest.param('ask = "easy"', 'ask = "esy"', "Opening 1 names the question 'esy'; known are", id="opening"),
        pytest.param(
            'ask = "easy"', 'ask = "words"', "asks 'words', which is text; a visit begins", id="opening by text"
        ),
        pytest.param('["easy", "why"]', '["easy", "words"]', "Opening 2 asks 'words', which is text", id="daily text"),
        pytest.param('["easy", "why"]', "[]", "daily: name at least one question", id="daily empty"),
        pytest.param('daily = ["easy", "why"]', "", "Opening 2 asks the daily question; name some", id="no daily"),
        pytest.param('["easy", "why"]', '["esy"]', "daily: there is no question 'esy'", id="daily unknown"),
        pytest.param('"mon-wed"', '"maanantai"', "Opening 1: when: weekdays: 'maanantai' is no weekday", id="weekday"),
        pytest.param('["mon-wed", "sun"]', "[]", "Opening 1: when: weekdays: name some", id="no weekday"),
        pytest.param("11:00-14:00", "11-25", "Opening 1: when: times: '11-25' is no time of day", id="time"),
        pytest.param(
            "to = 2026-12-24", "to = 2026-11-24", "from 2026-12-01 to 2026-11-24, which is before", id="dates"
        ),
        pytest.param(
            "from = 2026-12-01", "form = 2026-12-01", "Opening 1: when: the key 'form' is not known", id="when"
        ),
        pytest.param("from = 2026-12-01", "from = 'Dec'", "Opening 1: when: from", id="date in words"),
        pytest.param(
            'values = [2]\nask = "words"', 'ask = "@daily"', "from 'why' back to itself", id="in a daily circle"
        ),
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


def test_what_can_not_be_read_hides_nothing_else_that_can_not_be_read() -> None:
    content = SOUND.replace('kind = "text"', "kind = 3").replace("version = 2", "version = 2\nverzion = 3")
    content = content.replace("share = 0.3", "share = 'a third'").replace("during_opening", "opening")
    assert len(faults_of(content)) == 4


def test_a_wrong_kind_of_question_hides_no_other_fault() -> None:
    content = SOUND.replace('kind = "text"', 'kind = "words"').replace("version = 2", "version = 0")
    content = content.replace('fi = "Miksi?"', 'fi = ""').replace('ask = "easy"', 'ask = "esy"')

    faults = faults_of(content)

    assert [fault.partition(" ")[0] for fault in faults] == ["Question", "version:", "Question", "Opening"]
    assert "names the question 'esy'; known are overall, why" in faults[3]
    assert "words" in faults[3].partition("known are")[2]


def test_what_may_stand_in_a_part_that_can_not_be_read_is_no_fault() -> None:
    nameless = SOUND.replace('id = "words"', "id = 3")
    half_a_choice = SOUND.replace('id = "queue"', "id = 3")

    assert [len(faults_of(content)) for content in (nameless, half_a_choice)] == [1, 1]


def test_a_time_that_can_not_be_hides_no_question_that_is_not_there() -> None:
    content = SOUND.replace('"11:00-14:00"', '"11-25"').replace('ask = "easy"', 'ask = "esy"')
    assert len(faults_of(content)) == 2


def test_a_file_in_another_encoding_is_told_to_be_no_utf_8() -> None:
    with pytest.raises(SurveyFileFaults, match="no TOML in UTF-8"):
        read_survey(SOUND.encode("latin-1"), OVERALL)


def test_the_shared_question_has_to_be_one_that_all_phases_can_be_compared_by() -> None:
    text = Question("overall", Kind.TEXT, OVERALL.text)
    assert any("The shared question is text; it has to be one of" in fault for fault in faults_of(SOUND, text))


def test_a_shared_question_that_is_malformed_is_told() -> None:
    with pytest.raises(SurveyFileFaults, match="shared_question: 1 to mend"):
        read_question({"id": "overall", "kind": "stars", "text": {}}, "shared_question")


def test_the_surveys_of_the_demo_are_sound() -> None:
    folder = Path(__file__).parents[2] / "hymy" / "demo_chain"
    chain = tomllib.loads((folder / "chain.toml").read_text())
    shared = read_question(chain["shared_question"], "shared_question")
    labels = [read_survey((folder / name).read_bytes(), shared, name).label for name in chain["surveys"]]
    assert labels == ["checkout@1", "entrance@1", "delivery@1"]
