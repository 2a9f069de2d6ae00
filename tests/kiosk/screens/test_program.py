"""The window in a process of its own: how it starts, how it is told to end, what importing it touches."""

import os
import signal
import subprocess
import sys

import pytest

from kiosk.screens.settings import NoDisplay, choose_video_driver

SHOWN = """
import signal, sys
from pathlib import Path
from kiosk.screens.picture import sample_ask
from kiosk.screens.window import Window
from survey.questions import Kind

window = Window(size=(1024, 600), fullscreen=False, plain_loop="plain" in sys.argv)
signal.signal(signal.SIGTERM, lambda *_: window.stop())
window.show(sample_ask(Kind.SMILEY5))
from kivy.clock import Clock
Clock.schedule_once(lambda _: print("shown", flush=True))
window.run(when_touched=print)
print("ended by itself", flush=True)
"""


def run(code, *arguments, **environment):
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"SDL_VIDEODRIVER": "offscreen"} | environment,
    )


@pytest.mark.parametrize("loop", ["waiting", "plain"])
def test_sigterm_reaches_the_programs_own_handler(loop):
    with run(SHOWN, loop) as program:
        assert program.stdout.readline() == "shown\n"

        program.send_signal(signal.SIGTERM)
        rest, _ = program.communicate(timeout=60)

    assert rest == "ended by itself\n"
    assert program.returncode == 0


@pytest.mark.parametrize(("fullscreen", "quits"), [(True, False), (False, True)], ids=["fullscreen", "windowed"])
def test_a_window_that_fills_the_screen_is_not_closed_by_its_window_manager(fullscreen, quits):
    code = f"""
from kiosk.screens.window import Window
window = Window(fullscreen={fullscreen})
window.sdl._library.SDL_PushEvent((0x100).to_bytes(4, "little").ljust(128, b"\\0"))
window.loop.step()
from kivy.base import EventLoop
print(EventLoop.quit)
"""
    with run(code) as program:
        said, _ = program.communicate(timeout=60)

    assert said == f"{quits}\n"


@pytest.mark.parametrize(("plain_loop", "how"), [(False, "waits"), (True, "polls")])
def test_the_plain_loop_is_a_setting(plain_loop, how):
    code = f"""
import time
from pathlib import Path
from kiosk.config import Config
from kiosk.main import open_window

window = open_window(Config(Path("/d"), windowed=True, plain_loop={plain_loop}), lambda: None)
passes, ends_at = [], time.monotonic() + 1
window.loop.run(lambda: passes.append(1) or time.monotonic() > ends_at)
print("polls" if len(passes) > 30 else "waits")
"""
    with run(code) as program:
        said, _ = program.communicate(timeout=60)

    assert said == f"{how}\n"


def test_importing_the_kiosk_and_its_window_loads_no_kivy_and_sets_no_environment():
    code = """
import os, sys
before = dict(os.environ)
import kiosk, kiosk.views, kiosk.texts, kiosk.screens.window, kiosk.screens.settings
print([name for name in sys.modules if name.startswith("kivy")], dict(os.environ) == before)
"""
    with run(code) as program:
        said, _ = program.communicate(timeout=60)

    assert said == "[] True\n"


def test_a_display_means_x11_and_a_driver_that_was_named_stays():
    display, named = {"DISPLAY": ":0"}, {"DISPLAY": ":0", "SDL_VIDEODRIVER": "offscreen"}

    choose_video_driver(display)
    choose_video_driver(named)

    assert display["SDL_VIDEODRIVER"] == "x11"
    assert named["SDL_VIDEODRIVER"] == "offscreen"


def test_no_display_is_refused_with_what_to_do():
    with pytest.raises(NoDisplay, match="--headless"):
        choose_video_driver({})


def test_a_display_that_does_not_open_is_refused_and_does_not_end_the_process():
    code = """
from kiosk.screens.settings import NoDisplay
from kiosk.screens.window import Window
try:
    Window()
except NoDisplay as refused:
    print(refused)
"""
    with run(code, SDL_VIDEODRIVER="x11", DISPLAY=":4711") as program:
        said, _ = program.communicate(timeout=60)

    assert ":4711" in said
    assert "--headless" in said


def test_a_picture_can_be_drawn_without_a_display(tmp_path):
    code = f"from kiosk.screens.picture import main; main(['--size', '800x480', '--out', r'{tmp_path / 'a.png'}'])"

    with run(code, DISPLAY="") as program:
        program.communicate(timeout=60)

    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
