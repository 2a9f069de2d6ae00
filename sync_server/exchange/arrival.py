"""A batch as it arrives becomes rows: what counts, what is looked at alone, and the sums for the rollups. Pure.

The usual entry, an answer that fits its question, is handled together with all others of its context, column by
column; the odd ones (events, carried over, unfit) are looked at one by one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain, compress, repeat
from operator import itemgetter
from typing import Any, TypeVar

from survey.entries import Birth, Context, Entry
from survey.errors import UnfitValue
from survey.exchange import Boot, Lines
from survey.opening_hours import FIRST_MS, LAST_MS, QUARTER_MS, local_hour, on_calendar, told_date
from survey.questions import Kind, Question, Value, choices_in
from sync_server.store.rows import Answers, Place, Placed, RollupKey, Words

TEXT_VALUE = 0  # open text in the rollups: given, whatever it says
MAX_NAME = 200  # characters of a question's id, a language...: longer ones were never set up

Ask = Callable[[str, str, str], Question]  # survey label, question id, touchpoint -> question; raises LookupError
T = TypeVar("T")


class Arrival:
    """What the new lines of a batch are to the store.

    answers: the plain ones; texts: those in words; rollups: what they add up to; days: by the terminal's own clock.
    odd: all the others, in the order of their seqs.
    """

    def __init__(
        self, lines: Lines, chains: Sequence[int], boots: Sequence[Boot], *, place: Place, journal_id: int, ask: Ask
    ) -> None:
        """lines: one or more. chains: the chain value of each."""
        self.answers: list[Answers] = []
        self.texts: list[Words] = []
        self.rollups: Counter[RollupKey] = Counter()
        self.days: Counter[str] = Counter()
        self.odd: list[Placed] = []
        self._lines, self._chains, self._place, self._journal_id = lines, chains, place, journal_id
        self._born = lines.born if any(lines.born) else None
        by_number = {boot.number: boot for boot in boots if boot.offset_ms is not None}
        questions: dict[str, Question] = {}
        for context, numbers in zip(lines.contexts, _numbers(lines), strict=True):
            if not numbers:
                continue
            question = question_of(context, ask, place.touchpoint_id)
            plain = self._plain(numbers, question) if question else []
            start, clock = _time_of(context, by_number)
            if len(plain) < len(numbers):
                self.odd += [self._placed(number, start, clock) for number in {*numbers} - {*plain}]
            if question and plain:
                questions[question.question_id] = question
                values = _pick(lines.values, plain)
                if question.kind is Kind.TEXT:
                    self.texts += self._words(plain, start, clock)
                    values = [len(str(value)) for value in values]
                self._add(context, plain, values, start, clock)
        self._count(questions)
        self.odd.sort(key=lambda odd: odd.entry.seq)

    def _plain(self, numbers: list[int], question: Question) -> list[int]:
        """Those of the places in the batch whose answer counts as it is."""
        if self._born is not None:
            numbers = [number for number in numbers if not self._born[number]]
        given = _pick(self._lines.values, numbers)
        unfit = {value for value in set(given) if not _fits(question, value)}
        return list(compress(numbers, [value not in unfit for value in given])) if unfit else numbers

    def _add(self, context: Context, numbers: list[int], values: Sequence[Any], start: int, clock: str) -> None:
        lines = self._lines
        ats = [start + uptime_ms for uptime_ms in _pick(lines.uptimes_ms, numbers)]
        if min(ats) < FIRST_MS or max(ats) > LAST_MS:
            ats = [on_calendar(at) for at in ats]
        answers = Answers(
            *_shared(context, clock, self._place, self._journal_id),
            seq=_pick(lines.seqs, numbers),
            chain=_pick(self._chains, numbers),
            at=ats,
            visit=_pick(lines.visits, numbers),
            value=values,
        )
        self.answers.append(answers)
        self._count_days(context, numbers)

    def _placed(self, number: int, start: int, clock: str) -> Placed:
        at = on_calendar(start + self._lines.uptimes_ms[number])
        return Placed(self._lines.entry(number), self._chains[number], at, clock)

    def _words(self, numbers: list[int], start: int, clock: str) -> list[Words]:
        scores = [self._firsts.get(self._lines.visits[number]) for number in numbers]
        return [
            Words(self._placed(number, start, clock), score if isinstance(score, int) else None)
            for number, score in zip(numbers, scores, strict=True)
        ]

    @cached_property
    def _firsts(self) -> dict[int, Value]:
        """What was answered first in each visit that surely began within this batch."""
        firsts = dict(zip(reversed(self._lines.visits), reversed(self._lines.values), strict=True))
        firsts.pop(self._lines.visits[0])
        firsts.pop(0, None)
        return firsts

    def _count(self, questions: Mapping[str, Question]) -> None:
        quarters = [at // QUARTER_MS for answers in self.answers for at in answers.at]
        firsts: dict[tuple[str, int], int] = {}  # one quarter stands for all of its hour
        hours = {
            quarter: firsts.setdefault(local_hour(quarter, self._place.time_zone), quarter) for quarter in set(quarters)
        }
        ids = chain.from_iterable(repeat(answers.question_id, len(answers.at)) for answers in self.answers)
        values = chain.from_iterable(answers.value for answers in self.answers)
        counts = Counter(zip(ids, values, map(hours.__getitem__, quarters), strict=True))
        for (question_id, value, quarter), count in counts.items():
            for key in rollup_keys(questions[question_id], value, quarter, self._place):
                self.rollups[key] += count

    def _count_days(self, context: Context, numbers: list[int]) -> None:
        told = _pick(self._lines.uptimes_ms, numbers)
        first, last = (told_date(context.clock_ms, ms, self._place.time_zone) for ms in (min(told), max(told)))
        if first == last:
            self.days[first] += len(numbers)
        else:
            self.days.update(told_date(context.clock_ms, ms, self._place.time_zone) for ms in told)


def answer_alone(odd: Placed, place: Place, journal_id: int) -> Answers:
    """The row of one answer."""
    entry, value = odd.entry, odd.entry.value
    number = len(value) if isinstance(value, str) else value
    shared = _shared(entry.context, odd.clock, place, journal_id)
    return Answers(*shared, [entry.seq], [odd.chain], [odd.at], [entry.visit], [number])


def rollup_keys(question: Question, value: int, quarter: int, place: Place) -> list[RollupKey]:
    """Where an answer counts: as its value; each choice of a set as its own; open text as given.

    quarter: its instant as `at // QUARTER_MS`.
    """
    counted: Iterable[int] = (value,)
    if question.kind is Kind.MULTIPLE:
        counted = choices_in(value)
    elif question.kind is Kind.TEXT:
        counted = (TEXT_VALUE,)
    local_date, hour = local_hour(quarter, place.time_zone)
    return [
        RollupKey(place.location_id, local_date, question.question_id, place.touchpoint_id, hour, number)
        for number in counted
    ]


def reason_for_quarantine(entry: Entry, ask: Ask, touchpoint_id: str) -> str:
    """Why this entry can't count, as a sentence for IT; empty if it can."""
    try:
        if entry.born:
            Birth.from_text(entry.born)
        if fault := _fault_of(entry.context):
            return fault
        if entry.context.kind == "answer":
            ask(entry.context.survey, entry.context.about, touchpoint_id).check(entry.value)
    except (LookupError, ValueError) as error:
        return str(error.args[0])
    return ""


def question_of(context: Context, ask: Ask, touchpoint_id: str) -> Question | None:
    """What an answer names; None for all that can't count."""
    if context.kind != "answer" or _fault_of(context):
        return None
    try:
        return ask(context.survey, context.about, touchpoint_id)
    except LookupError:
        return None


def _fault_of(context: Context) -> str:
    """What no store could keep, or no page show."""
    names = (context.about, context.survey, context.language, context.source)
    if any("\0" in name or len(name) > MAX_NAME for name in names):
        return f"It names something with over {MAX_NAME} characters, or with a NUL among them."
    return ""


def _shared(
    context: Context, clock: str, place: Place, journal_id: int
) -> tuple[str, int, str, str, str, str, str, str]:
    """What answers of one context have in common, in the order of Answers."""
    where = (place.location_id, journal_id, clock, place.touchpoint_id)
    return *where, context.survey, context.about, context.language, context.source


def _fits(question: Question, value: Value) -> bool:
    try:
        question.check(value)
    except UnfitValue:
        return False
    return True


def _time_of(context: Context, boots: Mapping[int, Boot]) -> tuple[int, str]:
    """The instant at which the computer was switched on, and how it is known (design.md 3.8)."""
    boot = boots.get(context.boot)
    if boot is None or boot.offset_ms is None:
        return context.clock_ms, "unknown"
    return boot.offset_ms, boot.how


def _numbers(lines: Lines) -> list[list[int]]:
    """For each context the places in the batch of the entries that have it."""
    found: list[list[int]] = [[] for _ in lines.contexts]
    for number, context in enumerate(lines.context):
        found[context].append(number)
    return found


def _pick(column: Sequence[T], numbers: list[int]) -> Sequence[T]:
    return itemgetter(*numbers)(column) if len(numbers) > 1 else [column[number] for number in numbers]
