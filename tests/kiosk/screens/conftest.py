"""One real window for all screen tests, invisible, stepped by hand; touches come through SDL's own queue."""

import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kiosk.views import Touch, View

KEY_DOWN, MOUSE_MOTION = 0x300, 0x400
LIMIT_S = 60  # an event that has not come by then does not come


class Glass:
    """The window as a test sees it: show, touch, look."""

    def __init__(self, window: Any) -> None:
        self.window = window
        self.touches: list[Touch] = []

    def show(self, view: View) -> None:
        self.window.show(view)
        self.step()

    def lay(self, view: View) -> None:
        """Show it without drawing it: much quicker, for what only asks where things lie."""
        from kivy.clock import Clock

        self.window.stage.show(view)
        for _ in range(3):
            Clock.tick()
            Clock.tick_draw()

    def step(self, passes: int = 3) -> None:
        from kivy.graphics.opengl import glFinish

        for _ in range(passes):
            self.window.loop.step()
            glFinish()  # without it the driver keeps every frame

    def until(self, condition: Callable[[], Any]) -> None:
        ends_at = time.monotonic() + LIMIT_S
        while not condition():
            assert time.monotonic() < ends_at, "It did not happen."
            self.step(1)

    def press(self, name: str, *, button: int = 1) -> None:
        widget = self.find(name)
        assert widget, f"nothing on the screen is called {name}"
        self.press_at(widget.center_x, self.window.stage.height - widget.center_y, button=button)

    def press_at(self, x: float, y: float, *, button: int = 1) -> None:
        self.window.sdl.press(round(x), round(y), button=button)
        self.step()

    def finger_down(self, x: float, y: float) -> None:
        self.window.sdl.point(round(x), round(y), is_down=True)
        self.step()

    def finger_moves(self, x: float, y: float) -> None:
        self.push(struct.pack("=IIIIIiiii", MOUSE_MOTION, 0, 0, 0, 1, round(x), round(y), 0, 0))
        self.step()

    def finger_up(self, x: float, y: float) -> None:
        self.window.sdl.point(round(x), round(y), is_down=False)
        self.step()

    def press_key(self, key: int) -> None:
        """A key of a real keyboard, by SDL's number for it."""
        self.push_key(key)
        self.step()

    def push_key(self, key: int, modifier: int = 0) -> None:
        """Into SDL's queue alone."""
        self.push(struct.pack("=IIIBBHiiHHI", KEY_DOWN, 0, 0, 1, 0, 0, 0, key, modifier, 0, 0))

    def push(self, event: bytes) -> None:
        """Into SDL's queue, as it stands in memory."""
        self.window.sdl._library.SDL_PushEvent(event.ljust(128, b"\0"))

    def find(self, name: str) -> Any:
        return self.window.stage.find(name)

    def resize(self, width: int, height: int) -> None:
        from kivy.core.window import Window

        Window.size = width, height
        self.window.stage.size = width, height
        self.step()


@pytest.fixture(scope="session")
def only_window() -> Any:
    with pytest.MonkeyPatch.context() as environment:  # programs that other tests start open windows of their own
        environment.setenv("SDL_VIDEODRIVER", "offscreen")
        from kiosk.screens.window import Window

        return Window(size=(1024, 600), fullscreen=False)


@pytest.fixture
def glass(only_window: Any) -> Iterator[Glass]:
    from kiosk.views import Thanks

    glass = Glass(only_window)
    only_window._when_touched = glass.touches.append
    glass.resize(1024, 600)
    glass.show(Thanks("en", ""))
    yield glass
    only_window._when_touched = lambda touch: None
