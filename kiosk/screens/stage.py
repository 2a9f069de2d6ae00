"""The whole window: shows each view on its screen, built once, and says what a touch means."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.lang import Builder
from kivy.uix.widget import Widget

from kiosk.screens import look
from kiosk.screens.ask import AskScreen
from kiosk.screens.notice import NoticeScreen
from kiosk.screens.thanks import ThanksScreen
from kiosk.screens.widgets import Touchable
from kiosk.views import Answered, Ask, Ended, LanguageChosen, NotReady, OutOfOrder, Stirred, Thanks, Touch, View

FOLDER = Path(__file__).parent
RULES = ("widgets.kv", "ask.kv", "thanks.kv", "notice.kv")


class Stage(Widget):
    def __init__(self, *, report: Callable[[Touch], None]) -> None:
        load_rules()
        super().__init__()
        self._report = report
        self._view: View | None = None
        with self.canvas.before:
            Color(*look.PAPER)
            self._paper = Rectangle()
        self._ask = AskScreen(
            answer=lambda view, value: report(Answered(view.question.question_id, value, uptime_ms())),
            end=lambda: report(Ended()),
            choose_language=lambda language: report(LanguageChosen(language)),
            stir=lambda: report(Stirred()),
        )
        self._thanks, self._notice = ThanksScreen(), NoticeScreen()
        self.bind(size=self._fit)

    def show(self, view: View) -> None:
        before, self._view = self._view, view
        if isinstance(view, Ask):
            fresh = not isinstance(before, Ask) or before.question.question_id != view.question.question_id
            self._ask.show(view, fresh=fresh)
            self._put(self._ask)
        elif isinstance(view, Thanks):
            self._thanks.show(view)
            self._put(self._thanks)
        elif isinstance(view, OutOfOrder | NotReady):
            self._notice.show(view)
            self._put(self._notice)

    def find(self, name: str) -> Touchable | None:
        """What can be touched under that name on the screen now."""
        return next((widget for widget in touchables(self) if widget.name == name), None)

    def on_touch_down(self, touch: Any) -> bool:
        if getattr(touch, "button", "left") == "left":
            super().on_touch_down(touch)
        return True

    def _put(self, screen: Widget) -> None:
        if self.children != [screen]:
            self.clear_widgets()
            screen.size = self.size
            self.add_widget(screen)

    def _fit(self, *_: object) -> None:
        look.scale.fit(*self.size)
        self._paper.size = self.size
        for screen in self.children:
            screen.size = self.size


def touchables(widget: Widget) -> Iterator[Touchable]:
    """Everything below a widget that answers a touch."""
    for inner in widget.walk(restrict=True):
        if isinstance(inner, Touchable) and not inner.disabled:
            yield inner


def load_rules() -> None:
    for rules in RULES:
        if str(FOLDER / rules) not in Builder.files:
            Builder.load_file(str(FOLDER / rules))


def uptime_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
