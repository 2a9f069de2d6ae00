"""A request as it comes in, and what of its batch is new. Pure: which ranges and head are there, it is told."""

from collections.abc import Sequence
from typing import NamedTuple

from survey.entries import Head
from survey.errors import MalformedExchange
from survey.exchange import Lines, Request, unfold
from sync_server.exchange.arrival import Arrival, Ask
from sync_server.store.journals import Asking, MissingRange

JOURNAL_DIGITS = 15  # 60 bits: the name as a number fits every store's integers


class Incoming(NamedTuple):
    """A request of a known terminal, decoded, with the chain of each entry already computed.

    rows: its batch as rows, made before the store is held: as it is if all of it is new, where the terminal stands.
    """

    asking: Asking
    request: Request
    journal_id: int
    lines: Lines
    chains: Sequence[int]
    rows: Arrival | None = None

    @property
    def goes_alone(self) -> bool:
        """What was carried over is looked for among all that is committed: in a transaction of its own."""
        return bool(self.request.batch.born)


class News(NamedTuple):
    """The part of a batch that is new: its places begin to end - 1. lost, fills: a range that it leaves, or ends."""

    begin: int
    end: int
    lost: MissingRange | None = None
    fills: MissingRange | None = None


def incoming(asking: Asking, request: Request) -> Incoming:
    """Raises MalformedExchange."""
    lines = unfold(request.batch, request.after.seq)
    return Incoming(asking, request, journal_number(request.journal), lines, lines.chain(request.after.chain))


def with_rows(come: Incoming, ask: Ask) -> Incoming:
    """What takes longest is done while somebody else may write."""
    if not come.chains:
        return come
    place, journal_id, boots = come.asking.place, come.journal_id, come.request.boots
    return come._replace(rows=Arrival(come.lines, come.chains, boots, place=place, journal_id=journal_id, ask=ask))


def journal_number(name: str) -> int:
    """The journal's name as the number by which the store knows it. Raises MalformedExchange if it is none."""
    if len(name) != JOURNAL_DIGITS or not set(name) <= set("0123456789abcdef"):
        raise MalformedExchange(f"A journal's name has {JOURNAL_DIGITS} hexadecimal digits; {name[:40]!r} does not.")
    return int(name, 16)


def new_part(come: Incoming, head: Head, ranges: Sequence[MissingRange]) -> News | None:
    """What of the batch is to be appended; None if it follows neither the head nor what is missing.

    A batch, also an empty one, may begin before the head (a repeated one), at it, or beyond it where the terminal tells
    that it has forgotten all that lies between.
    """
    after, count = come.request.after, len(come.chains)
    held = head.seq - after.seq
    if held == 0 and after.chain == head.chain:
        return News(0, count)
    if held < 0 and come.request.gap_after == head:
        return News(0, count, lost=MissingRange(head.seq + 1, after.seq, after.chain))
    reaches_head = 0 < held <= count and come.chains[held - 1] == head.chain
    if reaches_head and held < count:
        return News(held, count)
    return _handed_over(come, ranges) or (News(count, count) if reaches_head else None)


def ranges_after(ranges: list[MissingRange], news: News, come: Incoming) -> list[MissingRange]:
    left = [left_of(lost, news, come) if lost == news.fills else lost for lost in ranges]
    return [lost for lost in (*left, news.lost) if lost]


def left_of(lost: MissingRange, news: News, come: Incoming) -> MissingRange | None:
    """What is still missing of a range whose end was handed over."""
    last = come.request.after.seq + news.begin
    chain = come.chains[news.begin - 1] if news.begin else come.request.after.chain
    return MissingRange(lost.first, last, chain) if last >= lost.first else None


def _handed_over(come: Incoming, ranges: Sequence[MissingRange]) -> News | None:
    """The end of a missing range, which the chain value of its last entry proves (design.md 3.3)."""
    after_seq = come.request.after.seq
    for lost in ranges:
        end = lost.last - after_seq
        if 0 < end <= len(come.chains) and come.chains[end - 1] == lost.last_chain:
            return News(max(0, lost.first - 1 - after_seq), end, fills=lost)
    return None
