"""Nothing that can be done to the window leaves the question, or answers it twice: with SDL's own events."""

import struct

import pytest

from kiosk.screens.picture import sample, sample_ask
from kiosk.views import Answered
from survey.questions import Kind

TEXT_INPUT, MOUSE_WHEEL = 0x303, 0x403
FINGER_DOWN, FINGER_UP, FINGER_MOTION = 0x700, 0x701, 0x702
SHIFT, CONTROL, ALT, META = 0x0001, 0x0040, 0x0100, 0x0400
NAMED_KEYS = [*range(0x40000039, 0x40000053), 0x40000065, *range(0x400000E0, 0x400000E8)]  # F1 to F12, arrows, menu ...
MODIFIERS = (0, SHIFT, CONTROL, ALT, META, CONTROL | ALT, CONTROL | SHIFT)


@pytest.fixture
def question(glass):
    """The shared question, and that it is still all there is afterwards."""
    from kivy.base import EventLoop
    from kivy.core.window import Window

    glass.show(sample_ask(Kind.SMILEY5))
    before = list(Window.children), Window.fullscreen, tuple(Window.size)
    yield glass
    assert (list(Window.children), Window.fullscreen, tuple(Window.size)) == before
    assert not EventLoop.quit
    assert glass.find("value 5")


def centre(glass, name):
    widget = glass.find(name)
    return widget.center_x, glass.window.stage.height - widget.center_y


def finger(glass, kind, number, x, y):
    width, height = glass.window.stage.size
    glass.push(struct.pack("=IIqqfffffI", kind, 0, 1, number, x / width, y / height, 0, 0, 1, 0))


def test_no_key_with_any_others_leaves_the_question(question):
    for modifier in MODIFIERS:
        for key in (*range(8, 128), *NAMED_KEYS):
            question.push_key(key, modifier)
    question.step()

    assert question.touches == []


def test_a_keyboard_writes_nothing_into_an_answer(glass):
    glass.show(sample_ask(Kind.TEXT))

    glass.push(struct.pack("=III", TEXT_INPUT, 0, 0) + b"out of here")
    for key in b"out\r":
        glass.push_key(key)
    glass.step()

    assert glass.touches == []
    assert not glass.find("done").chosen


def test_ten_fingers_are_one_press_or_none(question):
    """SDL tells every finger; of the first it makes a mouse as well, and that alone counts."""
    places = [centre(question, f"value {1 + number % 5}") for number in range(10)]

    for kind in (FINGER_DOWN, FINGER_MOTION, FINGER_UP):
        for number, (x, y) in enumerate(places):
            finger(question, kind, number, x, y)
    question.step()
    fingers_alone = list(question.touches)
    question.press("value 2")

    assert fingers_alone == []
    assert [touch.value for touch in question.touches] == [2]


def test_a_drag_from_one_face_to_another_answers_with_the_first_alone(question):
    question.finger_down(*centre(question, "value 1"))
    for number in (2, 3, 4, 5):
        question.finger_moves(*centre(question, f"value {number}"))
    question.finger_up(*centre(question, "value 5"))

    assert [touch.value for touch in question.touches] == [1]


def test_a_drag_onto_a_face_answers_nothing(question):
    question.finger_down(512, 120)
    question.finger_moves(*centre(question, "value 3"))
    question.finger_up(*centre(question, "value 3"))

    assert question.touches == []


def test_other_buttons_beside_the_left_one_add_nothing(question):
    x, y = centre(question, "value 4")

    question.finger_down(x, y)
    for button in (2, 3, 4, 5):
        question.press_at(x, y, button=button)
    question.finger_up(x, y)

    assert [touch.value for touch in question.touches] == [4]


def test_a_wheel_scrolls_nothing(question):
    for x, y in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        question.push(struct.pack("=IIIIiiI", MOUSE_WHEEL, 0, 0, 0, x, y, 0))
    question.step()

    assert question.touches == []


def test_staff_screens_let_nobody_out_by_a_key_either(glass):
    for name in ("pin", "staff", "diagnostics", "still_there"):
        glass.show(sample(name))
        for key in (27, 13, 8, *NAMED_KEYS, *b"0123456789"):
            glass.push_key(key)
        glass.step()

    assert glass.touches == []


def test_one_touch_comes_by_one_way(glass):
    """A Raspberry Pi's touch comes twice where Kivy's own providers read its device besides the window."""
    from kivy.base import EventLoop
    from kivy.config import Config

    providers = {type(provider).__name__ for provider in EventLoop.input_providers}
    glass.show(sample_ask(Kind.SMILEY5))
    glass.press("value 5")

    assert Config.items("input") == [("mouse", "mouse,disable_multitouch,disable_hover")]
    assert providers <= {"MouseMotionEventProvider", "SDL2MotionEventProvider"}
    assert glass.touches == [Answered("smiley5", 5, glass.touches[0].uptime_ms)]
