"""When in the week it is good or bad: the shared question by weekday and local hour."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from survey.figures import Days, Figure, Measure, difference, holding
from survey.questions import Question
from sync_server.results.periods import Period
from sync_server.results.spread import figure_of_days
from sync_server.store import Store
from sync_server.store import period as stored


class Cell(msgspec.Struct, frozen=True):
    """figure: None under 10 answers. side: of the whole period's figure; of all marked cells one in ten is in vain."""

    answers: int
    figure: Figure | None
    side: Literal["below", "same", "above"] = "same"


class Heat(msgspec.Struct, frozen=True):
    """cells: a row for each weekday, Monday first; each has a cell for every one of `hours`."""

    period: Period
    hours: range
    cells: list[list[Cell]]

    @property
    def is_marked(self) -> bool:
        return any(cell.side == "below" for row in self.cells for cell in row)


def heat(
    store: Store,
    location_id: str,
    question: Question,
    measure: Measure,
    period: Period,
    *,
    whole: Figure | None,
    alike: float,
) -> Heat | None:
    """None without answers. whole: the period's figure.

    alike: how much days differ; a cell's answers are taken to spread evenly over its days.
    """
    by_weekday: list[list[str]] = [[] for _ in range(7)]
    for day in period:
        by_weekday[day.weekday()].append(day.isoformat())
    found = stored.hour_counts(store, location_id, question.question_id, by_weekday)
    values = question.values
    given = {hour for counts in found for hour, value in counts if value in values}
    if not given:
        return None
    hours = range(min(given), max(given) + 1)
    cells = [
        [_cell(question, measure, hour, len(days), counts, alike) for hour in hours]
        for days, counts in zip(by_weekday, found, strict=True)
    ]
    return Heat(period, hours, _marked(cells, whole))


def _marked(cells: list[list[Cell]], whole: Figure | None) -> list[list[Cell]]:
    """Which differ from the whole by more than chance, of so many that are looked at."""
    differences = {
        (row, place): difference(cell.figure, whole)
        for row, of_day in enumerate(cells)
        for place, cell in enumerate(of_day)
        if cell.figure and whole
    }
    holds = holding([found.p for found in differences.values()])
    for ((row, place), found), is_held in zip(differences.items(), holds, strict=True):
        if is_held:
            side = "below" if found.value < 0 else "above"
            cells[row][place] = msgspec.structs.replace(cells[row][place], side=side)
    return cells


def _cell(
    question: Question,
    measure: Measure,
    hour: int,
    days: int,
    by_value: Mapping[tuple[int, int], int],
    alike: float,
) -> Cell:
    counts = tuple(by_value.get((hour, value), 0) for value in question.values)
    n = sum(counts)
    if not n:
        return Cell(0, None)
    return Cell(n, figure_of_days(measure, Days(counts, days, n * n // days, 0.0), alike))
