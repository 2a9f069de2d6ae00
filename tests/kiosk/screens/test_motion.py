"""What moves, moves briefly and delays nothing; reduced, it does not move; left alone, the picture wanders."""

from itertools import pairwise

import pytest

from kiosk.screens.drift import AFTER_S, SIDE, STEP_PX, drift
from kiosk.screens.picture import sample, sample_ask
from survey.questions import Kind

REACH = SIDE // 2 * STEP_PX


@pytest.fixture
def still(glass):
    from kiosk.screens import look

    look.motion.reduced = True
    yield glass
    look.motion.reduced = False


@pytest.fixture
def alone(glass):
    yield glass
    glass.window.stage._drifted = 0  # for whoever looks next, it lies where it is meant to be
    glass.window.stage._fit()


def mark_of(glass):
    from kiosk.screens.marks import Mark

    (mark,) = (widget for widget in glass.window.stage.walk() if isinstance(widget, Mark))
    return mark


def faces_of(glass):
    return [glass.find(f"value {value}") for value in range(1, 6)]


def test_all_that_moves_is_at_rest_within_300_ms():
    from kiosk.screens import look

    assert max(look.SWELL_S, look.FADE_S, look.MARK_S) < 0.3


def test_thanks_is_all_there_in_its_first_frame_and_only_the_tick_is_still_drawn(glass):
    glass.show(sample("out_of_order"))
    glass.show(sample_ask(Kind.SMILEY5))

    glass.window.show(sample("thanks"))
    glass.step(1)

    from kiosk.screens.widgets import Words

    said = [words.text for words in glass.window.stage.walk() if isinstance(words, Words)]
    assert said[:2] == ["Kiitos", "Vastauksesi on tallessa."]
    assert mark_of(glass).drawn < 1
    glass.until(lambda: mark_of(glass).drawn == 1)


def test_with_reduced_motion_everything_is_at_its_end_at_once(still):
    from kiosk.screens import look

    still.show(sample_ask(Kind.SMILEY5))
    still.window.show(sample("pressed"))
    still.until(lambda: still.find("value 4").swell != 1)

    assert [face.swell for face in faces_of(still)] == [1, 1, 1, look.SWELL, 1]
    assert [face.fade for face in faces_of(still)] == [look.FADE, look.FADE, look.FADE, 0, look.FADE]

    still.window.show(sample("thanks"))
    still.step(1)
    assert mark_of(still).drawn == 1


def test_the_picture_wanders_by_two_pixels_and_comes_everywhere_near_and_nowhere_far():
    places = [drift(step) for step in range(200)]

    moves = [abs(a - c) + abs(b - d) for (a, b), (c, d) in pairwise(places)]
    assert places[0] == (0, 0)
    assert set(moves) == {STEP_PX}
    assert set(places) == {
        (across, up) for across in range(-REACH, REACH + 1, STEP_PX) for up in range(-REACH, REACH + 1, STEP_PX)
    }


def test_left_alone_the_picture_moves_a_little_and_what_is_touched_with_it(alone):
    alone.show(sample_ask(Kind.SMILEY5))
    (screen,) = alone.window.stage.children
    face, before = alone.find("value 5"), tuple(alone.find("value 5").pos)
    later = alone.window.stage.drift_later

    later.cancel()
    later.timeout = 0
    later()
    alone.until(lambda: tuple(screen.pos) != (0, 0))
    later.cancel()
    later.timeout = AFTER_S
    alone.step()

    moved = screen.x, screen.y
    assert max(map(abs, moved)) <= REACH
    assert tuple(face.pos) == (before[0] + moved[0], before[1] + moved[1])
