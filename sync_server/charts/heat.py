"""The week hour by hour: a row for each weekday; marked is what differs from the rest by more than chance."""

from collections.abc import Callable
from datetime import date, timedelta

from sync_server.charts import drawing as draw
from sync_server.charts.chart import Chart, Table
from sync_server.results.heat import Cell, Heat
from sync_server.results.shared import Measure
from sync_server.texts import dates
from sync_server.texts.say import Say, between, whole

WIDTH = 390.0
ROW, GAP, TOP = 34.0, 3.0, 4.0
FOOT = 24.0  # for the hours
MOST_LABELS = 12
TINTS = 5
MONDAY = date(2024, 1, 1)


def heat(say: Say, found: Heat, measure: Measure) -> Chart:
    title, description = say("heat.title"), _description(say, found)
    label = f"{title}. {description}"
    height = TOP + 7 * ROW + FOOT
    drawing = draw.svg(WIDTH, height, _parts(say, found), label=label)
    columns = [say("charts.hour"), *(_weekday(say, number) for number in range(7))]
    rows = [
        [f"{hour}–{hour + 1}", *(_cell_words(say, row[place], measure) for row in found.cells)]
        for place, hour in enumerate(found.hours)
    ]
    return Chart(title, description, drawing, Table(columns, rows))


def _weekday(say: Say, number: int) -> str:
    return dates.weekday(say, MONDAY + timedelta(days=number))


def _description(say: Say, found: Heat) -> str:
    below = ", ".join(
        f"{_weekday(say, weekday)} {hour}–{hour + 1}"
        for weekday, row in enumerate(found.cells)
        for hour, cell in zip(found.hours, row, strict=True)
        if cell.side == "below"
    )
    return say("heat.below", when=below) if below else say("heat.same")


def _cell_words(say: Say, cell: Cell, measure: Measure) -> str:
    if not cell.figure:
        return say("heat.few", n=cell.answers) if cell.answers else ""
    value = say(f"charts.{measure}_value", value=whole(cell.figure.value))
    lies = between(say, "heat.between", cell.figure)
    return f"{value} ({lies}; {whole(cell.answers)})"


def _parts(say: Say, found: Heat) -> list[draw.Part]:
    names = [say(f"heat.weekday_{number}") for number in range(7)]
    left = max(map(draw.text_width, names)) + 8
    slot, step = (WIDTH - left) / len(found.hours), draw.every(len(found.hours), MOST_LABELS)
    tint = _tints(found)
    parts = []
    for weekday, row in enumerate(found.cells):
        y = TOP + weekday * ROW
        parts.append(draw.text(0, y + ROW / 2 + 3, names[weekday]))
        parts += [
            _cell(say, cell, left + place * slot, y, slot, tint(cell.figure.value) if cell.figure else 0)
            for place, cell in enumerate(row)
        ]
    foot = TOP + 7 * ROW + 16
    parts += [
        draw.text(left + (place + 0.5) * slot, foot, hour, "middle")
        for place, hour in enumerate(found.hours)
        if place % step == 0
    ]
    return parts


def _cell(say: Say, cell: Cell, x: float, y: float, slot: float, tint: int) -> draw.Part:
    """Blank under 10 answers; worse also has a triangle. Its figure is seen whole: a long one in smaller letters."""
    box = (x + GAP / 2, y + GAP / 2, slot - GAP, ROW - GAP)
    if not cell.figure:
        return draw.bar(*box, "blank")
    kind = "below" if cell.side == "below" else f"tint{tint}"
    words = whole(cell.figure.value)
    size = min(draw.SMALL, (slot - GAP - 1) / draw.text_width(words, 1))
    shade = "on-below" if cell.side == "below" else "on-tint"
    parts = [
        draw.bar(*box, kind),
        draw.text(x + slot / 2, y + ROW / 2 + 4, words, f"middle {shade}", size=size),
    ]
    if cell.side == "below":
        parts.append(draw.down(x + slot - GAP - 5, y + GAP + 7, "corner", size=6))
    return draw.group(parts, tip=between(say, "trend.tip", cell.figure) + f", n = {whole(cell.answers)}")


def _tints(found: Heat) -> Callable[[float], int]:
    """From a figure to its shade, the palest for the lowest."""
    values = [cell.figure.value for row in found.cells for cell in row if cell.figure]
    low, high = (min(values), max(values)) if values else (0, 0)
    return lambda value: min(TINTS - 1, int(TINTS * (value - low) / ((high - low) or 1)))
