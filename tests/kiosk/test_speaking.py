import msgspec
import pytest

from kiosk.numbering import meanings
from kiosk.speaking import spoken
from kiosk.views import Ask, Closed, StillThere, Thanks, View
from survey.questions import Choice, Kind, Question
from tests.kiosk.a_terminal import HOW_WAS_IT, WHY


def an_ask(question: Question, language: str = "en", *, aloud: bool | None = True, pressed: int | None = None) -> Ask:
    return Ask(question, language, ("fi", "en"), "Kamppi", first=False, pressed=pressed, aloud=aloud)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.SMILEY4, ["Very poor.", "Poor.", "Good.", "Excellent."]),
        (Kind.NPS, ["0: Not at all likely.", "10: Extremely likely."]),
        (Kind.CES, ["1: Very difficult.", "7: Very easy."]),
        (Kind.YES_NO, ["No.", "Yes."]),
        (Kind.SINGLE, ["Queue.", "Price."]),
        (Kind.MULTIPLE, ["You can choose several.", "Queue.", "Price."]),
        (Kind.TEXT, ["You can write an answer on the screen."]),
    ],
)
def test_a_question_is_said_with_what_can_be_answered(kind: Kind, said: list[str]) -> None:
    choices = (Choice("queue", {"en": "Queue"}), Choice("price", {"en": "Price"}))
    question = Question("q", kind, {"en": "How?"}, choices if kind in (Kind.SINGLE, Kind.MULTIPLE) else ())

    assert spoken(an_ask(question)) == [(sentence, "en") for sentence in ["How?", *said]]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.SMILEY4, ["Answer with the buttons.", "1: Very poor.", "2: Poor.", "3: Good.", "4: Excellent."]),
        (Kind.YES_NO, ["Answer with the buttons.", "1: No.", "2: Yes."]),
        (Kind.SINGLE, ["Answer with the buttons.", "1: Queue.", "2: Price."]),
    ],
)
def test_numbers_are_said_where_buttons_answer(kind: Kind, said: list[str]) -> None:
    choices = (Choice("queue", {"en": "Queue"}), Choice("price", {"en": "Price"}))
    question = Question("q", kind, {"en": "How?"}, choices if kind is Kind.SINGLE else ())
    ask = msgspec.structs.replace(an_ask(question), buttons=meanings(question, 5))

    assert spoken(ask) == [(sentence, "en") for sentence in ["How?", *said, "5: No thanks."]]


def test_the_faces_that_begin_a_visit_have_the_numbers_of_their_buttons() -> None:
    first = msgspec.structs.replace(an_ask(HOW_WAS_IT), first=True)

    assert spoken(first)[1] == ("1: Very poor.", "en")


def test_it_is_said_in_the_language_of_the_visit() -> None:
    said = spoken(an_ask(WHY, "fi"))

    assert said[:2] == [("Miksi?", "fi"), ("Voit valita useita.", "fi")]


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
