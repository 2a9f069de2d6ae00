"""Append what follows the head, in one transaction with the rollups and the new head (design.md 3.2).

No HTTP and no threads: what a request does to the store, and what it is told.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from survey.entries import Birth, Head
from survey.errors import MalformedExchange
from survey.exchange import Lines, Request, unfold
from survey.opening_hours import QUARTER_MS
from survey.questions import Kind
from sync_server.exchange.arrival import Ask, arrive, reason_for_quarantine, rollup_keys
from sync_server.store import Transaction, journals
from sync_server.store.journals import Asking
from sync_server.store.rows import Place, Placed, RollupKey, Words

JOURNAL_DIGITS = 15  # 60 bits: the name as a number fits every store's integers


class Incoming(NamedTuple):
    """A request of a known terminal, decoded, with the chain of each entry already computed."""

    asking: Asking
    request: Request
    journal_id: int
    lines: Lines
    chains: Sequence[int]


class Received(NamedTuple):
    """What the server holds now. appended: how many of the batch's entries were new."""

    head: Head
    known: list[Head]
    missing: list[tuple[int, int]]
    appended: int


def incoming(asking: Asking, request: Request) -> Incoming:
    """Raises MalformedExchange."""
    lines = unfold(request.batch, request.after.seq)
    return Incoming(asking, request, journal_number(request.journal), lines, lines.chain(request.after.chain))


def journal_number(name: str) -> int:
    """The journal's name as the number by which the store knows it. Raises MalformedExchange if it is none."""
    if len(name) != JOURNAL_DIGITS or not set(name) <= set("0123456789abcdef"):
        raise MalformedExchange(f"A journal's name has {JOURNAL_DIGITS} hexadecimal digits; {name[:40]!r} does not.")
    return int(name, 16)


def receive(transaction: Transaction, come: Incoming, *, ask: Ask, now_ms: int) -> Received:
    """One exchange within a transaction: append only what follows the head exactly, and say where the head is."""
    location_id, journal_id = come.asking.location_id, come.journal_id
    journal = journals.open_journal(transaction, come.asking, journal_id, now_ms)
    head, after = journal.head, come.request.after
    already = entries_held(come, head)
    appended = 0 if already is None else len(come.chains) - already
    if already is not None and appended:
        if after.seq > head.seq:
            lost = (head.seq + 1, after.seq)
            journals.add_missing(transaction, location_id, journal_id, lost=lost, now_ms=now_ms)
        place = Place(location_id, journal.touchpoint_id, come.asking.time_zone)
        answers = _append(transaction, come, place, already, ask=ask, now_ms=now_ms)
        head = Head(come.lines.seqs[-1], come.chains[-1])
        if not journals.move_head(transaction, location_id, journal_id, old=journal.head, new=head, answers=answers):
            raise RuntimeError("The head moved although this transaction holds its row.")
    _note_state(transaction, come, now_ms, is_held=already is not None)
    known = journals.known_heads(transaction, location_id, journal_id, head) if already is None else []
    return Received(head, known, journals.missing(transaction, location_id, journal_id), appended)


def entries_held(come: Incoming, head: Head) -> int | None:
    """How many of the batch's first entries the server holds already; None if the batch does not follow the head.

    A batch may begin before the head (a repeated one), at it, or beyond it where the terminal holds nothing older.
    """
    after = come.request.after
    held = head.seq - after.seq
    if held == 0:
        return 0 if after.chain == head.chain else None
    if held < 0:
        return 0 if come.chains and come.request.oldest == after.seq + 1 else None
    return held if held <= len(come.chains) and come.chains[held - 1] == head.chain else None


def _append(transaction: Transaction, come: Incoming, place: Place, held: int, *, ask: Ask, now_ms: int) -> int:
    """Returns how many answers came, quarantined ones among them."""
    chains = come.chains[held:]
    lines = _recall(transaction, place, come, come.lines.after(held), chains)
    arrival = arrive(lines, chains, come.request.boots, place=place, journal_id=come.journal_id, ask=ask)
    journals.add_answers(transaction, arrival.rows)
    journals.add_texts(transaction, place, come.journal_id, arrival.texts)
    answers = len(arrival.rows)
    for odd in arrival.odd:
        if _is_repeated(transaction, place, come.journal_id, odd):
            continue
        answers += odd.entry.context.kind == "answer"
        if reason := reason_for_quarantine(odd.entry, ask):
            journals.add_quarantined(transaction, place.location_id, come.journal_id, odd, reason, now_ms)
        elif odd.entry.context.kind == "answer":
            arrival.rollups.update(_count_alone(transaction, place, come, odd, ask))
        else:
            journals.add_event(transaction, place.location_id, come.journal_id, odd)
    journals.add_rollups(transaction, place, arrival.rollups)
    return answers


def _recall(transaction: Transaction, place: Place, come: Incoming, lines: Lines, chains: Sequence[int]) -> Lines:
    """Entries that came before, carried over into another journal, told by their birth like any that come again.

    A closed journal is sent again to a server that was restored to before the fork (design.md 3.4).
    """
    came = journals.carried_over(transaction, place.location_id, come.journal_id, lines.seqs[0])
    if not came:
        return lines
    born = [
        Birth(come.request.journal, seq, link).text if (seq, link) in came else text
        for seq, link, text in zip(lines.seqs, chains, lines.born, strict=True)
    ]
    return lines._replace(born=born)


def _is_repeated(transaction: Transaction, place: Place, journal_id: int, odd: Placed) -> bool:
    """Whether a carried-over entry was received before, in whatever journal (design.md 3.4)."""
    if not odd.entry.born:
        return False
    try:
        birth = Birth.from_text(odd.entry.born)
    except ValueError:
        return False  # it goes into quarantine
    return not journals.is_first_coming(transaction, place.location_id, birth, journal_id, odd.entry.seq)


def _count_alone(transaction: Transaction, place: Place, come: Incoming, odd: Placed, ask: Ask) -> list[RollupKey]:
    """Add one answer that is not part of the plain rows; returns where it counts."""
    entry = odd.entry
    question = ask(entry.context.survey, entry.context.about)
    journals.add_answers(transaction, [odd.row])
    if question.kind is Kind.TEXT:
        journals.add_texts(transaction, place, come.journal_id, [Words(odd, None)])
    return rollup_keys(question, entry.value, odd.at // QUARTER_MS, place.time_zone)


def _note_state(transaction: Transaction, come: Incoming, now_ms: int, *, is_held: bool) -> None:
    """The terminal's health as this reply leaves it: a batch that is held now no longer waits."""
    health, batch = come.request.health, come.request.batch
    is_answer = [context.kind == "answer" for context in batch.contexts]
    waiting = health.waiting - (sum(map(is_answer.__getitem__, batch.context)) if is_held else 0)
    devices = msgspec.json.encode(health.devices).decode()
    state = (health.version, health.pressed, health.stored, max(0, waiting), devices)
    journals.note_state(transaction, come.asking, come.journal_id, come.request.configuration, state, now_ms)
