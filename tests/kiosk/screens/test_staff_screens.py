"""The staff's part on a real window: the hidden corner, the pad, the menu, the diagnostics, and their own day."""

import msgspec
import pytest

from kiosk.screens.picture import LANGUAGES, sample, sample_ask
from kiosk.views import (
    Answered,
    CornerHeld,
    Digit,
    Ended,
    Entered,
    Erased,
    ItemChosen,
    LanguageChosen,
    LargerChosen,
    LouderChosen,
    LowReachChosen,
    PinPad,
    SpeechChosen,
    StaffMenu,
    SteadyChosen,
    Stirred,
    VolumeChosen,
)
from survey.questions import Kind

MENU = StaffMenu("en", LANGUAGES, volume=60, low_reach=False, larger=False, steady=False, paused=False)


@pytest.fixture
def waited(monkeypatch):
    """Kivy's clock stands still but for the seconds that a test lets pass, however long drawing takes."""
    from kivy.clock import Clock

    ahead, now = [0.0], Clock.time()
    monkeypatch.setattr(Clock, "time", lambda: now + ahead[0])

    def wait(seconds):
        ahead[0] += seconds

    return wait


def said(glass):
    from kiosk.screens.widgets import Words

    uppermost = glass.window.stage.children[0]
    return [words.text for words in uppermost.walk(restrict=True) if isinstance(words, Words) and words.opacity]


def tap_with_another_finger(*where):
    """Of another device than the one that the glass's finger is of."""
    from kivy.base import EventLoop
    from kivy.input.providers.mouse import MouseMotionEvent

    finger = MouseMotionEvent("another", 1, where, is_touch=True, type_id="touch")
    for happened in ("begin", "update", "end"):
        EventLoop.post_dispatch_input(happened, finger)


@pytest.mark.parametrize("size", [(1024, 600), (480, 800)], ids=["wide", "tall"])
@pytest.mark.parametrize("name", ["smiley5", "paused", "out_of_order"])
def test_a_finger_held_for_three_seconds_in_the_corner_asks_for_the_staffs_part(glass, waited, size, name):
    glass.resize(*size)
    glass.show(sample(name))

    glass.finger_down(3, 3)
    waited(2)
    glass.step()
    too_soon = list(glass.touches)
    waited(1)
    glass.step()
    glass.finger_up(3, 3)

    assert too_soon == []
    assert glass.touches == [CornerHeld()]


@pytest.mark.parametrize(
    "leave",
    [lambda glass: glass.finger_up(3, 3), lambda glass: glass.finger_moves(200, 200)],
    ids=["lifted", "strayed"],
)
def test_a_finger_that_leaves_the_corner_asks_for_nothing(glass, waited, leave):
    glass.show(sample_ask(Kind.SMILEY5))

    glass.finger_down(3, 3)
    waited(2)
    glass.step()
    leave(glass)
    waited(2)
    glass.step()

    assert glass.touches == []


def test_a_finger_in_the_corner_counts_whatever_else_happens_on_the_screen(glass, waited):
    glass.show(sample_ask(Kind.SMILEY5))

    glass.finger_down(3, 3)
    waited(2)
    tap_with_another_finger(0.5, 0.5)
    glass.show(sample("paused"))
    glass.show(sample_ask(Kind.SINGLE))
    waited(1)
    glass.step()
    glass.finger_up(3, 3)

    assert glass.touches[-1] == CornerHeld()


def test_a_finger_held_on_a_face_answers_and_asks_for_nothing_else(glass, waited):
    glass.show(sample_ask(Kind.SMILEY5))
    face = glass.find("value 1")

    glass.finger_down(face.center_x, 600 - face.center_y)
    waited(4)
    glass.step()
    glass.finger_up(face.center_x, 600 - face.center_y)

    assert [touch.value for touch in glass.touches] == [1]


def test_the_pad_reports_each_digit_and_what_stands_beside_the_zero(glass):
    glass.show(PinPad("en", typed=0))

    for name in (*(f"digit {digit}" for digit in range(10)), "erase", "enter", "back"):
        glass.press(name)

    assert glass.touches == [*map(Digit, range(10)), Erased(), Entered(), Ended()]


@pytest.mark.parametrize("typed", [0, 1, 8])
def test_the_pad_has_a_dot_for_each_digit_typed_and_no_place_for_another(glass, typed):
    from kivy.graphics import SmoothEllipse

    glass.show(PinPad("en", typed=typed))

    drawn = glass.window.stage.children[0].ids.dots.canvas.children
    assert sum(isinstance(shape, SmoothEllipse) and min(shape.size) > 0 for shape in drawn) == typed


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        (PinPad("en", typed=3), "Enter the PIN"),
        (PinPad("en", typed=0, state="wrong"), "That is not the PIN"),
        (PinPad("en", typed=0, state="locked", locked_s=28), "Too many wrong PINs. Wait 28 s."),
        (PinPad("en", typed=4, state="checking"), "One moment"),
    ],
    ids=lambda value: getattr(value, "state", ""),
)
def test_the_pad_says_how_it_stands_and_never_what_was_typed(glass, view, sentence):
    glass.show(view)

    assert sentence in said(glass)
    assert glass.window.stage.children[0].ids.dots.typed == view.typed


@pytest.mark.parametrize(
    ("name", "touch"),
    [
        ("own_day", ItemChosen("own_day")),
        ("diagnostics", ItemChosen("diagnostics")),
        ("pause", ItemChosen("pause")),
        ("language sv", LanguageChosen("sv")),
        ("low reach", LowReachChosen()),
        ("larger", LargerChosen()),
        ("steady", SteadyChosen(steady=True)),
        ("at once", SteadyChosen(steady=False)),
        ("volume up", VolumeChosen(80)),
        ("volume down", VolumeChosen(40)),
        ("back", Ended()),
    ],
)
def test_the_menu_reports_what_is_chosen(glass, name, touch):
    glass.show(MENU)

    glass.press(name)

    assert glass.touches == [touch]


def test_a_paused_terminal_can_be_put_back_into_service(glass):
    glass.show(msgspec.structs.replace(MENU, paused=True))

    glass.press("resume")

    assert glass.touches == [ItemChosen("resume")]


def test_the_volume_stays_within_its_bounds_and_without_a_voice_there_is_none(glass):
    glass.show(msgspec.structs.replace(MENU, volume=95))
    glass.press("volume up")
    glass.show(msgspec.structs.replace(MENU, volume=None))

    assert glass.touches == [VolumeChosen(100)]
    assert glass.find("volume up") is None


def test_the_diagnostics_show_each_row_and_the_newest_press_first(glass):
    view = sample("diagnostics", language="en")
    glass.show(view)
    glass.press("back")

    assert {part for row in view.rows for part in (row.label, row.text)} <= set(said(glass))
    assert [words for words in said(glass) if words in ("Button 3", "5   1")] == ["Button 3", "5   1"]
    assert glass.touches == [Ended()]


@pytest.mark.parametrize("has_buttons", [True, False])
def test_the_diagnostics_say_what_the_code_is_for_and_to_press_buttons_where_there_are_some(glass, has_buttons):
    glass.show(msgspec.structs.replace(sample("diagnostics", language="en"), has_buttons=has_buttons))

    words = " ".join(said(glass))
    assert "Scan to copy the name." in words
    assert ("Press the buttons" in words) is has_buttons


def test_the_terminals_name_is_drawn_as_its_qr_code_says_it(glass):
    import segno

    glass.show(sample("diagnostics"))

    expected = segno.make_qr("Kamppi door 2", error="m").matrix
    assert drawn_modules(glass) == [[bool(module) for module in row] for row in expected]


def drawn_modules(glass):
    """What a scanner sees: dark or light in the middle of each module, from the window's own pixels."""
    code = glass.window.stage.children[0].ids.code
    image = glass.window.stage.export_as_image().texture
    modules = 21  # as few as a name of 13 letters needs
    one = int(min(code.size) // (modules + 8))
    left, top = round(code.center_x - one * (modules + 8) / 2), round(code.center_y + one * (modules + 8) / 2)
    pixels, width = image.pixels, image.width

    def is_dark(row, column):
        x, y = left + one * (4 + column) + one // 2, top - one * (4 + row) - one // 2
        return pixels[4 * (width * (image.height - 1 - y) + x)] < 128

    return [[is_dark(row, column) for column in range(modules)] for row in range(modules)]


def test_are_you_still_there_lies_over_the_question_and_a_touch_anywhere_is_time_enough(glass):
    glass.show(sample_ask(Kind.MULTIPLE))
    glass.press("choice 2")
    still_there = msgspec.structs.replace(sample("still_there"), ask=sample_ask(Kind.MULTIPLE))
    glass.touches.clear()

    glass.show(still_there)
    glass.press("more")
    glass.press_at(20, 300)
    glass.show(sample_ask(Kind.MULTIPLE))

    assert glass.touches == [Stirred()] * 2
    assert glass.find("choice 2").chosen


def test_the_staffs_own_day_is_plainly_theirs_and_can_be_left(glass):
    glass.show(sample("own_day", language="en"))

    told = said(glass)
    glass.press("skip")
    glass.press("value 4")

    assert "Your answer is kept apart from the customers'." in told
    assert "Back" in told
    assert "No thanks" not in told
    ended, answered = glass.touches
    assert ended == Ended()
    assert answered == Answered("smiley5", 4, answered.uptime_ms)
    assert glass.find("low reach") is None


def test_low_reach_larger_letters_and_the_voice_are_a_touch_away(glass):
    ask = msgspec.structs.replace(sample_ask(Kind.SMILEY5), aloud=False)
    glass.show(ask)
    assert glass.find("louder") is None
    for name in ("low reach", "larger", "aloud"):
        glass.press(name)

    glass.show(msgspec.structs.replace(ask, low_reach=True, aloud=True))
    is_chosen = [glass.find(name).chosen for name in ("low reach", "aloud")]
    glass.press("language sv")
    glass.press("louder")
    glass.show(msgspec.structs.replace(ask, aloud=None))

    assert glass.touches == [LowReachChosen(), LargerChosen(), SpeechChosen(), LanguageChosen("sv"), LouderChosen()]
    assert is_chosen == [True, True]
    assert (glass.find("aloud"), glass.find("louder")) == (None, None)


def test_what_stands_larger_is_answered_and_given_up_by_the_same_touches(glass):
    ask = sample("larger single")
    glass.show(ask)
    for name in ("larger", "aloud", "language sv", "choice 3", "skip"):
        glass.press(name)

    *suits, answered, ended = glass.touches
    assert suits == [LargerChosen(), SpeechChosen(), LanguageChosen("sv")]
    assert (answered.value, ended) == (3, Ended())


def test_the_goal_stays_where_it_was_from_the_question_to_thanks(glass):
    def bar():
        uppermost = glass.window.stage.children[0]
        return next((*bar.pos, *bar.size) for bar in uppermost.walk(restrict=True) if type(bar).__name__ == "GoalBar")

    places = []
    for size in ((1024, 600), (600, 1024)):
        glass.resize(*size)
        glass.show(msgspec.structs.replace(sample_ask(Kind.SMILEY5), aloud=False))
        asked = bar()
        glass.show(sample("thanks"))
        places.append((asked, bar()))

    assert all(asked == thanked for asked, thanked in places)


def test_a_visit_can_begin_with_a_question_that_takes_done(glass):
    glass.show(msgspec.structs.replace(sample_ask(Kind.MULTIPLE), first=True, goal=sample_ask(Kind.SMILEY5).goal))

    glass.press("choice 1")
    glass.press("done")

    assert [touch.value for touch in glass.touches if isinstance(touch, Answered)] == [1]
    assert glass.find("skip") is None
