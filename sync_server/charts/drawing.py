"""What charts are drawn of: SVG elements with classes (web/static/charts.css), in units of about a pixel. Pure.

Words are escaped, kinds are ours. A Part is escaped already, which the types watch: Markup of each took a twentieth of
a page's CPU. Coordinates grow to the right and downwards.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from math import ceil, floor
from typing import NewType

from markupsafe import Markup, escape

Part = NewType("Part", str)
Point = tuple[float, float]
Scale = Callable[[float], float]

SMALL, USUAL, BIG = 12, 13, 16  # sizes of text, as in the styles: classes "small", none, "big"
_NARROW, _WIDE = frozenset("iljftrI.,:;'|!()[]·–- "), frozenset("mwMWÅ@%OQGÖ")


def svg(width: float, height: float, parts: Iterable[Part], *, label: str) -> Markup:
    """The whole drawing. label: what is read aloud in its place."""
    box = f"0 0 {_number(width)} {_number(height)}"
    return Markup(f'<svg class="chart" viewBox="{box}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>')


def group(parts: Iterable[Part], *, tip: str = "") -> Part:
    """tip: shown where the pointer rests."""
    title = f"<title>{escape(tip)}</title>" if tip else ""
    return Part(f"<g>{title}{''.join(parts)}</g>")


def line(points: Sequence[Point], kind: str) -> Part:
    return Part(f'<polyline class="{kind}" points="{_points(points)}"/>')


def band(upper: Sequence[Point], lower: Sequence[Point], kind: str = "band") -> Part:
    """What lies between two lines that run from left to right."""
    return Part(f'<polygon class="{kind}" points="{_points([*upper, *reversed(lower)])}"/>')


def dot(x: float, y: float, kind: str, *, radius: float = 4) -> Part:
    return Part(f'<circle class="{kind}" cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"/>')


def bar(x: float, y: float, width: float, height: float, kind: str, *, rounded: float = 4) -> Part:
    """y: of its top."""
    corner = min(rounded, width / 2, height / 2)
    place = f'x="{_number(x)}" y="{_number(y)}"'
    size = f'width="{_number(max(0.0, width))}" height="{_number(max(0.0, height))}" rx="{_number(corner)}"'
    return Part(f'<rect class="{kind}" {place} {size}/>')


def whisker(begin: Point, end: Point, kind: str = "interval") -> Part:
    """A thick line with round ends: where a figure may lie."""
    return line((begin, end), kind)


def down(x: float, y: float, kind: str, *, size: float = 9) -> Part:
    """A triangle that points down, its tip at y: worse, also for who can't tell the colours."""
    points = [(x - size / 2, y - size * 0.8), (x + size / 2, y - size * 0.8), (x, y)]
    return Part(f'<polygon class="{kind}" points="{_points(points)}"/>')


def text(x: float, y: float, words: object, kind: str = "", *, size: float = 0) -> Part:
    """y: of the line that letters stand on. kind: also middle, end, strong, quiet, small, big. size: of its own."""
    letters = f' font-size="{_number(size)}"' if size else ""
    return Part(f'<text class="{kind}" x="{_number(x)}" y="{_number(y)}"{letters}>{escape(words)}</text>')


def scale(low: float, high: float, begin: float, end: float) -> Scale:
    """From a value to its place: low lies at begin, high at end."""
    per = (end - begin) / ((high - low) or 1)
    return lambda value: begin + (value - low) * per


def round_steps(low: float, high: float, most: int = 4) -> list[float]:
    """At most so many round numbers in between, for the labels of an axis."""
    steps = (base * 10.0**power for power in range(-2, 9) for base in (1, 2, 5))
    step = next(step for step in steps if (high - low) / step < most)
    return [number * step for number in range(ceil(low / step), floor(high / step) + 1)]


def every(count: int, most: int) -> int:
    """Label only each n-th of so many, so that there are at most `most` labels."""
    return -(-count // most) or 1


@lru_cache(maxsize=4096)
def text_width(words: str, size: float = USUAL) -> float:
    """About how wide a text is in Inter; rather too wide than too narrow. The same names are asked for all the time."""
    return size * sum(_letter(letter) for letter in words)


def shortened(words: str, width: float, size: float = USUAL) -> str:
    """As much of it as there is room for."""
    if text_width(words, size) <= width:
        return words
    while words and text_width(words + "…", size) > width:
        words = words[:-1]
    return words.rstrip() + "…"


def apart(places: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Labels beside their lines, moved so far that none covers another. places: in order; kept within low and high."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + least if moved else low))
    limit = high
    for number in reversed(range(len(moved))):
        moved[number] = min(moved[number], limit)
        limit = moved[number] - least
    return moved


def pieces(points: Sequence[Point | None]) -> list[list[Point]]:
    """What a line connects: the points in a row without a gap."""
    found: list[list[Point]] = [[]]
    for before, point in pairwise([None, *points]):
        if before is None and found[-1]:
            found.append([])
        if point is not None:
            found[-1].append(point)
    return [piece for piece in found if piece]


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 0.32
    if letter in _WIDE or ord(letter) > 0x2E7F:
        return 0.95
    return 0.7 if letter.isupper() else 0.62


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    """To a tenth, without what nobody sees."""
    return f"{value:.1f}".removesuffix(".0")
