"""A batch as it arrives becomes rows: what counts, what is looked at alone, and the sums for the rollups. Pure.

The usual entry, a plain answer that fits its question, goes through whole-column operations; the odd ones (open text,
events, carried over, unfit) are looked at one by one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress, repeat
from operator import add
from typing import NamedTuple

from survey.entries import Birth, Context, Entry
from survey.exchange import Boot, Lines
from survey.opening_hours import QUARTER_MS, local_hour
from survey.questions import Kind, Question, Value, choices_in
from sync_server.store.rows import AnswerRow, Odd, Place, RollupKey

FIRST_MS, LAST_MS = 0, 253_370_000_000_000  # 1970 to 9998: what a calendar can show
TEXT_VALUE = 0  # open text in the rollups: given, whatever it says

Ask = Callable[[str, str], Question]  # survey label and question id -> question; raises LookupError


class Arrival(NamedTuple):
    """rows: the plain answers, in the order of their seqs; rollups: what they add up to."""

    rows: list[AnswerRow]
    rollups: Counter[RollupKey]
    odd: list[Odd]


def arrive(
    lines: Lines, chains: Sequence[int], boots: Sequence[Boot], *, place: Place, journal_id: int, ask: Ask
) -> Arrival:
    """Split the new lines of a batch, one or more. chains: the chain value of each."""
    index = lines.context
    pairs = set(zip(index, lines.values, strict=True))
    odd_pairs = {(number, value) for number, value in pairs if not _is_plain(lines.contexts[number], value, ask)}
    times = [_time_of(context, boots) for context in lines.contexts]
    at = _instants(map([start for start, _ in times].__getitem__, index), lines.uptimes_ms)
    rows = _rows(lines, chains, at, [clock for _, clock in times], place=place, journal_id=journal_id)
    counted = zip(index, lines.values, [ms // QUARTER_MS for ms in at], strict=True)
    if not odd_pairs and not any(lines.born):
        return Arrival(list(rows), _rollups(Counter(counted), lines.contexts, place.time_zone, ask), [])
    plain = [
        not born and pair not in odd_pairs
        for born, pair in zip(lines.born, zip(index, lines.values, strict=True), strict=True)
    ]
    rollups = _rollups(Counter(compress(counted, plain)), lines.contexts, place.time_zone, ask)
    rows = list(rows)
    odd = [
        Odd(lines.entry(number), chains[number], at[number], rows[number])
        for number, is_plain in enumerate(plain)
        if not is_plain
    ]
    return Arrival(list(compress(rows, plain)), rollups, odd)


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
    counted: Mapping[tuple[int, Value, int], int], contexts: Sequence[Context], time_zone: str, ask: Ask
) -> Counter[RollupKey]:
    """counted: (number of the context, value, quarter of an hour) -> answers."""
    rollups: Counter[RollupKey] = Counter()
    for (number, value, quarter), count in counted.items():
        question = ask(contexts[number].survey, contexts[number].about)
        for key in rollup_keys(question, value, quarter, time_zone):
            rollups[key] += count
    return rollups


def rollup_keys(question: Question, value: Value, quarter: int, time_zone: str) -> list[RollupKey]:
    """Where an answer counts: as its value; each choice of a set as its own; open text as given.

    quarter: its instant as `at // QUARTER_MS`.
    """
    local_date, hour = local_hour(quarter, time_zone)
    if isinstance(value, str):
        counted = [TEXT_VALUE]
    else:
        counted = list(choices_in(value)) if question.kind is Kind.MULTIPLE else [value]
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


def _is_plain(context: Context, value: Value, ask: Ask) -> bool:
    if context.kind != "answer" or not isinstance(value, int):
        return False
    try:
        return value in ask(context.survey, context.about).values
    except LookupError:
        return False


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
