"""Waits in SDL instead of polling: an idle terminal costs nearly nothing, and a tap is drawn in the pass that it wakes.

It rests on how Kivy 2.3.1 divides a frame (pinned; tests/kiosk/screens keeps watch). The plain loop is Kivy's own.
"""

from collections.abc import Callable

from kivy.base import EventLoop
from kivy.clock import Clock

from kiosk.screens.sdl import Sdl

FRAME_S = 1 / 60
LONGEST_WAIT_S = 5.0  # what has to be sooner wakes it; at 1 s the idle passes cost 0.05 % of a core


class Loop:
    def __init__(self, sdl: Sdl, *, plain: bool) -> None:
        self._sdl = sdl
        self._plain = plain

    def run(self, until: Callable[[], bool]) -> None:
        while not (until() or EventLoop.quit):
            if not self._plain:
                self._sdl.wait(self._patience_s())
            self.step()

    def step(self) -> None:
        """One pass: takes what SDL has, lets the clock and the touches act, draws if anything changed."""
        EventLoop.window.mainloop()
        EventLoop.idle()

    def _patience_s(self) -> float:
        if EventLoop.window.canvas.needs_redraw:
            return 0
        due = Clock.get_min_timeout()  # 0: something wants every frame
        return min(max(due - Clock.time(), 0), LONGEST_WAIT_S) if due else FRAME_S
