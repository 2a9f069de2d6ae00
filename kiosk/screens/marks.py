"""The round mark of a screen without a question: a tick for what is kept, a quiet sign for what can't be just now.

The tick is drawn like a pen would; it is whole at once where motion is reduced.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from kivy.animation import Animation
from kivy.clock import Clock
from kivy.graphics import Color, SmoothEllipse
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.screens import look
from kiosk.screens.faces import GRID, Point, Stroke, centre

STROKE = 12
TICK, PAUSE, CROSS, DOTS = "tick", "pause", "cross", "dots"
SIGNS: dict[str, tuple[tuple[Point, ...], ...]] = {  # strokes on a square of 160 with y downwards
    TICK: (((49, 83), (72, 106), (113, 57)),),
    PAUSE: (((64, 56), (64, 104)), ((96, 56), (96, 104))),
    CROSS: (((58, 58), (102, 102)), ((102, 58), (58, 102))),
    DOTS: (((48, 80), (48.1, 80)), ((80, 80), (80.1, 80)), ((112, 80), (112.1, 80))),
}
MOST_STROKES = max(map(len, SIGNS.values()))


class Mark(Widget):
    """sign: one of SIGNS. drawn: how much of it, 0..1."""

    sign = StringProperty(TICK)
    drawn = NumericProperty(1.0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            self._skin = Color()
            self._circle = SmoothEllipse()
            self._ink = Color()
        self._strokes = [Stroke(self.canvas) for _ in range(MOST_STROKES)]
        draw_soon = Clock.create_trigger(lambda _: self._draw(), -1)
        self.bind(pos=draw_soon, size=draw_soon, sign=draw_soon, drawn=lambda *_: self._draw())
        look.colours.bind(accent=draw_soon, chosen_ink=draw_soon, line=draw_soon, quiet=draw_soon)

    def draw_by_hand(self) -> None:
        Animation.cancel_all(self, "drawn")
        self.drawn = 1.0
        if not look.motion.reduced:
            self.drawn = 0.0
            Animation(drawn=1.0, duration=look.MARK_S, t="in_out_quad").start(self)

    def _draw(self) -> None:
        is_tick = self.sign == TICK
        self._skin.rgba = look.colours.accent if is_tick else look.colours.line
        self._ink.rgba = look.colours.chosen_ink if is_tick else look.colours.quiet
        side = min(self.size)
        centre(self._circle, self.center, side)
        strokes = SIGNS[self.sign]
        for number, stroke in enumerate(self._strokes):
            points = [self._place(point, side / GRID) for point in strokes[number % len(strokes)]]
            stroke.draw(beginning(points, self.drawn), STROKE * side / GRID)

    def _place(self, point: Point, one: float) -> Point:
        return self.center_x + (point[0] - GRID / 2) * one, self.center_y - (point[1] - GRID / 2) * one


def beginning(points: Sequence[Point], share: float) -> list[Point]:
    """The first part of a line through points, as long as its share (0..1) of the whole."""
    lengths = [_distance(a, b) for a, b in pairwise(points)]
    left = share * sum(lengths)
    drawn = [points[0]]
    for (begin, end), length in zip(pairwise(points), lengths, strict=True):
        part = min(1.0, left / length)
        drawn.append((begin[0] + (end[0] - begin[0]) * part, begin[1] + (end[1] - begin[1]) * part))
        left -= length
        if left <= 0:
            break
    return drawn


def _distance(one: Point, other: Point) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)
