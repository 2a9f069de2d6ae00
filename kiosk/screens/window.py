"""The real Screen (kiosk/views.py): one Kivy window. Making it sets up Kivy and opens it; importing does not."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.screens import settings
from kiosk.views import Ask, Touch, View
from survey.theme import Theme, theme_faults

log = logging.getLogger(__name__)

HEARTBEAT_S = 5
PLAIN_FRAMES_PER_SECOND = 60


class Window:
    """Make and run it on the main thread; show, dress and stop from any.

    size: of a window that is not fullscreen, 1024 x 600 unless told. touches: a named pipe for simulated touches.
    heartbeat: called from the loop itself, so that a watchdog sees it hang. plain_loop: Kivy's own, polling loop.
    dark: the dark half of the theme by day too. still: nothing moves.
    Raises settings.NoDisplay.
    """

    def __init__(
        self,
        *,
        size: tuple[int, int] | None = None,
        fullscreen: bool = True,
        touches: Path | None = None,
        heartbeat: Callable[[], None] = lambda: None,
        plain_loop: bool = False,
        dark: bool = False,
        still: bool = False,
    ) -> None:
        settings.prepare(
            size=size, fullscreen=fullscreen, frames_per_second=PLAIN_FRAMES_PER_SECOND if plain_loop else 0
        )
        from kivy.base import runTouchApp
        from kivy.clock import Clock
        from kivy.core.window import Window as KivyWindow

        from kiosk.screens import fonts, look
        from kiosk.screens.loop import FRAME_S, Loop
        from kiosk.screens.sdl import Sdl
        from kiosk.screens.stage import Stage

        fonts.register_fonts()
        look.scale.fit(*KivyWindow.size)
        look.colours.bind(paper=lambda _, paper: setattr(KivyWindow, "clearcolor", paper))
        look.motion.reduced = still
        KivyWindow.set_title("Hymy")
        KivyWindow.bind(on_request_close=lambda *_: fullscreen)  # Alt+F4 of a plugged keyboard: True refuses
        self.sdl = Sdl()
        self.stage = Stage(report=lambda touch: self._when_touched(touch), dark=dark)
        KivyWindow.clearcolor = look.colours.paper
        self.loop = Loop(self.sdl, plain=plain_loop)
        self._when_touched: Callable[[Touch], None] = lambda touch: None
        self._touches = touches
        self._theme = Theme()
        self._acts: deque[Callable[[], None]] = deque()
        self._stopping = threading.Event()
        self._act_soon = Clock.create_trigger(self._act, 0)
        self._act_next_frame = Clock.create_trigger(self._act, FRAME_S)
        Clock.schedule_interval(lambda _: heartbeat(), HEARTBEAT_S)
        runTouchApp(self.stage, embedded=True)

    def run(self, *, when_touched: Callable[[Touch], None]) -> None:
        from kivy.base import stopTouchApp

        self._when_touched = when_touched
        simulated = self._simulate()
        try:
            self.loop.run(self._stopping.is_set)
        finally:
            if simulated:
                simulated.close()
            stopTouchApp()

    def show(self, view: View) -> None:
        self._acts.append(partial(self.stage.show, view))
        if isinstance(view, Ask) and view.pressed is not None:
            self._act_next_frame()  # mostly thanks comes first: drawing the swollen face would only delay it
        else:
            self._act_soon()
        self.sdl.wake()

    def dress(self, theme: Theme, pictures: Mapping[str, Path]) -> None:
        if faults := list(theme_faults(theme)):
            log.warning("The theme is refused, the one before it stays:\n%s", "\n".join(faults))
        else:
            self._theme = theme
        self._acts.append(partial(self.stage.dress, self._theme, dict(pictures)))
        self._act_soon()
        self.sdl.wake()

    def stop(self) -> None:
        self._stopping.set()
        self.sdl.wake()

    def _act(self, *_: object) -> None:
        while self._acts:  # each, even where only the last is drawn: a question that went by ends what was typed
            self._acts.popleft()()

    def _simulate(self) -> Any:
        if not self._touches:
            return None
        from kiosk.screens.simulated_touch import SimulatedTouch

        return SimulatedTouch(self._touches, stage=self.stage, sdl=self.sdl)
