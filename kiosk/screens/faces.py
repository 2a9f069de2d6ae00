"""The five faces, drawn from lines: told apart by mouth, brows and eyes, and only then by colour. Sad, never angry.

Their colours are the same in every theme; where the paper is too near to one of them, a rim sets the face apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, PopMatrix, PushMatrix, Scale, SmoothEllipse, SmoothLine
from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from kiosk.screens import look
from kiosk.screens.look import blend
from survey.theme import rim

Point = tuple[float, float]

GRID = 160  # a face is described on a square of 160 with y downwards
STROKE = 9
RIM, LEAST_RIM_PX = 3, 2.5  # a thinner one is drawn too pale
CURVE_STEPS = 24


@dataclass(frozen=True)
class Features:
    """One face. A curve is start, the point that bends it, end."""

    colour: str
    ink: str
    curves: tuple[tuple[Point, Point, Point], ...]
    eyes: tuple[Point, ...] = ((57, 70), (103, 70))


INK, WHITE = "#16211d", "#ffffff"


def _face(colour: str, ink: str, *curves: tuple[Point, Point, Point], smiling_eyes: bool = False) -> Features:
    if smiling_eyes:
        arcs = (((46, 68), (56.5, 51), (67, 68)), ((93, 68), (103.5, 51), (114, 68)))
        return Features(colour, ink, (*curves, *arcs), eyes=())
    return Features(colour, ink, curves)


WORST, POOR, MIDDLING, GOOD, BEST = FACES = (
    _face(
        "#9f2b23",
        WHITE,
        ((48, 114), (80, 78), (112, 114)),
        ((42, 57), (52, 53), (63, 45)),
        ((118, 57), (108, 53), (97, 45)),
    ),
    _face("#d9692b", WHITE, ((52, 109), (80, 90), (108, 109))),
    _face("#e9b53f", INK, ((52, 103), (80, 103), (108, 103))),
    _face("#7bb069", INK, ((52, 97), (80, 118), (108, 97))),
    _face("#1c7a55", WHITE, ((45, 92), (80, 134), (115, 92)), smiling_eyes=True),
)


class Face(Widget):
    """One face in the largest circle that its square holds. fade: 0 as it is, 1 gone into the paper."""

    fade = NumericProperty(0.0)
    swell = NumericProperty(1.0)

    def __init__(self, features: Features, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._features = features
        with self.canvas:
            PushMatrix()
            self._scale = Scale()
            self._rim = Color()
            self._edge = SmoothEllipse()
            self._skin = Color()
            self._circle = SmoothEllipse()
            self._ink = Color()
        with self.canvas.after:
            PopMatrix()
        self._strokes = [Stroke(self.canvas) for _ in features.curves]
        self._eyes = [dot(self.canvas) for _ in features.eyes]
        draw_soon = Clock.create_trigger(self._draw, -1)  # once its place is settled
        self.bind(pos=draw_soon, size=draw_soon, swell=self._draw_scale, fade=self._draw_colours)
        look.colours.bind(paper=self._draw_colours, ink=self._draw_colours)
        self._draw_colours()

    def _draw(self, *_: object) -> None:
        side = max(1, min(self.size))
        one = side / GRID
        centre(self._edge, self.center, side)
        centre(self._circle, self.center, side - 2 * max(RIM * one, LEAST_RIM_PX))
        for stroke, curve in zip(self._strokes, self._features.curves, strict=True):
            stroke.draw([self._place(point, one) for point in _points(*curve)], STROKE * one)
        for eye, point in zip(self._eyes, self._features.eyes, strict=True):
            centre(eye, self._place(point, one), 16.5 * one)
        self._draw_scale()

    def _draw_scale(self, *_: object) -> None:
        self._scale.origin = self.center
        self._scale.xyz = self.swell, self.swell, 1

    def _draw_colours(self, *_: object) -> None:
        skin, ink = self._features.colour, self._features.ink
        for drawn, written in ((self._skin, skin), (self._rim, rim(skin, look.colours.worn)), (self._ink, ink)):
            drawn.rgba = blend(look.colour(written), look.colours.paper, self.fade)

    def _place(self, point: Point, one: float) -> Point:
        return self.center_x + (point[0] - GRID / 2) * one, self.center_y - (point[1] - GRID / 2) * one


class Stroke:
    """A smooth line with round ends; Kivy's has none of its own."""

    def __init__(self, canvas: Any) -> None:
        self._line = SmoothLine(overdraw_width=1.4)
        canvas.add(self._line)
        self._ends = dot(canvas), dot(canvas)

    def draw(self, points: Sequence[Point], width: float) -> None:
        self._line.width = width / 2
        self._line.points = [number for point in points for number in point]
        for end, point in zip(self._ends, (points[0], points[-1]), strict=True):
            centre(end, point, width)


def dot(canvas: Any) -> Any:
    round_one = SmoothEllipse()
    canvas.add(round_one)
    return round_one


def centre(ellipse: Any, point: Point, across: float) -> None:
    ellipse.pos = point[0] - across / 2, point[1] - across / 2
    ellipse.size = across, across


def _points(start: Point, bend: Point, end: Point) -> list[Point]:
    """A quadratic Bézier curve as points."""
    steps = (number / CURVE_STEPS for number in range(CURVE_STEPS + 1))
    return [
        (
            (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * bend[0] + t * t * end[0],
            (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * bend[1] + t * t * end[1],
        )
        for t in steps
    ]
