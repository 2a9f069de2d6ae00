"""Entries that were received and do not count: released once what kept them out is mended (design.md 3.5)."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec

from survey.entries import Head
from survey.opening_hours import QUARTER_MS, told_date
from survey.questions import Kind
from sync_server.errors import NotFound
from sync_server.exchange.arrival import Ask, answer_alone, reason_for_quarantine, rollup_keys, sums_of
from sync_server.exchange.late import came_late
from sync_server.fleet.terminals import journal_name
from sync_server.store import Store, Transaction, amiss, audit, journals, late, settled
from sync_server.store.amiss import QuarantinedRow, QuarantineGroup
from sync_server.store.journals import JournalRow
from sync_server.store.late import LateKey
from sync_server.store.rows import Answers, Placed, RollupKey, Words

TOGETHER = 500  # entries in one transaction


class Group(msgspec.Struct, frozen=True):
    """Entries of one journal that lie in quarantine for one reason."""

    terminal_id: str
    location_id: str
    journal: str
    reason: str
    entries: int


class Released(msgspec.Struct, frozen=True):
    """released: entries that count now. kept: those that still do not fit."""

    released: int
    kept: int


def groups(store: Store) -> list[Group]:
    """Most entries first."""
    return [
        Group(row.terminal_id, row.location_id, journal_name(row.journal_id), row.reason, row.entries)
        for row in amiss.quarantine_groups(store)
    ]


def release(
    store: Store,
    ask: Ask,
    *,
    who: str,
    now_ms: int,
    reason: str | None = None,
    terminal_id: str | None = None,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Released:
    """Look at each entry again, of this reason or of this terminal alone if one is named; what fits now counts.

    tell: how many of how many were looked at so far. Raises NotFound where there is nothing to look at.
    """
    chosen = [
        group
        for group in amiss.quarantine_groups(store)
        if reason in (None, group.reason) and terminal_id in (None, group.terminal_id)
    ]
    if not chosen:
        raise NotFound("There is no such entry in quarantine.", "See hymy quarantine list.")
    of = sum(group.entries for group in chosen)
    looked, released = 0, 0
    for journal in _journals(store, chosen):
        after_seq = 0
        key = (journal.place.location_id, journal.journal_id)
        while rows := amiss.quarantined_after(store, *key, after_seq, reason, limit=TOGETHER):
            released += _release(store, journal, rows, ask, who=who, now_ms=now_ms)
            looked += len(rows)
            after_seq = rows[-1].seq
            tell(looked, max(of, looked))
    return Released(released, looked - released)


def _journals(store: Store, chosen: Iterable[QuarantineGroup]) -> list[JournalRow]:
    """Each once, with the place where it counts."""
    keys = sorted({(group.location_id, group.journal_id) for group in chosen})
    return [JournalRow(amiss.place_of(store, *key), key[1], Head(), 0, 0) for key in keys]


def _release(
    store: Store, journal: JournalRow, rows: Sequence[QuarantinedRow], ask: Ask, *, who: str, now_ms: int
) -> int:
    """One transaction; returns how many entries count now. Whoever deletes a row has released it, nobody else."""
    key = (journal.place.location_id, journal.journal_id)
    with store.write() as transaction:
        amiss.lock_journal(transaction, *key)
        fit = []
        for row in rows:
            odd = Placed(row.read(), row.chain, row.at, row.clock)
            fault = reason_for_quarantine(odd.entry, ask, journal.place.touchpoint_id)
            if not fault and amiss.take_out(transaction, *key, row):
                fit.append(odd)
            elif fault and fault != row.reason:
                amiss.give_reason(transaction, *key, row, fault)
        if fit:
            _count(transaction, journal, fit, ask, now_ms)
            settled.look_again(transaction, *key, min(odd.entry.seq for odd in fit))
            about = f"{journal_name(journal.journal_id)} ({len(fit)})"
            audit.note(transaction, who=who, what="released from quarantine", about=about, at_ms=now_ms)
    return len(fit)


def _count(transaction: Transaction, journal: JournalRow, fit: Sequence[Placed], ask: Ask, now_ms: int) -> None:
    """On the day when it was given, where the journal stands."""
    place = journal.place
    answers: list[Answers] = []
    texts: list[tuple[JournalRow, Words]] = []
    rollups: Counter[RollupKey] = Counter()
    days: Counter[str] = Counter()
    lates: Counter[LateKey] = Counter()
    for odd in fit:
        context = odd.entry.context
        if context.kind != "answer":
            journals.add_event(transaction, place.location_id, journal.journal_id, odd)
            rollups.update(sums_of(odd, place))
            continue
        question = ask(context.survey, context.about, place.touchpoint_id)
        answers.append(answer_alone(odd, place, journal.journal_id))
        lates.update(came_late(answers[-1], place.time_zone, now_ms))
        if question.kind is Kind.TEXT:
            texts.append((journal, Words.of(odd, None, ask.shared(context.survey))))
        rollups.update(rollup_keys(question, answers[-1].value[0], odd.at // QUARTER_MS, place))
        days[told_date(context.clock_ms, odd.entry.uptime_ms, place.time_zone)] += 1
    journals.add_answers(transaction, answers)
    journals.add_texts(transaction, texts)
    journals.add_rollups(transaction, rollups)
    late.add(transaction, lates, now_ms)
    amiss.count_released(transaction, place.location_id, journal.journal_id, days)
