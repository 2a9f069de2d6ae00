"""Places below one another: each one's figure and how far it may be off."""

from collections.abc import Sequence
from math import ceil, floor

import msgspec

from survey.figures import Figure
from sync_server.charts import drawing as draw
from sync_server.charts.chart import Chart, Table
from sync_server.results.shared import Measure
from sync_server.texts.say import Say, between, in_words, whole

ROW, TOP, FOOT = 30.0, 4.0, 26.0
WIDTHS = (740.0, 340.0)
NAME, VALUE = 0.28, 56.0  # room at the sides: of the width for names, and for figures


class Place(msgspec.Struct, frozen=True):
    """is_worse: it stands out, so it is marked."""

    name: str
    figure: Figure
    is_worse: bool


def places(say: Say, found: Sequence[Place], measure: Measure, *, of: int) -> Chart:
    """found: at least one; all of the same measure; all that there are, or the lowest of so many."""
    title = say("reports.places" if of == len(found) else "reports.lowest", n=len(found), total=of)
    rows = [
        (
            place.name,
            say(f"charts.{measure}_value", **in_words(place.figure)),
            between(say, "charts.from_to", place.figure),
        )
        for place in found
    ]
    description = ", ".join(f"{name} {value}" for name, value, _ in rows)
    height = TOP + ROW * len(found) + FOOT
    values = [value for _, value, _ in rows]
    wide, narrow = (
        draw.svg(width, height, _parts(found, values, width), label=f"{title}. {description}") for width in WIDTHS
    )
    columns = (title, say(f"charts.{measure}"), say("charts.between"))
    return Chart(title, description, wide, Table(columns, rows), narrow)


def _parts(found: Sequence[Place], values: Sequence[str], width: float) -> list[draw.Part]:
    low = 10 * floor(min(place.figure.low for place in found) / 10)
    high = 10 * ceil(max(place.figure.high for place in found) / 10)
    x = draw.scale(low, high, NAME * width, width - VALUE)
    foot = TOP + ROW * len(found)
    parts = []
    for step in draw.round_steps(low, high, 6):
        parts.append(draw.line([(x(step), TOP), (x(step), foot)], "axis"))
        parts.append(draw.text(x(step), foot + 18, whole(step), "middle small"))
    for number, (place, value) in enumerate(zip(found, values, strict=True)):
        parts += _place(place, value, TOP + ROW * (number + 0.5), x, width)
    return parts


def _place(place: Place, value: str, y: float, x: draw.Scale, width: float) -> list[draw.Part]:
    return [
        draw.text(0, y + 4.5, draw.shortened(place.name, NAME * width - 12), "strong"),
        draw.whisker((x(place.figure.low), y), (x(place.figure.high), y)),
        draw.dot(x(place.figure.value), y, "ring" if place.is_worse else "dot", radius=5),
        draw.text(width, y + 4.5, value, "end strong" if place.is_worse else "end"),
    ]
