"""How Kivy and SDL are set up, before anything of Kivy is imported. Each line closes a leak that was seen."""

import logging
import os
from collections.abc import MutableMapping


class NoDisplay(RuntimeError):
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


def choose_video_driver(environment: MutableMapping[str, str]) -> None:
    """Left unset without a display, Kivy would run invisibly and say nothing. Raises NoDisplay."""
    if environment.get("SDL_VIDEODRIVER"):
        return
    if not environment.get("DISPLAY"):
        raise NoDisplay(
            "No display: DISPLAY is not set. Start the terminal in a graphical session (or under xvfb-run), "
            "or run it with its buttons alone: hymy kiosk --headless."
        )
    environment["SDL_VIDEODRIVER"] = "x11"  # the one driver that can wait for events without polling


def prepare(*, size: tuple[int, int] | None, fullscreen: bool, frames_per_second: int) -> None:
    """Sets the environment and Kivy's Config. frames_per_second: 0 where the loop keeps the pace itself."""
    choose_video_driver(os.environ)
    os.environ.update(ENVIRONMENT)
    logging.getLogger("kivy").addFilter(_is_warning)  # a level of ours would be overwritten
    from kivy.config import Config

    width, height = size or (1024, 600)
    graphics = {
        "width": width,
        "height": height,
        "fullscreen": "auto" if fullscreen and size is None else 0,
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


def _is_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING
