"""One real window for all screen tests, invisible, stepped by hand; touches come through SDL's own queue."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kiosk.views import Touch, View

LIMIT = 400  # passes of the loop; an event that has not come by then does not come


class Glass:
    """The window as a test sees it: show, touch, look."""

    def __init__(self, window: Any) -> None:
        self.window = window
        self.touches: list[Touch] = []

    def show(self, view: View) -> None:
        self.window.show(view)
        self.step()

    def step(self, passes: int = 3) -> None:
        from kivy.graphics.opengl import glFinish

        for _ in range(passes):
            self.window.loop.step()
            glFinish()  # without it the driver keeps every frame

    def until(self, condition: Callable[[], Any]) -> None:
        for _ in range(LIMIT):
            if condition():
                return
            self.step(1)
        raise AssertionError("It did not happen.")

    def press(self, name: str, *, button: int = 1) -> None:
        widget = self.find(name)
        assert widget, f"nothing on the screen is called {name}"
        self.press_at(widget.center_x, self.window.stage.height - widget.center_y, button=button)

    def press_at(self, x: float, y: float, *, button: int = 1) -> None:
        self.window.sdl.press(round(x), round(y), button=button)
        self.step()

    def find(self, name: str) -> Any:
        return self.window.stage.find(name)

    def resize(self, width: int, height: int) -> None:
        from kivy.core.window import Window

        Window.size = width, height
        self.window.stage.size = width, height
        self.step()


@pytest.fixture(scope="session")
def only_window() -> Any:
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
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
