"""A batch as it arrives becomes rows: what counts, what is looked at alone, and the sums for the rollups. Pure.

The usual entry, an answer that fits its question, goes through whole-column operations; the odd ones (events, carried
over, unfit) are looked at one by one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import compress, repeat
from operator import add
from typing import NamedTuple

from survey.entries import Birth, Context, Entry
from survey.errors import UnfitValue
from survey.exchange import Boot, Lines
from survey.opening_hours import FIRST_MS, LAST_MS, QUARTER_MS, local_hour
from survey.questions import Kind, Question, Value, choices_in
from sync_server.store.rows import AnswerRow, Place, Placed, RollupKey, Words

TEXT_VALUE = 0  # open text in the rollups: given, whatever it says

Ask = Callable[[str, str], Question]  # survey label and question id -> question; raises LookupError


class Arrival(NamedTuple):
    """rows: the plain answers, in the order of their seqs; texts: those in words; rollups: what they add up to."""

    rows: list[AnswerRow]
    rollups: Counter[RollupKey]
    texts: list[Words]
    odd: list[Placed]


def arrive(
    lines: Lines, chains: Sequence[int], boots: Sequence[Boot], *, place: Place, journal_id: int, ask: Ask
) -> Arrival:
    """Split the new lines of a batch, one or more. chains: the chain value of each."""
    questions = [_question(context, ask) for context in lines.contexts]
    pairs = list(zip(lines.context, lines.values, strict=True))
    odd_pairs = {(number, value) for number, value in set(pairs) if not _fits(questions[number], value)}
    plain = [not born and pair not in odd_pairs for born, pair in zip(lines.born, pairs, strict=True)]
    times = [_time_of(context, boots) for context in lines.contexts]
    at = _instants(map([start for start, _ in times].__getitem__, lines.context), lines.uptimes_ms)
    clocks = [clock for _, clock in times]
    rows = list(_rows(lines, chains, at, clocks, place=place, journal_id=journal_id))

    firsts = _first_answers(lines)

    def placed(number: int) -> Placed:
        return Placed(lines.entry(number), chains[number], at[number], rows[number])

    return Arrival(
        rows=list(compress(rows, plain)),
        rollups=_rollups(compress(zip(pairs, at, strict=True), plain), questions, place.time_zone),
        texts=[
            Words(placed(number), firsts.get(lines.visits[number]))
            for number, value in enumerate(lines.values)
            if isinstance(value, str) and plain[number]
        ],
        odd=[placed(number) for number, is_plain in enumerate(plain) if not is_plain],
    )


def _rows(
    lines: Lines, chains: Sequence[int], at: Sequence[int], clocks: Sequence[str], *, place: Place, journal_id: int
) -> Iterable[AnswerRow]:
    """A row of the table of answers for each line, column by column. clocks: how the time of each context is known."""
    contexts, index = lines.contexts, lines.context
    return zip(
        repeat(place.location_id),
        repeat(journal_id),
        lines.seqs,
        chains,
        at,
        map(clocks.__getitem__, index),
        repeat(place.touchpoint_id),
        map([context.survey for context in contexts].__getitem__, index),
        map([context.about for context in contexts].__getitem__, index),
        lines.visits,
        [len(value) if isinstance(value, str) else value for value in lines.values],
        map([context.language for context in contexts].__getitem__, index),
        map([context.source for context in contexts].__getitem__, index),
        strict=False,  # the repeats never end
    )


def _rollups(
    answers: Iterable[tuple[tuple[int, Value], int]], questions: Sequence[Question | None], time_zone: str
) -> Counter[RollupKey]:
    """answers: number of the context, value, and the instant."""
    by_id = {question.question_id: question for question in questions if question}
    ids = [question.question_id if question else "" for question in questions]
    counted = Counter(
        [
            (ids[number], TEXT_VALUE if isinstance(value, str) else value, at // QUARTER_MS)
            for (number, value), at in answers
        ]
    )
    rollups: Counter[RollupKey] = Counter()
    for (question_id, value, quarter), count in counted.items():
        for key in rollup_keys(by_id[question_id], value, quarter, time_zone):
            rollups[key] += count
    return rollups


def rollup_keys(question: Question, value: Value, quarter: int, time_zone: str) -> list[RollupKey]:
    """Where an answer counts: as its value; each choice of a set as its own; open text as given.

    quarter: its instant as `at // QUARTER_MS`.
    """
    local_date, hour = local_hour(quarter, time_zone)
    if isinstance(value, str):
        value = TEXT_VALUE
    counted = choices_in(value) if question.kind is Kind.MULTIPLE else (value,)
    return [(local_date, question.question_id, hour, number) for number in counted]


def reason_for_quarantine(entry: Entry, ask: Ask) -> str:
    """Why this entry can't count, as a sentence for IT; empty if it can."""
    try:
        if entry.born:
            Birth.from_text(entry.born)
        if entry.context.kind == "answer":
            ask(entry.context.survey, entry.context.about).check(entry.value)
    except (LookupError, ValueError) as error:
        return str(error.args[0])
    return ""


def _question(context: Context, ask: Ask) -> Question | None:
    """What an answer names; None for all that can't count."""
    try:
        return ask(context.survey, context.about) if context.kind == "answer" else None
    except LookupError:
        return None


def _fits(question: Question | None, value: Value) -> bool:
    try:
        if question is not None:
            question.check(value)
    except UnfitValue:
        return False
    return question is not None


def _first_answers(lines: Lines) -> dict[int, int]:
    """Visit -> its first value, but for the visit that may have begun before this batch."""
    firsts = dict(zip(reversed(lines.visits), reversed(lines.values), strict=True))
    unknown = (0, lines.visits[0])
    return {visit: value for visit, value in firsts.items() if isinstance(value, int) and visit not in unknown}


def _time_of(context: Context, boots: Sequence[Boot]) -> tuple[int, str]:
    """The instant at which the computer was switched on, and how it is known (design.md 3.8)."""
    for boot in boots:
        if boot.number == context.boot and boot.offset_ms is not None:
            return boot.offset_ms, boot.how
    return context.clock_ms, "unknown"


def _instants(starts: Iterable[int], uptimes_ms: Sequence[int]) -> list[int]:
    """No time is refused (design.md 3.8); what no calendar can show is put at its end."""
    at = list(map(add, starts, uptimes_ms))
    if min(at) < FIRST_MS or max(at) > LAST_MS:
        return [min(max(ms, FIRST_MS), LAST_MS) for ms in at]
    return at
