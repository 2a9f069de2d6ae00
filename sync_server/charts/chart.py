"""What every chart is: a drawing, the same figures as a table, and one sentence for who sees neither."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec
from markupsafe import Markup

STYLES = Path(__file__).parents[1] / "web" / "static" / "charts.css"
DARK = "@media"  # what follows in the styles is for dark screens: mail and PDF are paper


class Table(msgspec.Struct, frozen=True):
    """The chart's figures in words; each row begins with what it is about."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


class Chart(msgspec.Struct, frozen=True):
    """description: one sentence that says what is seen. narrow: drawn for a phone, where scaling would not do."""

    title: str
    description: str
    svg: Markup
    table: Table
    narrow: Markup | None = None


def standalone(chart: Chart) -> str:
    """The chart as an SVG file of its own, in light colours."""
    begin, _, content = chart.svg.partition(">")
    return f'{begin} xmlns="http://www.w3.org/2000/svg"><style>{light_styles()}</style>{content}'


@cache
def light_styles() -> str:
    return STYLES.read_text(encoding="utf-8").partition(DARK)[0]
