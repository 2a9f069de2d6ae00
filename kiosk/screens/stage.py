"""The whole window: shows each view on its screen, built once, and says what a touch means."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.lang import Builder
from kivy.uix.widget import Widget

from kiosk.screens import look
from kiosk.screens.ask import AskScreen
from kiosk.screens.corner import Corner
from kiosk.screens.diagnostics import DiagnosticsScreen
from kiosk.screens.drift import AFTER_S, drift
from kiosk.screens.notice import NoticeScreen
from kiosk.screens.pin_pad import PinPadScreen
from kiosk.screens.resting import RestingScreen
from kiosk.screens.staff import StaffScreen
from kiosk.screens.still_there import StillThereScreen
from kiosk.screens.thanks import ThanksScreen
from kiosk.screens.widgets import Touchable
from kiosk.views import (
    Answered,
    Ask,
    Closed,
    CornerHeld,
    Diagnostics,
    Ended,
    Marked,
    NotReady,
    OutOfOrder,
    Paused,
    PinPad,
    StaffMenu,
    StillThere,
    Stirred,
    Thanks,
    Touch,
    View,
)
from survey.theme import Theme

FOLDER = Path(__file__).parent
RULES = (
    "widgets.kv",
    "goal.kv",
    "foot.kv",
    "ask.kv",
    "still_there.kv",
    "thanks.kv",
    "notice.kv",
    "resting.kv",
    "pin_pad.kv",
    "staff.kv",
    "diagnostics.kv",
)


class Stage(Widget):
    """dark: the dark half of the theme by day too. drift_later: runs out when nobody has come for a while."""

    def __init__(self, *, report: Callable[[Touch], None], dark: bool = False) -> None:
        load_rules()
        super().__init__()
        self.dark = dark
        self._report = report
        self._view: View | None = None
        self._drifted = 0
        self.drift_later = Clock.create_trigger(self._drift, AFTER_S)
        with self.canvas.before:
            self._colour = Color(*look.colours.paper)
            self._paper = Rectangle()
        look.colours.bind(paper=lambda _, paper: setattr(self._colour, "rgba", paper))
        self._ask = AskScreen(
            answer=lambda view, value: report(Answered(view.question.question_id, value, uptime_ms())),
            mark=lambda view, value: report(Marked(view.question.question_id, value, uptime_ms())),
            end=lambda: report(Ended()),
            suit=report,
            stir=lambda: report(Stirred()),
        )
        self._thanks, self._notice, self._resting = ThanksScreen(), NoticeScreen(), RestingScreen()
        self._still_there, self._pin_pad = StillThereScreen(), PinPadScreen(report)
        self._staff, self._diagnostics = StaffScreen(report), DiagnosticsScreen(report)
        self._corner = Corner(lambda: report(CornerHeld()))
        self.bind(size=self._fit)

    def show(self, view: View) -> None:
        before, self._view = self._view, view
        self.drift_later.cancel()
        self.drift_later()
        look.wardrobe.dark = self.dark or isinstance(view, Closed)
        look.scale.larger = _is_larger(view)
        match view:
            case Ask():
                self._ask.show(view, fresh=_asked(before) != _asked(view))
                self._put(self._ask)
            case StillThere(ask):
                self._ask.show(ask, fresh=_asked(before) != _asked(view))
                self._still_there.show(view)
                self._put(self._ask, self._still_there)
            case Thanks():
                self._thanks.show(view, aside=self._ask.ids.foot.aside)
                self._put(self._thanks)
            case Closed():
                self._resting.show(view)
                self._put(self._resting)
            case OutOfOrder() | Paused() | NotReady():
                self._notice.show(view)
                self._put(self._notice)
            case PinPad():
                self._pin_pad.show(view)
                self._put(self._pin_pad)
            case StaffMenu():
                self._staff.show(view)
                self._put(self._staff)
            case Diagnostics():
                self._diagnostics.show(view)
                self._put(self._diagnostics)

    def dress(self, theme: Theme, pictures: Mapping[str, Path]) -> None:
        look.wardrobe.dress(theme, pictures)

    def find(self, name: str) -> Touchable | None:
        """What can be touched under that name on the screen now."""
        return next((widget for widget in touchables(self) if widget.name == name), None)

    @property
    def is_staffs(self) -> bool:
        """Whether what is shown is the staff's part."""
        view = self._view
        return isinstance(view, PinPad | StaffMenu | Diagnostics) or (isinstance(view, Ask) and view.staff)

    def on_touch_down(self, touch: Any) -> bool:
        if getattr(touch, "button", "left") != "left":
            return True
        self._corner.down(touch, self.top)
        if isinstance(self._view, Closed | StillThere):
            self._report(Stirred())
        else:
            super().on_touch_down(touch)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        self._corner.move(touch, self.top)
        return bool(super().on_touch_move(touch))

    def on_touch_up(self, touch: Any) -> bool:
        self._corner.up(touch)
        return bool(super().on_touch_up(touch))

    def _put(self, *screens: Widget) -> None:
        """Each lies over the one before it."""
        if self.children[::-1] != list(screens):
            self.clear_widgets()
            for screen in screens:
                self._lay(screen)
                self.add_widget(screen)

    def _lay(self, screen: Widget) -> None:
        screen.pos = drift(self._drifted)
        screen.size = self.size

    def _drift(self, _: float) -> None:
        """Nobody has come for a while; where it lies now it stays until nobody has come for as long again."""
        self._drifted += 1
        self.drift_later()
        for screen in self.children:
            self._lay(screen)

    def _fit(self, *_: object) -> None:
        look.scale.fit(*self.size)
        self._paper.size = self.size
        for screen in self.children:
            self._lay(screen)


def touchables(stage: Stage) -> Iterator[Touchable]:
    """Everything on the uppermost screen that answers a touch."""
    for screen in stage.children[:1]:
        for inner in screen.walk(restrict=True):
            if isinstance(inner, Touchable) and not inner.disabled:
                yield inner


def _asked(view: View | None) -> str | None:
    """Which question is on the screen."""
    match view:
        case Ask(question=question) | StillThere(Ask(question=question)):
            return question.question_id
    return None


def _is_larger(view: View) -> bool:
    """Whether whoever sees it has asked for larger letters."""
    match view:
        case Ask(larger=larger) | StillThere(Ask(larger=larger)) | Thanks(larger=larger):
            return larger
    return False


def load_rules() -> None:
    for rules in RULES:
        if str(FOLDER / rules) not in Builder.files:
            Builder.load_file(str(FOLDER / rules))


def uptime_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
