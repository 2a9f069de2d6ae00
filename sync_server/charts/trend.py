"""Days in a row, or weeks: the figure with its interval, what was usual for each day, and the target."""

from collections.abc import Sequence
from math import ceil, floor

from sync_server.charts import drawing as draw
from sync_server.charts.chart import Chart, Table
from sync_server.insight.days import Verdict
from sync_server.results.periods import Period
from sync_server.results.shared import Measure
from sync_server.results.trend import Point
from sync_server.texts import dates
from sync_server.texts.say import Say, between, whole

HEIGHT, TOP, BASE = 270.0, 22.0, 226.0  # below the foot: marks of days with too few answers, and dates
WIDTHS = (740.0, 340.0)
LEFT, RIGHT = 30.0, 6.0
LEAST_SPAN = 20.0  # of the axis, so that noise does not look like a landslide
LABEL_PX = 74.0  # room for a date
LABEL_GAP, LINE_PX = 12.0, 16.0
KEY_Y, KEY_PX = 11.0, 26.0  # the sample of the target's line
CROWDED_PX = 11.0  # between two dots; closer ones are small
RINGS = {Verdict.WORSE: "ring", Verdict.BETTER: "ring better"}


def trend(say: Say, points: Sequence[Point], measure: Measure, target: int | None) -> Chart:
    is_by_week = any(point.period.days > 1 for point in points)
    title, description = say("trend.weeks" if is_by_week else "trend.days"), _description(say, points)
    label = f"{title}. {description}"
    tips, axis = [_tip(say, point) for point in points], _axis(points, measure, target)
    wide, narrow = (
        draw.svg(width, HEIGHT, _Drawing(say, points, tips, axis, target, width).parts(), label=label)
        for width in WIDTHS
    )
    return Chart(title, description, wide, _table(say, points, measure, is_by_week=is_by_week), narrow)


def _description(say: Say, points: Sequence[Point]) -> str:
    unusual = [_name(say, point) for point in points if point.is_unusual]
    if unusual:
        return say("trend.unusual", days=", ".join(unusual))
    return say("trend.usual" if any(point.usual for point in points) else "trend.plain")


def _name(say: Say, point: Point) -> str:
    return say(f"trend.{point.verdict}", day=dates.short(say, point.period.first))


def _table(say: Say, points: Sequence[Point], measure: Measure, *, is_by_week: bool) -> Table:
    is_late = any(point.late for point in points)
    columns = [say("trend.week" if is_by_week else "charts.day"), say("charts.answers"), say(f"charts.{measure}")]
    columns.append(say("charts.between"))
    columns += [say("trend.usual_range")] * (not is_by_week) + [say("trend.late")] * is_late
    return Table(columns, [_row(say, point, measure, is_by_week, is_late) for point in points])


def _row(say: Say, point: Point, measure: Measure, is_by_week: bool, is_late: bool) -> list[str]:
    row = [_span(say, point.period), whole(point.answers)]
    if point.figure:
        value = say(f"charts.{measure}_value", value=whole(point.figure.value))
        row += [value, between(say, "charts.from_to", point.figure)]
    else:
        row += [say("charts.too_few") if point.answers else "", ""]
    if not is_by_week:
        usual = point.usual and say("charts.from_to", low=whole(point.usual[0]), high=whole(point.usual[1]))
        holiday = say("charts.holiday") if point.verdict is Verdict.HOLIDAY else ""
        row.append(usual or holiday)
    return row + ([f"{point.late}" if point.late else ""] if is_late else [])


def _span(say: Say, period: Period) -> str:
    first = dates.short(say, period.first)
    return first if period.days == 1 else f"{first} – {dates.short(say, period.last)}"


def _tip(say: Say, point: Point) -> str:
    figure = [between(say, "trend.tip", point.figure)] if point.figure else []
    return ", ".join([_span(say, point.period), *figure, say("trend.tip_answers", n=point.answers)])


class _Drawing:
    """One width of it. tips: of each point. axis: from where to where it goes."""

    def __init__(
        self,
        say: Say,
        points: Sequence[Point],
        tips: Sequence[str],
        axis: tuple[float, float],
        target: int | None,
        width: float,
    ) -> None:
        self._say, self._points, self._tips, self._target, self._width = say, points, tips, target, width
        self._slot = (width - LEFT - RIGHT) / len(points)
        self._low, self._high = axis
        self._y = draw.scale(self._low, self._high, BASE, TOP)

    def parts(self) -> list[draw.Part]:
        return [
            *self._bands("band", [point.usual for point in self._points]),
            *self._bands("sure", [(f.low, f.high) if (f := point.figure) else None for point in self._points]),
            *self._sides(),
            *self._lines(),
            *self._dots(),
            *self._names(),
        ]

    def _x(self, number: int) -> float:
        return LEFT + (number + 0.5) * self._slot

    def _bands(self, kind: str, spans: Sequence[tuple[float, float] | None]) -> list[draw.Part]:
        """Each as wide as its days, so that a day between two gaps has one too."""
        upper = draw.pieces([(self._x(number), self._y(s[1])) if s else None for number, s in enumerate(spans)])
        lower = draw.pieces([(self._x(number), self._y(s[0])) if s else None for number, s in enumerate(spans)])
        return [draw.band(self._wide(up), self._wide(low), kind) for up, low in zip(upper, lower, strict=True)]

    def _wide(self, points: list[draw.Point]) -> list[draw.Point]:
        half = self._slot / 2
        (first_x, first_y), (last_x, last_y) = points[0], points[-1]
        return [(first_x - half, first_y), *points, (last_x + half, last_y)]

    def _sides(self) -> list[draw.Part]:
        """The axes, and the target between them; what its line is stands above, where nothing else is drawn."""
        end = self._width - RIGHT
        parts = [draw.line([(LEFT, BASE + 0.5), (end, BASE + 0.5)], "axis")]
        parts += [
            draw.text(LEFT - 8, self._y(value) + 4, whole(value), "end small")
            for value in draw.round_steps(self._low, self._high)
        ]
        step = draw.every(len(self._points), int((end - LEFT) / LABEL_PX))
        for number, point in enumerate(self._points):
            if number % step == 0 and self._x(number) < end - LABEL_PX / 4:
                parts.append(
                    draw.text(self._x(number), HEIGHT - 8, dates.short(self._say, point.period.first), "middle")
                )
        if self._target is not None:
            y, words = self._y(self._target), self._say("charts.target", target=self._target)
            parts.append(draw.line([(LEFT, y), (end, y)], "target"))
            parts.append(draw.text(end, KEY_Y, words, "end"))
            key = end - draw.text_width(words) - LABEL_GAP
            parts.append(draw.line([(key - KEY_PX, KEY_Y - 4), (key, KEY_Y - 4)], "target"))
        return parts

    def _lines(self) -> list[draw.Part]:
        """Over days without a figure it goes on: they are marked at the foot."""
        places = [(self._x(number), self._y(p.figure.value)) for number, p in enumerate(self._points) if p.figure]
        return [draw.line(places, "trend")] if len(places) > 1 else []

    def _dots(self) -> list[draw.Part]:
        radius = 4.0 if self._slot >= CROWDED_PX else 2.5
        parts = []
        for number, (point, tip) in enumerate(zip(self._points, self._tips, strict=True)):
            x = self._x(number)
            if point.figure and point.is_unusual:
                mark = draw.dot(x, self._y(point.figure.value), RINGS[point.verdict], radius=6.5)
            elif point.figure:
                mark = draw.dot(x, self._y(point.figure.value), "dot", radius=radius)
            elif point.answers:
                mark = draw.dot(x, BASE + 12, "few", radius=radius)
            else:
                continue
            parts.append(draw.group([mark], tip=tip))
        return parts

    def _names(self) -> list[draw.Part]:
        """Below or above their rings; one that would cover another is left to the table."""
        parts, until = [], 0.0
        for number, point in enumerate(self._points):
            if not (point.figure and point.is_unusual):
                continue
            words, x, y = _name(self._say, point), self._x(number), self._y(point.figure.value)
            width = draw.text_width(words)
            left = min(max(x - width / 2, 0), self._width - width)
            if left >= until:
                is_worse = point.verdict is Verdict.WORSE
                below = is_worse and y + LINE_PX + LABEL_GAP < BASE
                at = y + LINE_PX + LABEL_GAP - 4 if below else y - LABEL_GAP
                parts.append(draw.text(left, at, words, "alert" if is_worse else "strong"))
                until = left + width + LABEL_GAP
        return parts


def _axis(points: Sequence[Point], measure: Measure, target: int | None) -> tuple[float, float]:
    """From where to where it goes, in whole tens."""
    worst = -100 if measure == "nps" else 0
    shown = [value for point in points if (f := point.figure) for value in (f.low, f.high)]
    shown += [value for point in points for value in point.usual or ()]
    shown += [] if target is None else [target]
    low, high = (min(shown), max(shown)) if shown else (worst, 100)
    low, high = 10 * floor(low / 10), 10 * ceil(high / 10)
    missing = max(0, LEAST_SPAN - (high - low))
    return max(worst, low - missing), min(100, high)
