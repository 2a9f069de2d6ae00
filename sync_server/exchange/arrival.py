"""A batch as it arrives becomes rows: what counts, what is looked at alone, and the sums for the rollups. Pure.

The usual entry, an answer that fits its question, is handled together with all others of the batch, column by column;
the odd ones (events, carried over, unfit) are looked at one by one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from operator import add, itemgetter
from typing import Protocol, TypeGuard, TypeVar

from survey.entries import Birth, Context, Entry
from survey.errors import UnfitValue
from survey.exchange import Boot, Lines
from survey.opening_hours import FIRST_MS, LAST_MS, QUARTER_MS, local_hour, on_calendar, told_date
from survey.questions import Kind, Question, Value, choices_in
from sync_server.store.rows import COUNT, PASSAGES, QUARTERS, Answers, Place, Placed, RollupKey, Words

TEXT_VALUE = 0  # open text in the rollups: given, whatever it says
MOST_PASSAGES = 10_000  # in a quarter of an hour; eleven a second pass no door
CLOCKS_APART_MS = 60_000  # a quarter of an hour by the terminal's clock may begin so much early by the server's
MAX_NAME = 200  # characters of a question's id, a language...: longer ones were never set up

T = TypeVar("T")


class Ask(Protocol):
    """Which question an answer names."""

    def __call__(self, label: str, question_id: str, touchpoint_id: str) -> Question:
        """Raises LookupError for one that was never asked there."""

    def shared(self, label: str) -> str:
        """The id of the shared question, of a survey of which some question was found."""


class Arrival:
    """What the new lines of a batch are to the store.

    answers: the plain ones; texts: those in words; rollups: what they add up to; days: by the terminal's own clock.
    odd: all the others, in the order of their seqs. place: where they count.
    """

    def __init__(
        self, lines: Lines, chains: Sequence[int], boots: Sequence[Boot], *, place: Place, journal_id: int, ask: Ask
    ) -> None:
        """lines: one or more. chains: the chain value of each."""
        self.answers: list[Answers] = []
        self.texts: list[Words] = []
        self.rollups: Counter[RollupKey] = Counter()
        self.days: Counter[str] = Counter()
        self.place = place
        self._lines, self._chains, self._journal_id = lines, chains, journal_id
        by_number = {boot.number: boot for boot in boots if boot.offset_ms is not None}
        self._asked = [question_of(context, ask, place.touchpoint_id) for context in lines.contexts]
        self._shared = [
            ask.shared(one.survey) if asked else "" for one, asked in zip(lines.contexts, self._asked, strict=True)
        ]
        self._times = [_time_of(context, by_number) for context in lines.contexts]
        odd = self._odd_places()
        self.odd = [self._placed(number) for number in odd]
        for (survey, clock), numbers in self._alike(odd).items():
            self._add(numbers, survey, clock)

    def _odd_places(self) -> list[int]:
        """Those of the places in the batch whose entry does not count as it is."""
        context, values, born = self._lines.context, self._lines.values, self._lines.born
        unfit = {pair for pair in set(zip(context, values, strict=True)) if not _fits(self._asked[pair[0]], pair[1])}
        if not unfit and not any(born):
            return []
        pairs = zip(context, values, strict=True)
        return [number for number, pair in enumerate(pairs) if born[number] or pair in unfit]

    def _alike(self, odd: list[int]) -> Mapping[tuple[str, str], Sequence[int]]:
        """The other places, by what most batches have in common: the survey, and how the times are known."""
        kinds = [(context.survey, how) for context, (_, how) in zip(self._lines.contexts, self._times, strict=True)]
        if not odd and len(set(kinds)) == 1:
            return {kinds[0]: range(len(self._chains))}
        found: dict[tuple[str, str], list[int]] = {}
        for number in sorted({*range(len(self._chains))}.difference(odd)):
            found.setdefault(kinds[self._lines.context[number]], []).append(number)
        return found

    def _add(self, numbers: Sequence[int], survey: str, clock: str) -> None:
        lines, contexts = self._lines, self._lines.contexts
        pick = _picker(numbers)
        context, uptimes_ms, values = pick(lines.context), pick(lines.uptimes_ms), pick(lines.values)
        of_context = _picker(context)
        ats = list(map(add, of_context([start for start, _ in self._times]), uptimes_ms))
        if min(ats) < FIRST_MS or max(ats) > LAST_MS:
            ats = [on_calendar(at) for at in ats]
        answers = Answers(
            *(self.place.location_id, self._journal_id, self.place.touchpoint_id, clock, survey),
            question_id=of_context([one.about for one in contexts]),
            language=of_context([one.language for one in contexts]),
            source=of_context([one.source for one in contexts]),
            seq=pick(lines.seqs),
            chain=pick(self._chains),
            at=ats,
            visit=pick(lines.visits),
            value=[len(value) if isinstance(value, str) else value for value in values],
        )
        self.answers.append(answers)
        self.texts += self._words([n for n, value in zip(numbers, values, strict=True) if isinstance(value, str)])
        self._count(answers)
        self._count_days(of_context([one.clock_ms for one in contexts]), uptimes_ms)

    def _placed(self, number: int) -> Placed:
        start, clock = self._times[self._lines.context[number]]
        at = on_calendar(start + self._lines.uptimes_ms[number])
        return Placed(self._lines.entry(number), self._chains[number], at, clock)

    def _words(self, numbers: Iterable[int]) -> list[Words]:
        visits, context = self._lines.visits, self._lines.context
        return [
            Words.of(self._placed(number), self._scores.get(visits[number]), self._shared[context[number]])
            for number in numbers
        ]

    @cached_property
    def _scores(self) -> dict[int, int]:
        """By visit, how the shared question was answered within this batch."""
        contexts = zip(self._lines.contexts, self._asked, self._shared, strict=True)
        scale = [asked.values if asked and one.about == shared else () for one, asked, shared in contexts]
        lines = zip(self._lines.context, self._lines.visits, self._lines.values, strict=True)
        return {visit: int(value) for context, visit, value in lines if visit and value in scale[context]}

    def _count(self, answers: Answers) -> None:
        surveys = zip(self._lines.contexts, self._asked, strict=True)
        questions = {one.about: asked for one, asked in surveys if asked and one.survey == answers.survey}
        quarters = [at // QUARTER_MS for at in answers.at]
        firsts: dict[tuple[str, int], int] = {}  # one quarter stands for all of its hour
        hours = {
            quarter: firsts.setdefault(local_hour(quarter, self.place.time_zone), quarter) for quarter in set(quarters)
        }
        counts = Counter(zip(answers.question_id, answers.value, map(hours.__getitem__, quarters), strict=True))
        for (question_id, value, quarter), count in counts.items():
            for key in rollup_keys(questions[question_id], value, quarter, self.place):
                self.rollups[key] += count

    def _count_days(self, clocks_ms: Sequence[int], uptimes_ms: Sequence[int]) -> None:
        quarters = Counter([told_ms // QUARTER_MS for told_ms in map(add, clocks_ms, uptimes_ms)])
        for quarter, count in quarters.items():
            self.days[told_date(quarter * QUARTER_MS, 0, self.place.time_zone)] += count


def answer_alone(odd: Placed, place: Place, journal_id: int) -> Answers:
    """The row of one answer."""
    entry, value, context = odd.entry, odd.entry.value, odd.entry.context
    number = len(value) if isinstance(value, str) else value
    return Answers(
        *(place.location_id, journal_id, place.touchpoint_id, odd.clock, context.survey),
        *([context.about], [context.language], [context.source]),
        *([entry.seq], [odd.chain], [odd.at], [entry.visit], [number]),
    )


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


def sums_of(odd: Placed, place: Place) -> dict[RollupKey, int]:
    """What an entry that is no answer adds to the rollups: nothing, unless somebody was counted."""
    context, value = odd.entry.context, odd.entry.value
    counts = context.kind == "count" and is_footfall(value)
    return footfall_sums(context.about, int(value), odd.at, place) if counts else {}


def footfall_sums(counter: str, passages: int, at: int, place: Place) -> dict[RollupKey, int]:
    """Where passages count. at: when their quarter of an hour began, by a clock that may be some seconds off."""
    local_date, hour = local_hour((at + CLOCKS_APART_MS) // QUARTER_MS, place.time_zone)
    key = RollupKey(place.location_id, local_date, COUNT + counter, place.touchpoint_id, hour, PASSAGES)
    told = {key._replace(value=QUARTERS): 1}
    return told | {key: passages} if passages else told


def reason_for_quarantine(entry: Entry, ask: Ask, touchpoint_id: str) -> str:
    """Why this entry can't count, as a sentence for IT; empty if it can."""
    try:
        if entry.born:
            Birth.from_text(entry.born)
        if fault := _fault_of(entry.context):
            return fault
        if entry.context.kind == "answer":
            ask(entry.context.survey, entry.context.about, touchpoint_id).check(entry.value)
        if entry.context.kind == "count" and not is_footfall(entry.value):
            return f"A counter counts 0 to {MOST_PASSAGES} in a quarter of an hour, not {str(entry.value)[:40]!r}."
    except (LookupError, ValueError) as error:
        return str(error.args[0])
    return ""


def is_footfall(value: Value) -> TypeGuard[int]:
    return isinstance(value, int) and 0 <= value <= MOST_PASSAGES


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


def _fits(question: Question | None, value: Value) -> bool:
    if question is None:
        return False
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


def _picker(places: Sequence[int]) -> Callable[[Sequence[T]], Sequence[T]]:
    """Takes these places of a column, in one go."""
    return itemgetter(*places) if len(places) > 1 else lambda column: [column[place] for place in places]
