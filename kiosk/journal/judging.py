"""Which rows of a damaged journal are sound: those that the chain ties to the one before (faults.md 1.4). Pure.

What SQLite still reads is checked first, and the bytes are searched only for what is missing. The chain before an
entry may be the one stored with the entry before it, or the one computed for that. So one flipped bit spoils one entry
at most; and mostly none, for it is tried whether an entry fits with a single bit turned back.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from kiosk.journal.cells import PAGE, Cell, File, may_hold_entry
from kiosk.journal.image import Image, Rows
from survey.entries import Context, Entry, Head, chain

SPAN = 160  # bytes around a gap in which a damaged entry is looked for
RUN = 100  # entries whose chain is computed at once
WIDEST = 500  # seqs between two rows that are looked for one by one; across a wider gap, every row of the file
LONGEST = 400  # of a damaged row; in a longer one every bit would take too long to try

_CONTEXT = "SELECT id, kind, about, survey, language, source, boot, clock_ms FROM contexts"
_CONTEXTS, _CONTEXT_COPIES = f"{_CONTEXT} NOT INDEXED ORDER BY id", f"{_CONTEXT} INDEXED BY contexts_copy ORDER BY id"
_ENTRIES = "SELECT seq, visit, uptime_ms, value, context, born, chain FROM entries NOT INDEXED ORDER BY seq"

Row = tuple[Entry, int]  # with its chain
Sound = dict[int, Row]  # by seq
Links = dict[int, Entry | None]  # what the chain may be before an entry, and which entry is confirmed if it is


class Candidate(NamedTuple):
    """What may be an entry; where it stands is needed to look around it."""

    entry: Entry
    link: int
    part: bytes
    start: int
    end: int


class Judgement(NamedTuple):
    """entries: those that the chain confirms, with their chain. lost: how many others there were."""

    entries: list[tuple[Entry, int]]
    lost: int


def judge(file: File, base: Head | None) -> Judgement:
    """base: the entry before the first one held; None if that is not known."""
    judge = _Judge(file)
    sound = judge.sound(base or Head())
    seqs = sorted(sound)
    first = seqs[0] if seqs and base is None else (base or Head()).seq + 1
    last = judge.last_seen(seqs[-1] if seqs else first - 1)
    return Judgement([sound[seq] for seq in seqs], last + 1 - first - len(seqs))


def confirmed(rows: Sequence[Row], base: Head) -> Sound:
    """Those that follow, by the chain, from what is stored with the one before."""
    sound: Sound = {}
    before, at = base, 0
    while at < len(rows):
        run = rows[at : at + RUN]
        links = chain(before.chain, [entry for entry, _ in run])
        for (entry, link), computed in zip(run, links, strict=True):
            is_sound = entry.seq == before.seq + 1 and link == computed
            before, at = Head(entry.seq, link), at + 1
            if not is_sound:
                break  # the next may follow from what this one says, but not from what was computed
            sound[entry.seq] = entry, link
    return sound


class _Judge:
    def __init__(self, file: File) -> None:
        self._file = file
        self._contexts: dict[int, dict[Context, None]] = defaultdict(dict)  # in order, each once
        self._candidates: dict[int, list[Candidate]] = defaultdict(list)
        self._seen: set[int] = set()

    def last_seen(self, seq: int) -> int:
        """The last entry without a hole after this one, sound or not."""
        while seq + 1 in self._seen:
            seq += 1
        return seq

    def sound(self, base: Head) -> Sound:
        sound = self._read_by_sqlite(base)
        links: Links = {base.chain: None}
        before = base.seq
        for seq in self._seqs(base.seq):
            if seq in sound:
                links = {sound[seq][1]: None}
            else:
                links = self._step(seq, links if seq == before + 1 else {}, sound)
            before = seq
        return sound

    def _read_by_sqlite(self, base: Head) -> Sound:
        """What is sound of that; candidates for the rest are looked for in the bytes."""
        with Image(self._file.image()) as image:
            table, copy = image.read(_CONTEXTS), image.read(_CONTEXT_COPIES)
            forwards = image.read(_ENTRIES)
            backwards = Rows([], is_whole=True) if forwards.is_whole else image.read(f"{_ENTRIES} DESC")
        for context_id, *values in table.rows:
            if not any(isinstance(value, bytes) for value in values):
                self._contexts[context_id] = {Context(*values): None}
        rows = list(self._rows(forwards.rows + backwards.rows[::-1], base))
        sound = confirmed(rows, base)
        self._seen |= {entry.seq for entry, _ in rows}
        if not (table == copy and self._find_missing(base.seq, sound)):
            sound |= self._find_all(base)
        return sound

    def _rows(self, found: Iterable[tuple[Any, ...]], base: Head) -> Iterator[Row]:
        """Without those that no entry can be; an empty text and no bytes at all are the same to the chain."""
        for seq, visit, uptime_ms, value, context_id, born, link in found:
            is_entry = isinstance(seq, int) and isinstance(born, str) and isinstance(link, int)
            if is_entry and seq > base.seq and not isinstance(value, bytes):
                for context in self._contexts.get(context_id, ()):
                    yield Entry(seq, visit, uptime_ms, value, context, born), link

    def _find_missing(self, base: int, sound: Sound) -> bool:
        """Whether it was enough to look for what lies between the rows, and right after them."""
        seqs = [base, *sorted(self._seen)]
        missing = self._seen - sound.keys() | {seqs[-1] + 1, seqs[-1] + 2}
        for before, after in pairwise(seqs):
            if after - before > WIDEST:
                return False
            missing.update(range(before + 1, after))
        self._find(frozenset(seq + beside for seq in missing for beside in range(-2, 3) if seq + beside > base))
        return len(seqs) > 1 and max(self._seen) == seqs[-1]

    def _find_all(self, base: Head) -> Sound:
        """What is sound of it is found at once where nothing else is amiss."""
        for context_id, values in self._file.contexts():
            self._contexts[context_id][Context(*values)] = None  # type: ignore[arg-type]  # the chain tells
        self._candidates.clear()
        self._find(None)
        found = [self._candidates[seq][0] for seq in sorted(self._candidates) if seq > base.seq]
        return confirmed([(candidate.entry, candidate.link) for candidate in found], base)

    def _find(self, wanted: frozenset[int] | None) -> None:
        for cell, part in self._file.entries(wanted):
            self._seen.add(cell.row_id)
            if candidates := list(self._read(cell, part)):
                self._candidates[cell.row_id] += candidates

    def _seqs(self, base: int) -> list[int]:
        """Those that were found, and those beside them: a gap is one row wide."""
        found = {seq for seq in self._seen if seq > base}
        return sorted(found | {seq - 1 for seq in found if seq - 1 > base} | {seq + 1 for seq in found})

    def _step(self, seq: int, links: Links, sound: Sound) -> Links:
        candidates = self._candidates.get(seq, [])
        following = self._fit(seq, candidates, links, sound)
        if seq not in sound and not self._is_confirmed(seq, following):
            following |= self._fit(seq, self._mended(seq), links, sound)
        if seq not in sound and candidates and seq - 1 not in sound:
            following |= self._fit(seq, candidates, dict.fromkeys(self._links_around(seq)), sound)
        return following

    def _is_confirmed(self, seq: int, following: Links) -> bool:
        """Whether the next entry follows from this one as computed: then it is but its own chain that is spoilt."""
        links = [link for link, entry in following.items() if entry]
        return any(
            chain(link, [after.entry])[0] == after.link for after in self._candidates.get(seq + 1, []) for link in links
        )

    def _fit(self, seq: int, candidates: Iterable[Candidate], links: Links, sound: Sound) -> Links:
        """Note what fits; returns what the chain may be after it."""
        following: Links = {}
        for candidate in candidates:
            following.setdefault(candidate.link, None)
            for before, confirmed in links.items():
                (link,) = chain(before, [candidate.entry])
                if link == candidate.link:
                    sound.setdefault(seq, (candidate.entry, link))
                    if confirmed:
                        sound[seq - 1] = confirmed, before
                    return {link: None}
                if len(links) < SPAN:
                    following.setdefault(link, candidate.entry)
        return following

    def _mended(self, seq: int) -> Iterator[Candidate]:
        for place in filter(lambda place: may_hold_entry(place, seq), dict.fromkeys(self._places(seq))):
            for flipped in _each_bit_flipped(place):
                for cell in self._file.entries_in(flipped, frozenset([seq])):
                    yield from self._read(cell, flipped)

    def _places(self, seq: int) -> Iterator[bytes]:
        """Where the row may stand: where it seems to, and beside its neighbours (SQLite fills a page from its end)."""
        for row in self._candidates.get(seq, []):
            if row.end - row.start < LONGEST:
                yield row.part[max(0, row.start - 4) : row.end]
        for row in self._candidates.get(seq + 1, []):
            yield row.part[row.end : row.end + SPAN]
        for row in self._candidates.get(seq - 1, []):
            place = row.part[max(0, row.start - SPAN) : row.start]
            if any(place):
                yield place

    def _links_around(self, seq: int) -> set[int]:
        """Every eight bytes where the row before may stand: one that is spoilt may still have its chain."""
        links: set[int] = set()
        for row in self._candidates[seq]:
            links |= _all_links(row.part[max(0, row.start - 3 * PAGE) : row.end + PAGE])
        for row in self._candidates.get(seq - 2, []):
            links |= _all_links(row.part[max(0, row.start - PAGE) : row.start])
        return links

    def _read(self, cell: Cell, part: bytes) -> Iterator[Candidate]:
        _, visit, uptime_ms, value, context_id, born, link, _ = cell.values
        for context in self._contexts.get(context_id, ()):  # type: ignore[arg-type]
            entry = Entry(cell.row_id, visit, uptime_ms, value, context, born)  # type: ignore[arg-type]
            yield Candidate(entry, link, part, cell.start, cell.end)  # type: ignore[arg-type]


def _each_bit_flipped(place: bytes) -> Iterator[bytes]:
    flipped = bytearray(place)
    for at in range(len(place)):
        for bit in range(8):
            flipped[at] ^= 1 << bit
            yield bytes(flipped)
            flipped[at] ^= 1 << bit


def _all_links(place: bytes) -> set[int]:
    return {struct.unpack_from(">q", place, at)[0] for at in range(len(place) - 7)}
