"""How Kivy and SDL are set up, before anything of Kivy is imported. Each line closes a leak that was seen."""

import ctypes
import logging
import os
from collections.abc import MutableMapping

from kiosk.errors import KioskError

WINDOWED = (1024, 600)


class NoDisplay(KioskError):
    """There is nowhere to open a window."""


ENVIRONMENT = {
    "KIVY_NO_ARGS": "1",  # the command line is ours
    "KIVY_NO_CONFIG": "1",  # no ~/.kivy: neither read nor written
    "KIVY_NO_FILELOG": "1",
    "KIVY_LOG_MODE": "PYTHON",  # leaves the program's own logging alone
    "KIVY_WINDOW": "sdl2",
    "KIVY_TEXT": "sdl2",
    "KIVY_IMAGE": "sdl2",  # no Pillow, a quicker start
    "SDL_NO_SIGNAL_HANDLERS": "1",  # SIGTERM belongs to the program
}


WHAT_TO_DO = (
    "Start the terminal in a graphical session (or under xvfb-run), "
    "or run it with its buttons alone: hymy kiosk --headless."
)


def choose_video_driver(environment: MutableMapping[str, str]) -> None:
    """Left unset without a display, Kivy would run invisibly and say nothing. Raises NoDisplay."""
    if environment.get("SDL_VIDEODRIVER"):
        return
    if not environment.get("DISPLAY"):
        raise NoDisplay(f"No display: DISPLAY is not set. {WHAT_TO_DO}")
    environment["SDL_VIDEODRIVER"] = "x11"  # the one driver that can wait for events without polling


def prepare(*, size: tuple[int, int] | None, fullscreen: bool, frames_per_second: int) -> None:
    """Sets the environment and Kivy's Config. frames_per_second: 0 where the loop keeps the pace itself.

    size: of a window that is not fullscreen. Raises NoDisplay.
    """
    choose_video_driver(os.environ)
    os.environ.update(ENVIRONMENT)
    on_x11 = os.environ["SDL_VIDEODRIVER"] == "x11"
    screen = x11_screen() if on_x11 else WINDOWED  # asked first: Kivy ends the process where it can't open one
    width, height = screen if fullscreen else size or WINDOWED
    logging.getLogger("kivy").addFilter(_is_warning)  # a level of ours would be overwritten
    from kivy.config import Config

    graphics = {
        "width": width,
        "height": height,
        "fullscreen": "auto" if fullscreen and on_x11 else 0,
        "position": "custom" if fullscreen else "auto",
        "left": 0,
        "top": 0,
        "borderless": int(fullscreen),
        "show_cursor": int(not fullscreen),
        "resizable": 0,
        "allow_screensaver": 0,
        "multisamples": 0,  # faces and keys smooth their own edges
        "maxfps": frames_per_second,
    }
    for key, value in graphics.items():
        Config.set("graphics", key, value)
    Config.set("kivy", "exit_on_escape", 0)
    Config.remove_section("input")  # the usual providers deliver a Raspberry Pi's touch twice
    Config.add_section("input")
    Config.set("input", "mouse", "mouse,disable_multitouch,disable_hover")


def x11_screen() -> tuple[int, int]:
    """Width and height of the screen in pixels. A window made in that size fills it without a window manager too.

    Raises NoDisplay.
    """
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError as error:
        raise NoDisplay(f"libX11 is missing ({error}). Install Debian's libx11-6.") from error
    x11.XOpenDisplay.restype = ctypes.c_void_p
    if not (display := x11.XOpenDisplay(None)):
        raise NoDisplay(f"The display {os.environ.get('DISPLAY')} can't be opened. {WHAT_TO_DO}")
    handle = ctypes.c_void_p(display)
    number = x11.XDefaultScreen(handle)
    size = x11.XDisplayWidth(handle, number), x11.XDisplayHeight(handle, number)
    x11.XCloseDisplay(handle)
    return size


def _is_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING
