"""The entries of a batch that are looked at one by one: events, carried over, unfit (design.md 3.4, 3.5).

Each ends in one place: among what counts, among the events, in quarantine; or nowhere, where it came before.
"""

from collections import Counter
from collections.abc import Sequence

from survey.entries import Birth
from survey.opening_hours import QUARTER_MS, told_date
from survey.questions import Kind
from sync_server.exchange.arrival import Ask, answer_alone, reason_for_quarantine, rollup_keys, sums_of
from sync_server.exchange.writes import Writes
from sync_server.store import Transaction, journals
from sync_server.store.journals import Asking, JournalRow
from sync_server.store.rows import DayTally, Placed, Words


def append_odd(
    transaction: Transaction,
    asking: Asking,
    journal: JournalRow,
    entries: Sequence[Placed],
    writes: Writes,
    *,
    ask: Ask,
    now_ms: int,
) -> int:
    """Returns how many answers came, quarantined ones among them."""
    births = [_birth(odd) for odd in entries]
    born_in = {int(birth.journal, 16) for birth in births if birth}
    if born_in:  # holds their rows: what another server adds there now is committed before it is looked for here
        journals.note_carried(transaction, asking, journal, dict.fromkeys(born_in, 0))
    carried: Counter[int] = Counter()
    answers = 0
    for odd, birth in zip(entries, births, strict=True):
        is_answer = odd.entry.context.kind == "answer"
        if birth and not journals.is_first_coming(transaction, journal, birth, odd.entry.seq):
            if is_answer:
                _tally(journal, odd, writes, repeated=1)
            continue
        if birth:
            carried[int(birth.journal, 16)] += 1
        answers += is_answer
        _keep(transaction, journal, odd, writes, ask=ask, now_ms=now_ms)
    if carried:
        journals.note_carried(transaction, asking, journal, carried)
    return answers


def _keep(transaction: Transaction, journal: JournalRow, odd: Placed, writes: Writes, *, ask: Ask, now_ms: int) -> None:
    place, is_answer = journal.place, odd.entry.context.kind == "answer"
    reason = reason_for_quarantine(odd.entry, ask, place.touchpoint_id)
    if is_answer:
        _tally(journal, odd, writes, quarantined=int(bool(reason)))
    if reason:
        journals.add_quarantined(transaction, place.location_id, journal.journal_id, odd, reason, now_ms)
    elif is_answer:
        _count(journal, odd, writes, ask)
    else:
        journals.add_event(transaction, place.location_id, journal.journal_id, odd)
        writes.rollups.update(sums_of(odd, place))


def _tally(journal: JournalRow, odd: Placed, writes: Writes, *, quarantined: int = 0, repeated: int = 0) -> None:
    """An answer more on its day by the terminal's clock."""
    day = told_date(odd.entry.context.clock_ms, odd.entry.uptime_ms, journal.place.time_zone)
    tally = DayTally(received=1, quarantined=quarantined, repeated=repeated)
    writes.add_day(journal.place.location_id, journal.journal_id, day, tally)


def _count(journal: JournalRow, odd: Placed, writes: Writes, ask: Ask) -> None:
    """Add one answer that is not among the plain ones."""
    entry, place = odd.entry, journal.place
    question = ask(entry.context.survey, entry.context.about, place.touchpoint_id)
    answers = answer_alone(odd, place, journal.journal_id)
    writes.add_answers(answers, place)
    if question.kind is Kind.TEXT:
        writes.texts.append((journal, Words.of(odd, None, ask.shared(entry.context.survey))))
    writes.rollups.update(rollup_keys(question, answers.value[0], odd.at // QUARTER_MS, place))


def _birth(odd: Placed) -> Birth | None:
    """Where it first stood; None for what was not carried over, and for what goes into quarantine: it names nothing."""
    try:
        return Birth.from_text(odd.entry.born) if odd.entry.born else None
    except ValueError:
        return None
