"""A batch as it arrives becomes rows: what counts, what is looked at alone, and the sums for the rollups. Pure.

The usual entry, a plain answer that fits its question, goes through whole-column operations; the odd ones (open text,
events, carried over, unfit) are looked at one by one.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import compress, repeat
from typing import NamedTuple

from survey.entries import Context, Entry
from survey.errors import UnfitValue
from survey.exchange import Boot
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
    entries: Sequence[Entry], chains: Sequence[int], boots: Sequence[Boot], *, place: Place, journal_id: int, ask: Ask
) -> Arrival:
    """Split the new entries of a batch. chains: that of each entry."""
    contexts = [entry.context for entry in entries]
    times = {context: _time_of(context, boots) for context in set(contexts)}
    at = [_within(times[context][0] + entry.uptime_ms) for context, entry in zip(contexts, entries, strict=True)]
    pairs = [(entry.context, entry.value) for entry in entries]
    odd_pairs = {pair for pair in set(pairs) if not _is_plain(*pair, ask)}
    plain = [not entry.born and pair not in odd_pairs for pair, entry in zip(pairs, entries, strict=True)]
    rows = list(
        zip(
            repeat(place.location_id),
            repeat(journal_id),
            [entry.seq for entry in entries],
            chains,
            at,
            [times[context][1] for context in contexts],
            repeat(place.touchpoint_id),
            [context.survey for context in contexts],
            [context.about for context in contexts],
            [entry.visit for entry in entries],
            [len(value) if isinstance(value, str) else value for _, value in pairs],
            [context.language for context in contexts],
            [context.source for context in contexts],
            strict=False,
        )
    )
    sums = Counter(zip(compress(pairs, plain), [ms // QUARTER_MS for ms in compress(at, plain)], strict=True))
    rollups: Counter[RollupKey] = Counter()
    for ((context, value), quarter), count in sums.items():
        for key in rollup_keys(ask(context.survey, context.about), value, quarter, place.time_zone):
            rollups[key] += count
    odd = [Odd(*parts) for parts, is_plain in zip(zip(entries, chains, at, rows), plain) if not is_plain]  # noqa: B905
    return Arrival(list(compress(rows, plain)), rollups, odd)


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
    if entry.context.kind != "answer":
        return ""
    try:
        ask(entry.context.survey, entry.context.about).check(entry.value)
    except (LookupError, UnfitValue) as error:
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


def _within(ms: int) -> int:
    return min(max(ms, FIRST_MS), LAST_MS)
