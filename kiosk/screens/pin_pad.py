"""The staff's door: a pad of twelve keys, and dots for what was typed."""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, SmoothEllipse
from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from kiosk.screens import look
from kiosk.screens.faces import centre
from kiosk.screens.grid import Grid
from kiosk.screens.widgets import Key
from kiosk.texts import text
from kiosk.views import Digit, Ended, Entered, Erased, PinPad, Touch
from survey.pins import LEAST_DIGITS, MOST_DIGITS

DOT, APART = 24, 40  # in units
DIGITS: tuple[Digit, ...] = tuple(Digit(digit) for digit in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0))


class Dots(Widget):
    """One for each digit typed, and none for those to come: how many a PIN has is for whoever knows it."""

    typed = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            self._colour = Color()
            self._dots = [SmoothEllipse() for _ in range(MOST_DIGITS)]
        draw_soon = Clock.create_trigger(lambda _: self._draw(), -1)
        self.bind(pos=draw_soon, size=draw_soon, typed=draw_soon)
        look.colours.bind(ink=draw_soon)

    def _draw(self) -> None:
        apart = look.px(APART)
        left = self.center_x - apart * (self.typed - 1) / 2
        self._colour.rgba = look.colours.ink
        for number, dot in enumerate(self._dots):
            centre(dot, (left + number * apart, self.center_y), look.px(DOT) if number < self.typed else 0)


class Keypad(Grid):
    """Twelve keys as on a telephone: erase and enter beside the zero."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(columns=3, **kwargs)
        self.digits = [Key(name=f"digit {digit.digit}", text=str(digit.digit), steps=(44, 36)) for digit in DIGITS]
        self.erase, self.enter = Key(name="erase"), Key(name="enter")
        self._keys = [*self.digits[:9], self.erase, self.digits[9], self.enter]
        for key in self._keys:
            self.add_widget(key)

    def rest(self, *, resting: bool) -> None:
        """No digit is taken just now: the keys step back into the paper."""
        for key in self._keys:
            key.plain = resting


class PinPadScreen(Widget):
    def __init__(self, report: Callable[[Touch], None]) -> None:
        super().__init__()
        pad = self.ids.pad
        for key, digit in zip(pad.digits, DIGITS, strict=True):
            key.bind(on_press=lambda _, digit=digit: report(digit))
        pad.erase.bind(on_press=lambda _: report(Erased()))
        pad.enter.bind(on_press=lambda _: report(Entered()))
        self.ids.back.bind(on_press=lambda _: report(Ended()))

    def show(self, view: PinPad) -> None:
        language, pad = view.language, self.ids.pad
        self.ids.title.text = text(language, "pin.title")
        self.ids.sentence.text = _sentence(view)
        self.ids.dots.typed = view.typed
        self.ids.back.text = text(language, "pin.back")
        pad.erase.text, pad.enter.text = text(language, "pin.erase"), text(language, "pin.enter")
        is_resting = view.state in ("locked", "checking")
        pad.enter.chosen = view.typed >= LEAST_DIGITS and not is_resting
        pad.rest(resting=is_resting)


def _sentence(view: PinPad) -> str:
    if view.state == "locked":
        return text(view.language, "pin.locked", seconds=view.locked_s)
    return text(view.language, "pin.sentence" if view.state == "ready" else f"pin.{view.state}")
