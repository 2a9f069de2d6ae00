"""The loop that waits in SDL: woken at once by a view from another thread, and by nothing else."""

import threading
import time

from kiosk.screens.picture import sample_ask
from kiosk.views import Thanks
from survey.questions import Kind


def run_for(glass, seconds):
    passes = []
    ends_at = time.monotonic() + seconds
    glass.window.loop.run(lambda: passes.append(1) or time.monotonic() > ends_at)
    return len(passes)


def test_an_idle_loop_makes_few_passes(glass):
    glass.show(sample_ask(Kind.SMILEY5))

    passes = [run_for(glass, 1.0) for _ in range(3)]

    assert min(passes) < 15  # Kivy's own loop makes sixty; after other tests' resizing it animates for half a second


def test_a_view_from_another_thread_ends_the_wait(glass):
    glass.show(sample_ask(Kind.SMILEY5))
    shown_at = []
    glass.window.stage.bind(children=lambda *_: shown_at.append(time.monotonic()))
    asked_at = []
    shower = threading.Timer(0.3, lambda: (asked_at.append(time.monotonic()), glass.window.show(Thanks("fi", ""))))

    shower.start()
    glass.window.loop.run(lambda: bool(shown_at))
    shower.join()

    assert shown_at[0] - asked_at[0] < 0.1


def test_a_touch_and_the_view_that_answers_it_are_drawn_within_a_frame_or_three(glass):
    ask = sample_ask(Kind.SMILEY5)
    glass.show(ask)
    touched_at, shown_at = [], []
    glass.window._when_touched = lambda touch: (
        touched_at.append(time.monotonic()),
        glass.window.show(Thanks("fi", "")),
    )
    glass.window.stage.bind(children=lambda *_: shown_at.append(time.monotonic()))
    face = glass.find("value 4")

    glass.window.sdl.press(int(face.center_x), int(600 - face.center_y))
    glass.window.loop.run(lambda: bool(shown_at))

    assert shown_at[0] - touched_at[0] < 0.05
