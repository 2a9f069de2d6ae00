"""The rows of an export, one by one and from one instant of the store: never more in memory than a day of a place."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

import msgspec

from survey.figures import Figure
from survey.opening_hours import zone
from survey.questions import SCALES, STAFF, Kind, Question
from sync_server.exports.asked import Asked
from sync_server.fleet.terminals import journal_name
from sync_server.results import shared, spread
from sync_server.results.periods import Period
from sync_server.store import Snapshot, Store, exports, places
from sync_server.store.places import LocationRow, TouchpointRow
from sync_server.store.rows import COUNT
from sync_server.store.settled import ASIDE

Row = tuple[Any, ...]
Rows = Iterator[Row]
Tell = Callable[[int, int], None]  # done, of
TELL_EVERY = 10_000
OTHERS = {Kind.CES: "easy", Kind.YES_NO: "yes"}  # what the figure of a question that is not shared tells, in percent


class Wanted(msgspec.Struct, frozen=True):
    """locations: in the order of the file. language: of the words in it."""

    locations: Sequence[LocationRow]
    period: Period
    language: str = "en"


class Places:
    """What is told of a location and a touchpoint in each row."""

    def __init__(self, store: Store) -> None:
        self._touchpoints = {touchpoint.touchpoint_id: touchpoint for touchpoint in places.touchpoints(store)}

    def touchpoint(self, touchpoint_id: str) -> TouchpointRow | None:
        return self._touchpoints.get(touchpoint_id)

    def cells(self, location: LocationRow, touchpoint_id: str) -> Row:
        touchpoint = self.touchpoint(touchpoint_id)
        named = (touchpoint.name, touchpoint.phase) if touchpoint else (None, None)
        return (location.region_id, location.location_id, location.name, touchpoint_id, *named)


def answer_rows(store: Store, snapshot: Snapshot, wanted: Wanted, tell: Tell) -> Rows:
    """Every answer of customers in the period, as columns.ANSWERS says."""
    asked, there = Asked(exports.surveys(store), wanted.language), Places(store)
    parts = [(location, wanted.period.span_ms(location.time_zone)) for location in wanted.locations]
    of = sum(exports.count_answers(store, location.location_id, *span) for location, span in parts)
    done = 0
    for location, span in parts:
        here = zone(location.time_zone)
        for row in exports.answers(snapshot, location.location_id, *span):
            touchpoint_id, label, question_id, journal_id, visit, at, clock, value, text, *rest, is_aside = row
            question = asked.at(label, question_id)
            yield (
                *there.cells(location, touchpoint_id),
                *(label, question_id, asked.text(question), question.kind.value if question else None),
                f"{journal_name(journal_id)}-{visit}",
                at,
                datetime.fromtimestamp(at / 1000, here).replace(tzinfo=None),
                clock,
                None if question and question.kind is Kind.TEXT else value,
                asked.chosen(question, value) if question else None,
                *(text, *rest, bool(is_aside)),
            )
            done += 1
            if not done % TELL_EVERY:
                tell(min(done, of), of)
    tell(of, of)


def figure_rows(store: Store, snapshot: Snapshot, wanted: Wanted, tell: Tell) -> Rows:
    """The figures of each day, touchpoint and question, as columns.FIGURES says. Staff's stay out of it."""
    asked, there = Asked(exports.surveys(store), wanted.language), Places(store)
    for number, location in enumerate(wanted.locations):
        tell(number, len(wanted.locations))
        counted = exports.days(snapshot, location.location_id, *wanted.period.dates)
        for (question_id, day, touchpoint_id), rows in groupby(counted, key=lambda row: row[:3]):
            question = asked.now(there.touchpoint(touchpoint_id), question_id)
            if question is None or question_id.startswith((STAFF, COUNT)):
                continue
            counts = {value: answers for *_, value, answers in rows}
            named = (*there.cells(location, touchpoint_id), question_id, asked.text(question), question.kind.value)
            for cells in _figure_cells(question, counts, asked):
                yield (*named, date.fromisoformat(day), *cells)
    tell(len(wanted.locations), len(wanted.locations))


def _figure_cells(question: Question, counts: dict[int, int], asked: Asked) -> Iterable[Row]:
    """Answers, set aside, choice, measure, and the cells of two figures."""
    aside = counts.get(ASIDE, 0)
    if question.choices:
        for number in range(1, len(question.choices) + 1):
            yield (counts.get(number, 0), aside, asked.choice(question, number), None, *_cells(None), *_cells(None))
        return
    steps = [counts.get(value, 0) for value in SCALES.get(question.kind, range(1))]
    if question.kind in shared.FACES:
        figure, index = shared.figure(question.kind, steps), shared.index(question.kind, steps)
        measure: str | None = shared.measure_of(question.kind)
    else:
        measure, index = OTHERS.get(question.kind), None
        figure = spread.figure_of(spread.MEASURES[question.kind], steps) if measure else None
    yield (sum(steps), aside, None, measure, *_cells(figure), *_cells(index))


def _cells(figure: Figure | None) -> Row:
    return (round(figure.value, 2), round(figure.low, 2), round(figure.high, 2)) if figure else (None, None, None)
