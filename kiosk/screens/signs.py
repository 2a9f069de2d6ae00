"""The signs that choices can have beside their words, drawn from lines of one weight with round ends and corners.

Each is drawn on a square of 48 with y downwards. Their names stand in survey/signs.py.
"""

import math
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, InstructionGroup
from kivy.properties import OptionProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.screens import look
from kiosk.screens.faces import Point, Stroke

GRID = 48
STROKE = 3.7
ROUNDING = 3.0  # of a corner; SmoothLine draws a sharp one as a spike
CORNER_STEPS = 5
DEGREES_A_STEP = 12

Line = tuple[Point, ...]


def path(*points: Point, rounding: float = ROUNDING) -> Line:
    """Through points, each corner rounded."""
    drawn = [points[0]]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        drawn += _corner(before, corner, after, rounding)
    return (*drawn, points[-1])


def shape(*points: Point, rounding: float = ROUNDING) -> Line:
    """The same, closed: from the middle of the first side round to it."""
    (x, y), (to_x, to_y) = points[0], points[1]
    middle = (x + to_x) / 2, (y + to_y) / 2
    return path(middle, *points[1:], points[0], middle, rounding=rounding)


def box(left: float, top: float, right: float, bottom: float, rounding: float = ROUNDING) -> Line:
    return shape((left, top), (right, top), (right, bottom), (left, bottom), rounding=rounding)


def arc(x: float, y: float, radius: float, begin: float, end: float) -> Line:
    """Around a centre, clockwise; degrees from 12 o'clock."""
    steps = max(2, round((end - begin) / DEGREES_A_STEP))
    angles = (math.radians(begin + (end - begin) * step / steps) for step in range(steps + 1))
    return tuple((x + radius * math.sin(angle), y - radius * math.cos(angle)) for angle in angles)


def ring(x: float, y: float, radius: float) -> Line:
    return arc(x, y, radius, 0, 360)


def dot(x: float, y: float) -> Line:
    return (x - 0.1, y), (x + 0.1, y)


def _corner(before: Point, corner: Point, after: Point, rounding: float) -> list[Point]:
    begin, end = _towards(corner, before, rounding), _towards(corner, after, rounding)
    steps = (number / CORNER_STEPS for number in range(CORNER_STEPS + 1))
    return [
        (
            (1 - t) ** 2 * begin[0] + 2 * t * (1 - t) * corner[0] + t * t * end[0],
            (1 - t) ** 2 * begin[1] + 2 * t * (1 - t) * corner[1] + t * t * end[1],
        )
        for t in steps
    ]


def _towards(start: Point, end: Point, distance: float) -> Point:
    """A point at a distance from the start, at most half-way."""
    length = math.dist(start, end)
    share = min(distance / length, 0.5) if length else 0
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _star(x: float, y: float, radius: float) -> Line:
    """Five points."""
    corners = []
    for number in range(10):
        angle, reach = math.radians(36 * number), radius * (0.46 if number % 2 else 1)
        corners.append((x + reach * math.sin(angle), y - reach * math.cos(angle)))
    return shape(*corners, rounding=2)


def _sparkle(x: float, y: float, radius: float) -> Line:
    """Four points with hollow sides."""
    corners = []
    for number in range(8):
        angle, reach = math.radians(45 * number), radius * (0.36 if number % 2 else 1)
        corners.append((x + reach * math.sin(angle), y - reach * math.cos(angle)))
    return shape(*corners, rounding=radius * 0.35)


def _person(x: float, y: float, size: float) -> tuple[Line, Line]:
    """Head and shoulders, the head's middle at x, y."""
    shoulders = path(
        (x - 1.9 * size, y + 4.3 * size),
        (x - 1.9 * size, y + 1.8 * size),
        (x + 1.9 * size, y + 1.8 * size),
        (x + 1.9 * size, y + 4.3 * size),
        rounding=1.7 * size,
    )
    return ring(x, y, size), shoulders


DRAWINGS: dict[str, tuple[Line, ...]] = {
    "bag": (
        shape((10, 16), (38, 16), (41, 43), (7, 43)),
        ((17, 22), *arc(24, 12, 7, 270, 450), (31, 22)),
    ),
    "basket": (
        shape((5, 20), (43, 20), (38, 42), (10, 42)),
        ((13, 20), (20, 6)),
        ((35, 20), (28, 6)),
        ((19, 27), (20, 35)),
        ((29, 27), (28, 35)),
    ),
    "card": (box(4, 10, 44, 38, 5), ((4, 19), (44, 19)), ((11, 30), (19, 30))),
    "clean": (_sparkle(20, 27, 17), _sparkle(38, 10, 7.5)),
    "clock": (ring(24, 24, 19), path((24, 12), (24, 25), (32, 30), rounding=0.5)),
    "coffee": (
        path((7, 18), (7, 38), (33, 38), (33, 18), (7, 18), rounding=7),
        path((33, 21), (43, 21), (43, 32), (33, 32), rounding=5),
        ((15, 5), (15, 11)),
        ((25, 5), (25, 11)),
    ),
    "delivery": (
        path((9, 36), (3, 36), (3, 10), (28, 10), (28, 36), (19, 36)),
        path((28, 18), (37, 18), (45, 26), (45, 36), (42, 36)),
        ((28, 36), (32, 36)),
        ring(14, 37, 5),
        ring(37, 37, 5),
    ),
    "door": (path((11, 43), (11, 5), (37, 5), (37, 43)), ((4, 43), (44, 43)), dot(30, 25)),
    "heart": (shape((24, 43), *arc(14.5, 17, 10.5, 228, 414), *arc(33.5, 17, 10.5, 306, 492), rounding=2),),
    "help": (ring(24, 24, 19), (*arc(24, 18.5, 5.6, 285, 510), (24, 24.5), (24, 27)), dot(24, 34)),
    "money": (box(3, 11, 45, 37, 4), ring(24, 24, 6.5), dot(11, 24), dot(37, 24)),
    "other": (ring(24, 24, 19), dot(15, 24), dot(24, 24), dot(33, 24)),
    "parcel": (
        shape((24, 4), (42, 13), (42, 34), (24, 44), (6, 34), (6, 13)),
        path((7, 14), (24, 23), (41, 14), rounding=1),
        ((24, 23), (24, 43)),
        ((15, 9), (33, 18.5)),
    ),
    "parking": (
        box(5, 5, 43, 43, 8),
        (*path((19, 35), (19, 13), (25, 13), rounding=1), *arc(25, 19.5, 6.5, 0, 180), (19, 26)),
    ),
    "people": (
        *_person(17, 13, 6.5),
        arc(32, 13, 6.5, 0, 180),
        path((36, 25), (44, 25), (44, 41), rounding=9),
    ),
    "phone": (box(13, 3, 35, 45, 5), ((21, 38), (27, 38))),
    "price": (shape((23, 5), (43, 5), (43, 25), (24, 44), (4, 24)), dot(34, 14)),
    "queue": (
        *_person(7.5, 10, 2.8),
        *_person(24, 10, 2.8),
        *_person(40.5, 10, 2.8),
        ((4, 38), (42, 38)),
        path((37, 32), (43, 38), (37, 44), rounding=1),
    ),
    "return": (path((17, 6), (6, 17), (17, 28), rounding=1), path((7, 17), (42, 17), (42, 40), (17, 40), rounding=11)),
    "search": (ring(20, 20, 14), ((30.5, 30.5), (43, 43))),
    "service": (
        (*arc(24, 33, 18, 270, 450), (6, 33)),
        ((3, 40), (45, 40)),
        ((24, 15), (24, 9)),
        ((19, 8), (29, 8)),
    ),
    "shelf": (
        ((5, 4), (5, 44)),
        ((43, 4), (43, 44)),
        ((5, 22), (43, 22)),
        ((5, 40), (43, 40)),
        path((12, 22), (12, 11), (21, 11), (21, 22), rounding=2),
        path((27, 40), (27, 29), (36, 29), (36, 40), rounding=2),
    ),
    "star": (_star(24, 26, 21),),
    "temperature": (
        (*arc(20, 10, 6, 270, 450), (26, 27), *arc(20, 34, 9.2, 41, 319), (14, 10)),
        ((20, 18), (20, 34)),
        ((33, 9), (40, 9)),
        ((33, 18), (40, 18)),
    ),
}
MARKED, UNMARKED = "marked", "unmarked"  # what a choice that can be taken back shows
DRAWINGS[UNMARKED] = (box(5, 5, 43, 43, 10),)
DRAWINGS[MARKED] = (*DRAWINGS[UNMARKED], path((14, 25), (21, 32), (34, 17), rounding=1))
REACH, VOICE, LOUDER, LETTERS = "reach", "voice", "louder", "letters"  # on the keys of access.py
DRAWINGS[REACH] = (
    ring(19, 6.5, 2.5),
    path((19, 14), (19.5, 28), (32, 28), (37, 40), (42, 38)),
    ((19.3, 20.5), (30, 20.5)),
    arc(20, 31, 12.5, 115, 322),
)
DRAWINGS[VOICE] = (
    shape((5, 18), (13, 18), (24, 9), (24, 39), (13, 30), (5, 30)),
    arc(25, 24, 8.5, 45, 135),
    arc(25, 24, 17, 45, 135),
)
DRAWINGS[LOUDER] = (DRAWINGS[VOICE][0], ((31, 24), (44, 24)), ((37.5, 17.5), (37.5, 30.5)))
DRAWINGS[LETTERS] = (
    path((5, 40), (11, 24), (17, 40), rounding=1),
    ((7.2, 35), (14.8, 35)),
    path((20, 40), (31.5, 9), (43, 40), rounding=1),
    ((24, 30), (39, 30)),
)


class Sign(Widget):
    """One of DRAWINGS in the largest square that its place holds; nothing where the name is none of them."""

    sign = StringProperty("")
    tone = OptionProperty("ink", options=["ink", "quiet", "edge", "chosen_ink", "paper"])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            self._ink = Color()
        self._strokes: list[tuple[InstructionGroup, Stroke]] = []  # kept from sign to sign
        draw_soon = Clock.create_trigger(lambda _: self._draw(), -1)
        self.bind(pos=draw_soon, size=draw_soon, sign=draw_soon, tone=draw_soon)
        for tone in ("ink", "quiet", "edge", "chosen_ink", "paper"):
            look.colours.fbind(tone, draw_soon)
        draw_soon()

    @property
    def is_known(self) -> bool:
        return self.sign in DRAWINGS

    def _draw(self) -> None:
        self._ink.rgba = getattr(look.colours, self.tone)
        lines, one = DRAWINGS.get(self.sign, ()), max(1, min(self.size)) / GRID
        while len(self._strokes) < len(lines):
            group = InstructionGroup()
            self._strokes.append((group, Stroke(group)))
        for group, _ in self._strokes:
            self.canvas.remove(group)
        for (group, stroke), line in zip(self._strokes, lines, strict=False):
            stroke.draw([self._place(point, one) for point in line], STROKE * one)
            self.canvas.add(group)

    def _place(self, point: Point, one: float) -> Point:
        return self.center_x + (point[0] - GRID / 2) * one, self.center_y - (point[1] - GRID / 2) * one
