"""The staff's hidden door: a finger that stays for three seconds in the top left corner, where nothing else lies.

It only listens: whatever the finger touches there is touched all the same. It follows the one finger that came down
there; what other touches do, and what is shown meanwhile, is nothing to it.
"""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock

from kiosk.screens import look

HOLD_S = 3.0
ACROSS = 56  # units each way
STRAY = 24  # how far the finger may stray from the corner, in units


class Corner:
    def __init__(self, when_held: Callable[[], None]) -> None:
        self._held_long_enough = Clock.create_trigger(lambda _: when_held(), HOLD_S)
        self._finger: int | None = None  # the touch's uid

    def down(self, touch: Any, top: float) -> None:
        """top: of the window."""
        if _is_within(touch, top, ACROSS):
            self._held_long_enough.cancel()
            self._held_long_enough()
            self._finger = touch.uid

    def move(self, touch: Any, top: float) -> None:
        if not _is_within(touch, top, ACROSS + STRAY):
            self.up(touch)

    def up(self, touch: Any) -> None:
        if touch.uid == self._finger:
            self._held_long_enough.cancel()


def _is_within(touch: Any, top: float, across: float) -> bool:
    return bool(touch.x <= look.px(across) and touch.y >= top - look.px(across))
