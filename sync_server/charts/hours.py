"""A day hour by hour: a bar's height is how many answered, its filled part how many were satisfied."""

from collections.abc import Sequence

from sync_server.charts import drawing as draw
from sync_server.charts.chart import Chart, Table
from sync_server.results.shared import Measure
from sync_server.results.today import Hour
from sync_server.texts.say import Say, between, whole

HEIGHT, TOP, BASE = 196.0, 30.0, 168.0  # above the tallest bar is room for its number
WIDTHS = (430.0, 340.0)
WIDEST_BAR = 30.0
MOST_LABELS = 12
DAY_FROM, DAY_TO = 9, 17  # always drawn, so that the day does not jump as it begins


def hours(say: Say, found: Sequence[Hour], measure: Measure) -> Chart:
    rows = [_row(say, hour, measure) for hour in found]
    title, description = say("charts.hours"), _description(say, found)
    label = f"{title}. {description}"
    wide, narrow = (draw.svg(width, HEIGHT, _parts(found, width), label=label) for width in WIDTHS)
    columns = (say("charts.hour"), say("charts.answers"), say(f"charts.{measure}"), say("charts.between"))
    return Chart(title, description, wide, Table(columns, rows), narrow)


def _row(say: Say, hour: Hour, measure: Measure) -> tuple[str, ...]:
    if not hour.figure:
        return _span(hour), whole(hour.answers), say("charts.too_few") if hour.answers else "", ""
    value = say(f"charts.{measure}_value", value=whole(hour.figure.value))
    return _span(hour), whole(hour.answers), value, between(say, "charts.from_to", hour.figure)


def _span(hour: Hour) -> str:
    return f"{hour.hour}–{hour.hour + 1}"


def _description(say: Say, found: Sequence[Hour]) -> str:
    fullest = max(found, key=lambda hour: hour.answers, default=None)
    if fullest is None or not fullest.answers:
        return say("charts.hours_none")
    said = say("charts.hours_fullest", hours=_span(fullest), n=fullest.answers)
    below = ", ".join(_span(hour) for hour in found if hour.below)
    return f"{said} {say('charts.hours_below', hours=below)}" if below else said


def _parts(found: Sequence[Hour], width: float) -> list[draw.Part]:
    given = {hour.hour: hour for hour in found}
    drawn = range(min([DAY_FROM, *given]), max([DAY_TO, *given]) + 1)
    slot, step = width / len(drawn), draw.every(len(drawn), MOST_LABELS)
    height = draw.scale(0, max((hour.answers for hour in found), default=0) or 1, 0, BASE - TOP)
    parts = [draw.line([(0, BASE + 0.5), (width, BASE + 0.5)], "axis")]
    for place, number in enumerate(drawn):
        middle = (place + 0.5) * slot
        if place % step == 0:
            parts.append(draw.text(middle, BASE + 20, number, "middle"))
        if number in given and given[number].answers:
            parts.append(_bar(given[number], middle, min(WIDEST_BAR, slot * 0.72), height))
    return parts


def _bar(hour: Hour, middle: float, width: float, height: draw.Scale) -> draw.Part:
    left, top = middle - width / 2, BASE - max(2.0, height(hour.answers))
    number = draw.text(middle, top - 7, hour.answers, "middle strong" if hour.below else "middle")
    if not hour.figure:
        return draw.group([draw.bar(left, top, width, BASE - top, "few"), number])
    good = BASE - height(hour.good)
    parts = [
        draw.bar(left, top, width, BASE - top, "all"),
        draw.bar(left, good, width, BASE - good, "below" if hour.below else "good"),
        *_usual(hour, middle, width, height),
        number,
    ]
    if hour.below:
        parts.append(draw.down(middle, top - 21, "alert"))
    return draw.group(parts)


def _usual(hour: Hour, middle: float, width: float, height: draw.Scale) -> list[draw.Part]:
    """A mark across the bar: the filled part of a usual hour ends above it."""
    if hour.usual is None:
        return []
    y, half = BASE - height(hour.answers * hour.usual[0] / 100), width / 2 + 3
    return [draw.line([(middle - half, y), (middle + half, y)], "usual")]
