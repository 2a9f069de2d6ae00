"""Append what follows the head, in one transaction with the rollups and the new head (design.md 3.2).

No HTTP and no threads: what requests do to the store, and what each is told.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from survey.entries import Birth, Head
from survey.exchange import Closed, Lines, Standing
from sync_server.errors import Refused
from sync_server.exchange.arrival import Arrival, Ask
from sync_server.exchange.incoming import Incoming, News, journal_number, left_of, new_part, ranges_after
from sync_server.exchange.odd import append_odd
from sync_server.exchange.writes import Writes
from sync_server.store import Transaction, journals, settled, upkeep
from sync_server.store.journals import Asking, JournalRow, MissingRange, Move
from sync_server.store.rows import DayTally, Place, without_nul


class Received(NamedTuple):
    """What the server holds now. appended: how many of the batch's entries were new. place: where they count.

    lost: what was found just now to be held by no terminal any more.
    """

    asking: Asking
    head: Head
    known: list[Head]
    missing: list[tuple[int, int]]
    appended: int
    place: Place
    may_forget: Head | None
    closed: list[Standing]
    lost: MissingRange | None


def in_force(asking: Asking | None) -> Asking:
    """Raises Refused for a terminal that is not, or not any more."""
    if asking is None:
        raise Refused("This token is not known here.", "Enrol the terminal with a new code: Fleet > New terminal.")
    if asking.revoked_at is not None:
        raise Refused("This terminal was revoked.", "Enrol it again with a new code: Fleet > New terminal.")
    return asking


def receive(transaction: Transaction, comes: Sequence[Incoming], *, ask: Ask, now_ms: int) -> list[Received]:
    """Several exchanges within a transaction: append only what follows the head exactly, and say where the head is.

    No journal twice among them, and one that goes alone by itself.
    """
    askings = journals.terminals_of(transaction, [come.asking.token_hash for come in comes])
    comes = [come._replace(asking=in_force(asking)) for come, asking in zip(comes, askings, strict=True)]
    wanted = [(come.asking, _place(transaction, come), come.journal_id) for come in comes]
    opened = journals.open_journals(transaction, wanted, now_ms)
    writes = Writes(now_ms)
    received = [
        _receive(transaction, come, _where_it_began(transaction, come, journal, now_ms), writes, ask=ask, now_ms=now_ms)
        for come, journal in zip(comes, opened, strict=True)
    ]
    writes.carry_out(transaction)
    return received


def _receive(
    transaction: Transaction, come: Incoming, journal: JournalRow, writes: Writes, *, ask: Ask, now_ms: int
) -> Received:
    ranges = journals.missing(transaction, journal.place.location_id, come.journal_id) if journal.missing else []
    news = new_part(come, journal.head, ranges)
    head, known = journal.head, []
    if news is None:
        key = (journal.place.location_id, come.journal_id)
        known = journals.known_heads(transaction, *key, head, come.request.after.seq)
    else:
        _tell_days(come, journal.place, writes)
        if news.begin < news.end or news.lost:
            head = _take(transaction, come, journal, news, writes, ask=ask, now_ms=now_ms)
            ranges = ranges_after(ranges, news, come)
    writes.states.append(_state(come, now_ms, is_held=news is not None))
    return Received(
        asking=come.asking,
        head=head,
        known=known,
        missing=[(lost.first, lost.last) for lost in ranges],
        appended=0 if news is None else news.end - news.begin,
        place=journal.place,
        may_forget=None if come.chains else _may_forget(transaction, journal.place.location_id, come.journal_id),
        closed=[] if come.chains else [_standing(transaction, come.asking, one) for one in come.request.closed],
        lost=news.lost if news else None,
    )


def _where_it_began(transaction: Transaction, come: Incoming, journal: JournalRow, now_ms: int) -> JournalRow:
    """The same journal at another location, if the terminal was enrolled anew since: the chain proves whose it is.

    Where it does not, this may be a copied card: what is in both counts where it came first (design.md 3.4). One that
    tells of a gap is told how it stands there, and says itself whether the history is its own.
    """
    tells_of_gap = come.request.gap_after is not None
    if journal.head.seq or not (come.chains or tells_of_gap):
        return journal
    elsewhere = journals.heads_elsewhere(transaction, journal)
    for head, place in elsewhere:
        if head.seq and (tells_of_gap or new_part(come, head, ())):
            journals.drop_empty(transaction, journal)
            journals.has_stood(transaction, come.asking.terminal_id, place)
            return journals.open_journals(transaction, [(come.asking, place, come.journal_id)], now_ms)[0]
    if elsewhere:
        journals.note_carried(transaction, come.asking, journal, {come.journal_id: 1})
        return journal._replace(carried=1)
    return journal


def _place(transaction: Transaction, come: Incoming) -> Place:
    """Where the terminal stands; or stood when the journal began, for one that was moved (design.md 3.9)."""
    stays = come.asking.stays
    if len(stays) == 1:
        return stays[0].place
    for stay in stays:
        if journals.holds_journal(transaction, stay.place.location_id, come.journal_id):
            return stay.place
    begun_at = _begun_at(come)
    return next((stay.place for stay in stays if stay.from_at <= begun_at), stays[-1].place)


def _begun_at(come: Incoming) -> int:
    """The instant of the batch's first entry, in the far future for none."""
    if not come.chains:
        return 2**62
    context = come.lines.contexts[come.lines.context[0]]
    offsets = {boot.number: boot.offset_ms for boot in come.request.boots}
    return (offsets.get(context.boot) or context.clock_ms) + come.lines.uptimes_ms[0]


def _take(
    transaction: Transaction, come: Incoming, journal: JournalRow, news: News, writes: Writes, *, ask: Ask, now_ms: int
) -> Head:
    """Append; returns the head afterwards."""
    is_any = news.begin < news.end
    answers = _append(transaction, come, journal, news, writes, ask=ask, now_ms=now_ms) if is_any else 0
    if news.lost:
        journals.add_missing(transaction, journal, news.lost, now_ms)
    head = journal.head
    if news.fills:
        journals.shorten_missing(transaction, journal, news.fills, left_of(news.fills, news, come))
        settled.look_again(transaction, journal.place.location_id, come.journal_id, come.lines.seqs[news.begin])
    else:
        head = Head(come.lines.seqs[-1], come.chains[-1]) if is_any else come.request.after
    writes.moves.append(Move(journal, head, answers))
    return head


def _append(
    transaction: Transaction, come: Incoming, journal: JournalRow, news: News, writes: Writes, *, ask: Ask, now_ms: int
) -> int:
    """Returns how many answers came, quarantined ones among them."""
    arrival = _rows_made(come, journal, news) or _rows(transaction, come, journal, news, ask)
    writes.add(journal, arrival)
    counted = sum(arrival.days.values())
    return counted + append_odd(transaction, come.asking, journal, arrival.odd, writes, ask=ask, now_ms=now_ms)


def _rows_made(come: Incoming, journal: JournalRow, news: News) -> Arrival | None:
    """Those that were made before, if they are what is to be appended."""
    is_whole = news.end - news.begin == len(come.chains) and not journal.carried
    return come.rows if is_whole and come.rows and come.rows.place == journal.place else None


def _rows(transaction: Transaction, come: Incoming, journal: JournalRow, news: News, ask: Ask) -> Arrival:
    chains, lines = come.chains[news.begin : news.end], come.lines.part(news.begin, news.end)
    if journal.carried:
        lines = _recall(transaction, journal, come, lines, chains)
    return Arrival(lines, chains, come.request.boots, place=journal.place, journal_id=come.journal_id, ask=ask)


def _recall(
    transaction: Transaction, journal: JournalRow, come: Incoming, lines: Lines, chains: Sequence[int]
) -> Lines:
    """Entries that came before, carried over into another journal, told by their birth like any that come again.

    A closed journal is sent again to a server that was restored to before the fork (design.md 3.4).
    """
    came = journals.came_elsewhere(transaction, journal, lines.seqs[0])
    born = [
        Birth(come.request.journal, seq, link).text if (seq, link) in came else text
        for seq, link, text in zip(lines.seqs, chains, lines.born, strict=True)
    ]
    return lines._replace(born=born)


def _tell_days(come: Incoming, place: Place, writes: Writes) -> None:
    """What the terminal told is believed only where its history is the journal's: clones tell of others."""
    for day in {day.local_date: day for day in come.request.days}.values():
        writes.add_day(place.location_id, come.journal_id, day.local_date, DayTally(day.pressed, day.stored))


def _state(come: Incoming, now_ms: int, *, is_held: bool) -> tuple[str | int, ...]:
    """The terminal's health as this reply leaves it: a batch that is held now no longer waits."""
    request = come.request
    health, batch = request.health, request.batch
    is_answer = [context.kind == "answer" for context in batch.contexts]
    waiting = health.waiting - (sum(map(is_answer.__getitem__, batch.context)) if is_held else 0)
    devices, readings = (msgspec.json.encode(told).decode() for told in (health.devices, health.readings))
    return (
        *(come.asking.place.location_id, come.asking.terminal_id, now_ms, come.journal_id),
        *(without_nul(request.configuration), without_nul(health.version)),
        *(health.pressed, health.stored, max(0, waiting), devices, readings),
    )


def _standing(transaction: Transaction, asking: Asking, closed: Closed) -> Standing:
    """Where the server stands with a closed journal; as with one that never came, if it holds nothing of it.

    Where it goes on beyond the end that the terminal told, as another terminal's, that end is what may be forgotten.
    """
    name, end, journal_id = closed.journal, closed.end, journal_number(closed.journal)
    for stay in asking.stays:
        key = (stay.place.location_id, journal_id)
        head, missing = journals.head_of(transaction, *key)
        if head.seq:
            ranges = journals.missing(transaction, *key) if missing else []
            may_forget = _may_forget(transaction, *key)
            is_beyond = may_forget is not None and may_forget.seq > end.seq
            if is_beyond and upkeep.is_in_all(transaction.execute, *key, end):
                may_forget = end
            return Standing(name, head, [(lost.first, lost.last) for lost in ranges], may_forget)
    return Standing(name, Head())


def _may_forget(transaction: Transaction, location_id: str, journal_id: int) -> Head | None:
    """Told with the heartbeat alone, when there is time: terminals forget a few times a day."""
    return upkeep.may_forget(transaction.execute, location_id, [journal_id])[journal_id]
