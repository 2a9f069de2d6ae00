"""With larger letters a question that leaves its answers no room is read first, on a page of its own."""

import msgspec
import pytest

from kiosk.numbering import meanings
from kiosk.screens.picture import BUTTONS, LARGER, sample
from kiosk.views import Answered, Ask, Stirred

LONG = sample(f"{LARGER}long text")
assert isinstance(LONG, Ask)


@pytest.fixture
def asked(glass):
    glass.show(LONG)
    glass.touches.clear()
    return glass


def test_a_long_question_is_read_before_it_is_answered(asked):
    assert not asked.find("key M")

    asked.press("answers")
    asked.press("key M")
    asked.press("done")

    assert isinstance(asked.touches[0], Stirred)
    assert isinstance(asked.touches[-1], Answered)
    assert asked.touches[-1].value == "M"


def test_what_is_written_stays_while_the_question_is_read_again(asked):
    asked.press("answers")
    asked.press("key M")
    asked.press("question")
    assert not asked.find("key M")

    asked.press("answers")
    asked.press("done")

    assert asked.touches[-1].value == "M"


def test_the_answers_stay_when_the_same_question_is_shown_again_and_the_next_one_is_read_first(asked):
    asked.press("answers")
    asked.show(msgspec.structs.replace(LONG, aloud=True))
    assert asked.find("key M")

    asked.show(sample("thanks"))
    asked.show(LONG)

    assert asked.find("answers")


def test_smaller_letters_and_whoever_answers_by_buttons_have_the_answers_at_once(asked):
    asked.show(msgspec.structs.replace(LONG, larger=False))
    assert asked.find("key M")

    asked.show(msgspec.structs.replace(LONG, buttons=meanings(LONG.question, BUTTONS, alphabet="abc")))

    assert asked.find("key M")
