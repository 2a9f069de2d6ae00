import time
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import cast
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from survey.figures import Figure
from sync_server.charts import Chart, Table, standalone
from sync_server.charts import drawing as draw
from sync_server.charts.chart import light_styles
from sync_server.charts.faces import faces
from sync_server.charts.heat import heat
from sync_server.charts.hours import BASE, TOP, hours
from sync_server.charts.interval import interval
from sync_server.charts.picture import png
from sync_server.charts.weekdays import weekdays
from sync_server.insight.days import Verdict
from sync_server.results.heat import Cell, Heat
from sync_server.results.periods import Period
from sync_server.results.shared import Face
from sync_server.results.today import Hour, Today
from sync_server.results.usual import DayBefore, Usual
from sync_server.texts.say import say_in

SAY = say_in("en")
HOSTILE = "</svg><script>alert('1')</script> & \"quoted\" 漢字 😀"
FIGURE = Figure(75.0, 60.0, 85.0, 40)
HOURS = [
    Hour(9, 40, 30, FIGURE, below=False),
    Hour(10, 4, 4, None, below=False),
    Hour(12, 20, 8, Figure(40.0, 21.0, 61.0, 20), below=True),
]
FACES = [Face(1, 1, 0.25), Face(3, 0, 0.0), Face(5, 3, 0.75)]


def of(kind: str, svg: Markup) -> list[dict[str, str]]:
    """Attributes of the elements of a class."""
    return [dict(found.attrib) for found in ElementTree.fromstring(svg).iter() if found.get("class") == kind]  # noqa: S314


def test_bars_stand_on_one_foot_and_the_fullest_hour_fills_the_height() -> None:
    svg = hours(SAY, HOURS, "satisfied").svg

    fullest, last = of("all", svg)
    (good,) = of("good", svg)
    (few,) = of("few", svg)
    assert (float(fullest["y"]), float(fullest["height"])) == (TOP, BASE - TOP)
    assert {float(found["y"]) + float(found["height"]) for found in (fullest, last, good, few)} == {BASE}
    assert float(good["height"]) == pytest.approx(0.75 * (BASE - TOP), abs=0.1)


def test_a_worse_hour_is_told_by_a_triangle_and_by_words_too() -> None:
    chart = hours(SAY, HOURS, "satisfied")

    assert len(of("below", chart.svg)) == len(of("alert", chart.svg)) == 1
    assert chart.description == "Most answers at 9–10: 40. Below the rest at 12–13."


def test_the_table_holds_what_the_drawing_shows() -> None:
    assert hours(SAY, HOURS, "satisfied").table.rows == [
        ("9–10", "40", "75 %", "60 and 85"),
        ("10–11", "4", "too few to say", ""),
        ("12–13", "20", "40 %", "21 and 61, preliminary"),
    ]


def test_the_parts_of_the_distribution_fill_the_whole_with_a_gap_between_them() -> None:
    svg = faces(SAY, FACES, words=str).svg

    (worst,), (best,) = of("c1", svg), of("c5", svg)
    assert (float(worst["x"]), float(worst["width"])) == (0.0, 184.5)
    assert (float(best["x"]), float(best["x"]) + float(best["width"])) == (186.5, 740.0)
    assert of("c3", svg) == []


def test_a_mark_tells_above_where_a_usual_hour_ends() -> None:
    hour = Hour(9, 40, 30, FIGURE, below=False, usual=(50.0, 95.0))

    (mark,) = of("usual", hours(SAY, [hour], "satisfied").svg)

    assert {float(point.split(",")[1]) for point in mark["points"].split()} == {BASE - 0.5 * (BASE - TOP)}


def day_among(
    before: list[DayBefore], verdict: Verdict = Verdict.USUAL, figure: Figure | None = FIGURE
) -> Chart | None:
    """Today's part of that chart, everything else left out."""
    usual = Usual(verdict, 70.5, 97.5, len(before), before)
    day = SimpleNamespace(
        local_date="2026-11-21", answers=40, figure=figure, usual=usual, measure="satisfied", target=90
    )
    return weekdays(SAY, cast(Today, day), name="today")


def test_a_day_stands_among_its_weekdays_with_what_is_usual_named() -> None:
    before = [
        DayBefore("2026-10-31", 40, FIGURE, is_holiday=True),
        DayBefore("2026-11-07", 9, None, is_holiday=False),
        DayBefore("2026-11-14", 40, FIGURE, is_holiday=False),
    ]

    chart = day_among(before)

    assert chart and chart.title == "Saturday, week by week"
    assert chart.description == "today: 75 %; usual is 70 to 98."
    assert [len(of(kind, chart.svg)) for kind in ("before", "few", "dot", "ring", "band")] == [1, 1, 1, 0, 1]
    assert [row[:3] for row in chart.table.rows] == [
        ("31 Oct (public holiday)", "40", "75 %"),
        ("7 Nov", "9", "too few to say"),
        ("14 Nov", "40", "75 %"),
        ("today", "40", "75 %"),
    ]


def test_a_worse_day_has_a_ring() -> None:
    chart = day_among([DayBefore("2026-11-14", 40, FIGURE, is_holiday=False)], Verdict.WORSE)

    assert chart and len(of("ring", chart.svg)) == 1


def test_a_day_without_a_figure_or_without_others_has_no_such_chart() -> None:
    assert day_among([]) is None
    assert day_among([DayBefore("2026-11-14", 40, FIGURE, is_holiday=False)], figure=None) is None


def test_an_interval_of_the_nps_has_its_zero_in_the_middle() -> None:
    svg = interval(Figure(0.0, -100.0, 100.0, 40), label="NPS 0", worst=-100)

    assert of("dot", svg)[0]["cx"] == "125"
    assert of("interval", svg)[0]["points"] == of("axis", svg)[0]["points"]


def test_hostile_words_stay_words() -> None:
    svg = draw.svg(9, 9, [draw.group([draw.text(0, 0, HOSTILE)], tip=HOSTILE)], label=HOSTILE)

    assert [found.text for found in ElementTree.fromstring(svg).iter() if found.text] == [HOSTILE] * 2  # noqa: S314


def test_a_chart_is_a_file_of_its_own_with_the_light_styles_alone() -> None:
    alone = standalone(faces(SAY, FACES, words=str))

    assert ElementTree.fromstring(alone).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314
    assert ".c5 { fill: #1c7a55; }" in alone and "@media" not in alone
    assert "var(" not in light_styles()  # programs that draw mail and PDF know no variables


def test_a_picture_shows_the_colours_of_the_faces() -> None:
    content = png(faces(SAY, FACES, words=str), 740)

    assert content.startswith(b"\x89PNG")
    assert (int.from_bytes(content[16:20]), int.from_bytes(content[20:24])) == (740, 34)


@pytest.mark.parametrize(
    "make",
    [lambda: hours(SAY, HOURS * 8, "satisfied"), lambda: faces(SAY, FACES * 2, words=str)],
    ids=["hours", "faces"],
)
def test_drawing_costs_about_a_millisecond(make: Callable[[], Chart]) -> None:
    make()
    best = min(_seconds(make) for _ in range(20))

    assert best < 0.004


def _seconds(make: Callable[[], object]) -> float:
    began = time.process_time()
    make()
    return time.process_time() - began


@pytest.mark.parametrize(
    ("low", "high", "most", "steps"),
    [(0, 100, 5, [0, 50, 100]), (71, 97, 4, [80, 90]), (-100, 100, 5, [-100, -50, 0, 50, 100]), (5, 5, 4, [5])],
)
def test_an_axis_has_few_round_numbers(low: float, high: float, most: int, steps: list[float]) -> None:
    assert draw.round_steps(low, high, most) == steps


def test_labels_that_would_cover_one_another_move_apart() -> None:
    assert draw.apart([10, 12, 100], 14, 0, 100) == [10, 24, 100]
    assert draw.apart([95, 96], 14, 0, 100) == [86, 100]


def test_a_line_is_broken_where_a_day_has_nothing() -> None:
    a, b, c = (0.0, 1.0), (1.0, 2.0), (3.0, 1.0)

    assert draw.pieces([None, a, b, None, c]) == [[a, b], [c]]


def test_a_long_name_is_cut_to_its_room() -> None:
    assert draw.shortened("Checkout", 100) == "Checkout"
    assert draw.shortened("Kauppakeskus Kamppi, pohjoinen sisäänkäynti", 100).endswith("…")


def test_a_table_has_a_column_for_each_cell() -> None:
    charts = [hours(SAY, HOURS, "nps"), faces(SAY, FACES, words=str)]

    tables: list[Table] = [chart.table for chart in charts]

    assert all(len(row) == len(table.columns) for table in tables for row in table.rows)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("hours_open", [15, 24])
def test_the_figure_of_every_hour_is_seen_within_its_cell(language: str, hours_open: int) -> None:
    row = [Cell(50, Figure(value, value - 5, value, 50)) for value in (*[85.0] * (hours_open - 1), 100.0)]
    week = Heat(Period(date(2026, 10, 26), date(2026, 11, 22)), range(hours_open), [row] * 7)

    drawing = heat(say_in(language), week, "satisfied").svg

    figures = [found for found in ElementTree.fromstring(drawing).iter() if found.get("class") == "middle on-tint"]  # noqa: S314
    cells = [float(bar["width"]) for kind in ("tint0", "tint4") for bar in of(kind, drawing)]
    assert [figure.text for figure in figures] == [*["85"] * (hours_open - 1), "100"] * 7
    widths = [draw.text_width(figure.text or "", float(figure.attrib["font-size"])) for figure in figures]
    assert max(widths) < min(cells)
