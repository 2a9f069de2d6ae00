"""Many figures below one another on one scale, a row each: where each lies, how far it may be off, and all together.

The rows are cells of a table and stretch with it, so their places across are in percent. There may be hundreds of
them: they are written as plain text, which holds numbers alone.
"""

from collections.abc import Iterable
from math import ceil, floor
from typing import NamedTuple

from markupsafe import Markup

from survey.figures import Figure

STEP = 10  # the ends of the scale are multiples of it
SIDE = 3.0  # percent left free at both ends, so that a dot there is whole


class Scale(NamedTuple):
    """From the lowest to the highest that any interval reaches."""

    low: float
    high: float

    def place(self, value: float) -> float:
        """In percent of the whole width."""
        return round(SIDE + (100 - 2 * SIDE) * (value - self.low) / (self.high - self.low), 1)


def common_scale(figures: Iterable[Figure]) -> Scale:
    known = list(figures)
    low = STEP * floor(min((figure.low for figure in known), default=0) / STEP)
    high = STEP * ceil(max((figure.high for figure in known), default=100) / STEP)
    return Scale(low, max(high, low + STEP))


def row(scale: Scale, figure: Figure, *, together: Figure, side: str, before: Figure | None = None) -> Markup:
    """Only an ornament: beside it stand the same numbers in words. side: of insight.comparing, which colours it."""
    middle, low, high = (f"{scale.place(value):g}%" for value in (together.value, figure.low, figure.high))
    then = f'<circle class="then" cx="{scale.place(before.value):g}%" cy="50%" r="4"/>' if before else ""
    return Markup(  # noqa: S704  numbers alone, and a word of ours
        f'<svg class="chart row" aria-hidden="true"><line class="divide" x1="{middle}" x2="{middle}" y2="100%"/>'
        f'<line class="spread {side}" x1="{low}" x2="{high}" y1="50%" y2="50%"/>{then}'
        f'<circle class="spot {side}" cx="{scale.place(figure.value):g}%" cy="50%" r="5"/></svg>'
    )


def axis(scale: Scale, together: Figure, *, unit: str, words: str) -> Markup:
    """The head of the column. words: what the line in the middle is."""
    middle = scale.place(together.value)
    parts = [
        _label(0, f"{scale.low:g}{unit}", "") if middle > _ROOM else Markup(),
        _label(middle, words, "middle"),
        _label(100, f"{scale.high:g}{unit}", "end") if middle < 100 - _ROOM else Markup(),
    ]
    return Markup('<svg class="chart axis-labels" aria-hidden="true">{}</svg>').format(Markup().join(parts))


_ROOM = 32  # percent that the words in the middle take up to either side


def _label(x: float, words: str, kind: str) -> Markup:
    return Markup('<text class="{}" x="{}%" y="13">{}</text>').format(kind, f"{x:g}", words.replace("-", "−"))
