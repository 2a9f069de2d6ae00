"""One figure in a row of a table: where it lies on its line, and how far it may be off."""

from markupsafe import Markup

from survey.figures import Figure
from sync_server.charts import drawing as draw

WIDTH, HEIGHT, SIDE = 250.0, 16.0, 6.0


def interval(figure: Figure, *, label: str, worst: float = 0, target: float | None = None) -> Markup:
    """worst: the lower end of the line, 0 for a share and -100 for the NPS. label: the figure in words."""
    place, middle = draw.scale(worst, 100, SIDE, WIDTH - SIDE), HEIGHT / 2
    parts = [
        draw.line([(SIDE, middle), (WIDTH - SIDE, middle)], "axis"),
        draw.whisker((place(figure.low), middle), (place(figure.high), middle)),
        draw.dot(place(figure.value), middle, "dot", radius=5),
    ]
    if target is not None:
        parts.insert(1, draw.line([(place(target), 1), (place(target), HEIGHT - 1)], "divide"))
    return draw.svg(WIDTH, HEIGHT, parts, label=label)
