"""A QR code drawn as rectangles, dark on white in every theme, with the four modules of white that scanners need."""

import math
from itertools import groupby
from typing import Any

import segno
from kivy.clock import Clock
from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.properties import StringProperty
from kivy.uix.widget import Widget

from kiosk.screens import look

QUIET = 4
DARK, WHITE = "#000000", "#ffffff"


class QrCode(Widget):
    """code: what it says; nothing is drawn where that is empty."""

    code = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._drawing = InstructionGroup()
        self.canvas.add(self._drawing)
        draw_soon = Clock.create_trigger(lambda _: self._draw(), -1)
        self.bind(pos=draw_soon, size=draw_soon, code=draw_soon)

    def _draw(self) -> None:
        self._drawing.clear()
        if not self.code:
            return
        rows = modules(self.code)
        across = len(rows) + 2 * QUIET
        one = max(1, math.floor(min(self.size) / across))  # whole pixels: a scanner counts them
        left, top = round(self.center_x - one * across / 2), round(self.center_y + one * across / 2)
        self._drawing.add(Color(*look.colour(WHITE)))
        self._drawing.add(Rectangle(pos=(left, top - one * across), size=(one * across, one * across)))
        self._drawing.add(Color(*look.colour(DARK)))
        for number, row in enumerate(rows):
            for begin, length in dark_runs(row):
                place = left + one * (QUIET + begin), top - one * (QUIET + number + 1)
                self._drawing.add(Rectangle(pos=place, size=(one * length, one)))


def modules(code: str) -> list[list[bool]]:
    """Row by row from the top: whether it is dark."""
    return [[bool(module) for module in row] for row in segno.make_qr(code, error="m").matrix]


def dark_runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where each begins, and how long it is."""
    runs, place = [], 0
    for is_dark, group in groupby(row):
        length = len(list(group))
        if is_dark:
            runs.append((place, length))
        place += length
    return runs
