import pytest

from kiosk.speaking import spoken
from kiosk.views import Ask, Closed, StillThere, Thanks, View
from survey.questions import Choice, Kind, Question
from tests.kiosk.a_terminal import HOW_WAS_IT, WHY


def an_ask(question: Question, language: str = "en", *, aloud: bool | None = True, pressed: int | None = None) -> Ask:
    return Ask(question, language, ("fi", "en"), "Kamppi", first=False, pressed=pressed, aloud=aloud)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.SMILEY4, ["1: Very poor.", "2: Poor.", "3: Good.", "4: Excellent."]),
        (Kind.NPS, ["0: Not at all likely.", "10: Extremely likely."]),
        (Kind.CES, ["1: Very difficult.", "7: Very easy."]),
        (Kind.YES_NO, ["Yes. No."]),
        (Kind.SINGLE, ["1: Queue.", "2: Price."]),
        (Kind.MULTIPLE, ["1: Queue.", "2: Price.", "You can choose several."]),
        (Kind.TEXT, ["You can write an answer on the screen."]),
    ],
)
def test_a_question_is_said_with_what_can_be_answered(kind: Kind, said: list[str]) -> None:
    choices = (Choice("queue", {"en": "Queue"}), Choice("price", {"en": "Price"}))
    question = Question("q", kind, {"en": "How?"}, choices if kind in (Kind.SINGLE, Kind.MULTIPLE) else ())

    assert spoken(an_ask(question)) == [(sentence, "en") for sentence in ["How?", *said]]


def test_it_is_said_in_the_language_of_the_visit() -> None:
    said = spoken(an_ask(WHY, "fi"))

    assert said[:2] == [("Miksi?", "fi"), ("1: Jono.", "fi")]


@pytest.mark.parametrize(
    "view",
    [
        an_ask(HOW_WAS_IT, aloud=None),
        an_ask(HOW_WAS_IT, aloud=False),
        an_ask(HOW_WAS_IT, pressed=5),
        StillThere(an_ask(HOW_WAS_IT, aloud=False)),
        Thanks("en", "Kamppi", aloud=False),
        Closed("en", "Kamppi"),
    ],
    ids=["no voice", "not asked for", "just answered", "still there", "thanks", "closed"],
)
def test_nothing_is_said_that_nobody_asked_to_hear(view: View) -> None:
    assert spoken(view) == []


def test_who_listens_is_asked_and_thanked_aloud() -> None:
    assert spoken(StillThere(an_ask(HOW_WAS_IT)))[0][0].startswith("Are you still there?")
    assert spoken(Thanks("en", "Kamppi", aloud=True)) == [("Thank you", "en")]
