"""What a kind of question is answered with: the part of the screen between the question and the foot."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.numbering import Meaning
from kiosk.screens.widgets import show_pressed
from kiosk.views import Ask
from survey.questions import Value


class Panel(Widget):
    """wanted: the height it would like, in units. ready: whether Done has an answer to give. said: a hint at the foot.

    untouched: how much of it, from the top, is only read; in units.
    least_heading: what it leaves to the question at least, in units; with larger letters all that the question
    wants, as long as it has `least` itself. on_stir: a touch that is no answer yet.
    on_mark: of several choices these are marked now, as their set; or this is the text now.
    """

    __events__ = ("on_stir", "on_mark")
    wanted = NumericProperty(240)
    ready = BooleanProperty(defaultvalue=False)
    said = StringProperty("")
    takes_done = False
    least_heading = 96
    least = 0
    untouched = 0

    def __init__(self, answer: Callable[[Value], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.answer = answer
        self._arrange_soon = Clock.create_trigger(lambda _: self.arrange(), -1)
        self.fbind("pos", self._arrange_soon)
        self.fbind("size", self._arrange_soon)

    def show(self, view: Ask, *, fresh: bool) -> None:
        """fresh: the question has just come up; what was marked or typed before is gone."""
        raise NotImplementedError

    def arrange(self) -> None:
        raise NotImplementedError

    def finish(self) -> Value | None:
        """What Done would answer; None if nothing was given."""
        return None

    def on_stir(self) -> None:
        """For whoever listens."""

    def on_mark(self, value: Value) -> None:
        """For whoever listens."""

    def show_pressed(self, keys: Sequence[Any], pressed: Value | None) -> None:
        """keys: with their value each."""
        show_pressed(keys, next((key for key in keys if pressed is not None and key.value == pressed), None))


def numbered(words: str, buttons: tuple[Meaning, ...], meaning: Meaning) -> str:
    """The words of a key, behind the number of the button that does the same."""
    return f"{buttons.index(meaning) + 1}. {words}" if meaning in buttons else words


def lay_rows(
    widgets: Sequence[Widget],
    panel: Widget,
    *,
    columns: int,
    gap: float,
    size: tuple[float, float],
    top: float,
    from_right: bool = False,
) -> None:
    """Places widgets of one size in rows from the top, all of them centred; from_right: each row begins there."""
    width, height = size
    for number, widget in enumerate(widgets):
        row, column = divmod(number, columns)
        in_row = min(columns, len(widgets)) if columns > 1 else 1
        left = round(panel.center_x - (in_row * width + (in_row - 1) * gap) / 2)
        widget.size = width, height
        place = in_row - 1 - column if from_right else column
        widget.pos = left + place * (width + gap), top - height - row * (height + gap)


def fitting(available: float, count: int, gap: float, largest: float) -> float:
    """How wide (or high) each of several may be, in whole pixels."""
    return float(max(1, math.floor(min(largest, (available - (count - 1) * gap) / count))))


def rows_for(count: int, columns: int) -> int:
    return -(-count // columns)
