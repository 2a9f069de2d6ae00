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
from survey.exchange import Boot, Request
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
    entries: Sequence[Entry], chains: Sequence[int], request: Request, *, place: Place, journal_id: int, ask: Ask
) -> Arrival:
    """Split the new entries of a request's batch, its last ones. chains: that of each entry."""
    if not entries:
        return Arrival([], Counter(), [])
    contexts, index = request.batch.contexts, request.batch.context[-len(entries) :]
    times = [_time_of(context, request.boots) for context in contexts]
    at = _instants([times[number][0] for number in index], [entry.uptime_ms for entry in entries])
    pairs = [(number, entry.value) for number, entry in zip(index, entries, strict=True)]
    odd_pairs = {(number, value) for number, value in set(pairs) if not _is_plain(contexts[number], value, ask)}
    plain = [not entry.born and pair not in odd_pairs for pair, entry in zip(pairs, entries, strict=True)]
    clocks = [clock for _, clock in times]
    rows = list(_rows(entries, chains, at, contexts, index, clocks, place=place, journal_id=journal_id))
    counted = Counter(compress(zip(pairs, [ms // QUARTER_MS for ms in at], strict=True), plain))
    parts = zip(entries, chains, at, rows, strict=True)
    odd = [Odd(*part) for part, is_plain in zip(parts, plain, strict=True) if not is_plain]
    return Arrival(list(compress(rows, plain)), _rollups(counted, contexts, place.time_zone, ask), odd)


def _rows(
    entries: Sequence[Entry],
    chains: Sequence[int],
    at: Sequence[int],
    contexts: Sequence[Context],
    index: Sequence[int],
    clocks: Sequence[str],
    *,
    place: Place,
    journal_id: int,
) -> Iterable[AnswerRow]:
    """A row of the table of answers for each entry, column by column. index: the context of each entry."""
    return zip(
        repeat(place.location_id),
        repeat(journal_id),
        [entry.seq for entry in entries],
        chains,
        at,
        map(clocks.__getitem__, index),
        repeat(place.touchpoint_id),
        map([context.survey for context in contexts].__getitem__, index),
        map([context.about for context in contexts].__getitem__, index),
        [entry.visit for entry in entries],
        [len(entry.value) if isinstance(entry.value, str) else entry.value for entry in entries],
        map([context.language for context in contexts].__getitem__, index),
        map([context.source for context in contexts].__getitem__, index),
        strict=False,  # the repeats never end
    )


def _rollups(
    counted: Mapping[tuple[tuple[int, Value], int], int], contexts: Sequence[Context], time_zone: str, ask: Ask
) -> Counter[RollupKey]:
    """counted: ((number of the context, value), quarter of an hour) -> answers."""
    rollups: Counter[RollupKey] = Counter()
    for ((number, value), quarter), count in counted.items():
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


def _instants(starts: Sequence[int], uptimes: Sequence[int]) -> list[int]:
    """No time is refused (design.md 3.8); what no calendar can show is put at its end."""
    at = list(map(add, starts, uptimes))
    if min(at) < FIRST_MS or max(at) > LAST_MS:
        return [min(max(ms, FIRST_MS), LAST_MS) for ms in at]
    return at
