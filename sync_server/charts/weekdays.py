"""A day among the same weekdays before it: what "as usual for a Saturday" rests on."""

from collections.abc import Iterable, Sequence
from datetime import date
from math import ceil

from survey.figures import Figure
from sync_server.charts import drawing as draw
from sync_server.charts.chart import Chart, Table
from sync_server.insight.days import Verdict
from sync_server.results.shared import Measure
from sync_server.results.today import Today
from sync_server.results.usual import DayBefore
from sync_server.texts import dates
from sync_server.texts.say import Say, between, whole

HEIGHT, TOP, BASE = 188.0, 10.0, 156.0
WIDTHS = (740.0, 340.0)
LABEL = 50.0  # room for a date
RIGHT = 104.0  # room for the words at the end of the lines
LEAST_SPAN = 20.0  # of the axis, so that noise does not look like a landslide
LABELS_APART = 17.0


def weekdays(say: Say, today: Today, *, name: str) -> Chart | None:
    """name: of the day itself, as "today". None where it has no figure, or nothing lies before it."""
    if today.figure is None or not today.usual.before:
        return None
    weekday = dates.weekday(say, date.fromisoformat(today.local_date))
    title = say("charts.weekdays", weekday=weekday.capitalize())
    description = _description(say, today, today.figure, name)
    wide, narrow = (
        draw.svg(width, HEIGHT, _parts(say, today, today.figure, name, width), label=f"{title}. {description}")
        for width in WIDTHS
    )
    columns = (say("charts.day"), say("charts.answers"), say(f"charts.{today.measure}"), say("charts.between"))
    rows = [_cells(say, _name(say, day), day.answers, day.figure, today.measure) for day in today.usual.before]
    itself = _cells(say, name, today.answers, today.figure, today.measure)
    return Chart(title, description, wide, Table(columns, [*rows, itself]), narrow)


def _description(say: Say, today: Today, figure: Figure, name: str) -> str:
    value, usual = _value(say, today.measure, figure), today.usual
    if usual.low is None or usual.high is None:
        return f"{name}: {value}."
    return say("charts.weekdays_said", name=name, value=value, low=whole(usual.low), high=whole(usual.high))


def _value(say: Say, measure: Measure, figure: Figure) -> str:
    return say(f"charts.{measure}_value", value=whole(figure.value))


def _name(say: Say, day: DayBefore) -> str:
    name = dates.short(say, date.fromisoformat(day.local_date))
    return f"{name} ({say('charts.holiday')})" if day.is_holiday else name


def _cells(say: Say, name: str, answers: int, figure: Figure | None, measure: Measure) -> tuple[str, ...]:
    if figure is None:
        return name, whole(answers), say("charts.too_few"), ""
    return name, whole(answers), _value(say, measure, figure), between(say, "charts.from_to", figure)


def _parts(say: Say, today: Today, figure: Figure, name: str, width: float) -> list[draw.Part]:
    end = width - RIGHT
    shown = [day for day in today.usual.before if day.figure]
    y = _scale(today, [figure, *(day.figure for day in shown if day.figure)])
    slot = end / (len(shown) + 1)
    parts = _ranges(say, today, figure, y, end)
    places = [(number + 0.5) * slot for number in range(len(shown) + 1)]
    x, step = places[-1], ceil(LABEL / slot)
    parts.append(
        draw.line([(at, y(day.figure.value)) for at, day in zip(places, shown, strict=False) if day.figure], "past")
    )
    for number, day in enumerate(shown):
        parts.append(
            _day(say, day, places[number], y, is_named=places[number] > LABEL / 2 and (len(shown) - number) % step == 0)
        )
    kind = "ring" if today.usual.verdict is Verdict.WORSE else "dot"
    return [
        *parts,
        draw.whisker((x, y(figure.low)), (x, y(figure.high))),
        draw.dot(x, y(figure.value), kind, radius=7),
        draw.text(x, BASE + 24, name, "middle strong"),
    ]


def _scale(today: Today, figures: Iterable[Figure]) -> draw.Scale:
    """From the lowest to the highest of what is drawn, and some air."""
    drawn = [figure.value for figure in figures]
    drawn += [at for at in (today.usual.low, today.usual.high, today.target) if at is not None]
    if today.figure:
        drawn += [today.figure.low, today.figure.high]
    low, high = min(drawn), max(drawn)
    air = max(0.08 * (high - low), (LEAST_SPAN - (high - low)) / 2)
    return draw.scale(low - air, high + air, BASE, TOP)


def _ranges(say: Say, today: Today, figure: Figure, y: draw.Scale, end: float) -> list[draw.Part]:
    """The usual range and the target, each named at its end, as is the day's own figure."""
    parts, labels = [], [(y(figure.value), _value(say, today.measure, figure), "strong")]
    low, high = today.usual.low, today.usual.high
    if low is not None and high is not None:
        parts.append(draw.band([(0, y(high)), (end, y(high))], [(0, y(low)), (end, y(low))]))
        labels.append((y((low + high) / 2), say("charts.usual", low=whole(low), high=whole(high)), ""))
    if today.target is not None:
        parts.append(draw.line([(0, y(today.target)), (end, y(today.target))], "target"))
        labels.append((y(today.target), say("charts.target", target=today.target), ""))
    return [*parts, *_labels(labels, end + 10)]


def _labels(labels: Sequence[tuple[float, str, str]], x: float) -> list[draw.Part]:
    in_order = sorted(labels)
    places = draw.apart([at for at, _, _ in in_order], LABELS_APART, TOP, BASE)
    return [draw.text(x, at + 4.5, words, kind) for at, (_, words, kind) in zip(places, in_order, strict=True)]


def _day(say: Say, day: DayBefore, x: float, y: draw.Scale, *, is_named: bool) -> draw.Part:
    assert day.figure  # noqa: S101  only those are drawn
    kind = "few" if day.is_holiday or day.figure.standing != "sound" else "before"
    dot, name = draw.dot(x, y(day.figure.value), kind, radius=4.5), dates.short(say, date.fromisoformat(day.local_date))
    return draw.group([dot, draw.text(x, BASE + 24, name, "middle small")] if is_named else [dot], tip=name)
