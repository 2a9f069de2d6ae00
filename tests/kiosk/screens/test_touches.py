"""A real touch on a real window says what was meant, once."""

import threading
import time

import msgspec
import pytest

from kiosk.screens.picture import sample_ask
from kiosk.views import Answered, Ended, LanguageChosen, Marked, OutOfOrder, Stirred, Thanks
from survey.questions import Kind

# SDL's names of keys
F1, ESCAPE = 0x4000003A, 27


def now_ms():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


@pytest.mark.parametrize("value", range(1, 6))
def test_a_touched_face_answers_once_with_its_value(glass, value):
    glass.show(sample_ask(Kind.SMILEY5))

    before = now_ms()
    glass.press(f"value {value}")

    (touch,) = glass.touches
    assert touch == Answered("smiley5", value, touch.uptime_ms)
    assert before <= touch.uptime_ms <= now_ms()


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (Kind.SMILEY4, "value 1", 1),
        (Kind.SMILEY4, "value 4", 4),
        (Kind.YES_NO, "value 0", 0),
        (Kind.YES_NO, "value 1", 1),
        (Kind.NPS, "value 0", 0),
        (Kind.NPS, "value 10", 10),
        (Kind.CES, "value 1", 1),
        (Kind.CES, "value 7", 7),
        (Kind.SINGLE, "choice 1", 1),
        (Kind.SINGLE, "choice 6", 6),
    ],
)
def test_every_scale_answers_from_its_worst_to_its_best(glass, kind, name, value):
    glass.show(sample_ask(kind))

    glass.press(name)

    assert [(touch.question_id, touch.value) for touch in glass.touches] == [(str(kind), value)]


def test_several_choices_answer_as_a_set_once_done_is_touched(glass):
    glass.show(sample_ask(Kind.MULTIPLE))

    for name in ("choice 1", "choice 2", "choice 4", "choice 2", "done"):
        glass.press(name)

    assert [type(touched) for touched in glass.touches] == [Marked] * 4 + [Answered]
    assert [touched.value for touched in glass.touches] == [0b1, 0b11, 0b1011, 0b1001, 0b1001]


def test_done_without_a_choice_answers_nothing(glass):
    glass.show(sample_ask(Kind.MULTIPLE))

    glass.press("done")

    assert glass.touches == []


def test_choices_stay_marked_through_a_change_of_language_and_go_with_the_visit(glass):
    glass.show(sample_ask(Kind.MULTIPLE))
    glass.press("choice 3")

    glass.show(sample_ask(Kind.MULTIPLE, language="sv"))
    kept = glass.find("choice 3").chosen
    glass.show(Thanks("fi", ""))
    glass.show(sample_ask(Kind.MULTIPLE))

    assert kept
    assert not glass.find("choice 3").chosen


def test_text_is_written_on_the_screens_own_keyboard(glass):
    glass.show(sample_ask(Kind.TEXT))

    for key in ("H", "y", "v", "ä", "space", "x", "back", "å", "layer", "7", "layer", "shift", "Ö"):
        glass.press(f"key {key}")
    glass.press("done")

    told = [touch.value if isinstance(touch, Marked) else touch for touch in glass.touches[:-1]]
    words = ["H", "Hy", "Hyv", "Hyvä", "Hyvä ", "Hyvä x", "Hyvä ", "Hyvä å"]
    assert told == [*words, Stirred(), "Hyvä å7", Stirred(), Stirred(), "Hyvä å7Ö"]
    assert glass.touches[-1].value == "Hyvä å7Ö"


def test_an_empty_text_is_no_answer(glass):
    glass.show(sample_ask(Kind.TEXT))

    glass.press("key space")
    glass.press("done")

    assert [touch.value for touch in glass.touches] == [" "]


def test_a_language_can_be_chosen(glass):
    glass.show(sample_ask(Kind.SMILEY5))

    glass.press("language sv")

    assert glass.touches == [LanguageChosen("sv")]


def test_a_follow_up_can_be_declined_and_the_shared_question_cannot(glass):
    glass.show(sample_ask(Kind.SINGLE))
    glass.press("skip")
    declined = list(glass.touches)

    glass.show(sample_ask(Kind.SMILEY5))

    assert declined == [Ended()]
    assert glass.find("skip") is None


def test_every_touch_is_told_until_the_answer_is_shown_as_pressed(glass):
    ask = sample_ask(Kind.SMILEY5)
    glass.show(ask)
    glass.press("value 2")
    glass.press("value 2")

    glass.show(msgspec.structs.replace(ask, pressed=2))
    glass.until(lambda: glass.find("value 5").fade > 0)
    glass.press("value 5")

    assert [touch.value for touch in glass.touches] == [2, 2]


def test_an_answer_that_is_kept_at_once_is_not_drawn_swollen_before_thanks(glass):
    ask = sample_ask(Kind.SMILEY5)
    glass.show(ask)

    glass.window.show(msgspec.structs.replace(ask, pressed=2))
    glass.step(1)

    assert glass.find("value 2").swell == 1


def test_the_pressed_face_swells_and_the_others_fade_until_the_next_question(glass):
    ask = sample_ask(Kind.SMILEY5)
    glass.show(ask)

    glass.show(msgspec.structs.replace(ask, pressed=4))
    glass.until(lambda: glass.find("value 4").swell == 1.06 and glass.find("value 1").fade > 0.7)
    glass.show(ask)

    assert {(glass.find(f"value {value}").swell, glass.find(f"value {value}").fade) for value in range(1, 6)} == {
        (1, 0)
    }


@pytest.mark.parametrize("button", [2, 3], ids=["middle", "right"])
def test_only_the_left_button_and_the_finger_press(glass, button):
    glass.show(sample_ask(Kind.SMILEY5))

    glass.press("value 3", button=button)
    glass.press("value 3")

    assert [touch.value for touch in glass.touches] == [3]


@pytest.mark.parametrize(
    "key",
    [  # SDL's names of keys
        F1,
        ESCAPE,
    ],
    ids=["F1", "Escape"],
)
def test_no_key_opens_or_ends_anything(glass, key):
    from kivy.base import EventLoop
    from kivy.core.window import Window

    heard = []
    Window.bind(on_keyboard=lambda _, code, *rest: heard.append(code))
    glass.show(sample_ask(Kind.SMILEY5))
    shown = list(Window.children)

    glass.press_key(key)

    assert heard
    assert not EventLoop.quit
    assert Window.children == shown


def test_thanks_and_out_of_order_have_nothing_to_touch(glass):
    for view in (Thanks("fi", ""), OutOfOrder("fi", "")):
        glass.show(view)
        for x in range(0, 1024, 64):
            glass.press_at(x, 300)

    assert glass.touches == []


def test_a_question_that_went_by_undrawn_still_ends_what_was_marked(glass):
    glass.show(sample_ask(Kind.MULTIPLE))
    glass.press("choice 3")

    glass.window.show(sample_ask(Kind.SMILEY5))
    glass.show(sample_ask(Kind.MULTIPLE))

    assert not glass.find("choice 3").chosen


def test_a_view_shown_by_another_thread_is_there_in_the_next_pass(glass):
    shower = threading.Thread(target=glass.window.show, args=(sample_ask(Kind.NPS),))

    shower.start()
    shower.join()
    glass.step(1)

    assert glass.find("value 10")
