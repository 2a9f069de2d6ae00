"""Which rows of a damaged journal are sound: those that the chain ties to the one before (faults.md 1.4). Pure.

The chain before an entry may be the one stored with the entry before it, or the one computed for that. So one flipped
bit spoils one entry at most; and mostly none, for it is tried whether an entry fits with a single bit turned back.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kiosk.journal.cells import PAGE, Cell, File
from survey.entries import Context, Entry, Head, chain

SPAN = 160  # bytes around a gap in which a damaged entry is looked for
RUN = 50
LONGEST = 400  # of a damaged row; in a longer one every bit would take too long to try

Sound = dict[int, tuple[Entry, int]]  # by seq: the entry and its chain
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


class _Judge:
    def __init__(self, file: File) -> None:
        self._file = file
        self._contexts: dict[int, dict[Context, None]] = defaultdict(dict)  # in order, each once
        for context_id, values in file.contexts():
            self._contexts[context_id][Context(*values)] = None  # type: ignore[arg-type]  # the chain tells
        self._candidates: dict[int, list[Candidate]] = defaultdict(list)
        for cell, part in file.entries():
            self._candidates[cell.row_id] += self._read(cell, part)

    def last_seen(self, seq: int) -> int:
        """The last entry without a hole after this one, sound or not."""
        while seq + 1 in self._candidates:
            seq += 1
        return seq

    def sound(self, base: Head) -> Sound:
        sound: Sound = {}
        links: Links = {base.chain: None}
        before, seqs = base.seq, self._seqs(base.seq)
        while seqs:
            run = self._run(seqs[:RUN], before, links)
            sound |= {candidate.entry.seq: (candidate.entry, candidate.link) for candidate in run}
            links = {run[-1].link: None} if run else self._step(seqs[0], links if seqs[0] == before + 1 else {}, sound)
            done = len(run) or 1
            before, seqs = seqs[done - 1], seqs[done:]
        return sound

    def _run(self, seqs: list[int], before: int, links: Links) -> list[Candidate]:
        """Many at once where nothing is amiss, else none."""
        run = [self._candidates[seq][0] for seq in seqs if self._candidates.get(seq)]
        if len(links) != 1 or [row.entry.seq for row in run] != list(range(before + 1, before + 1 + len(seqs))):
            return []
        fits = list(chain(next(iter(links)), [row.entry for row in run])) == [row.link for row in run]
        return run if fits else []

    def _seqs(self, base: int) -> list[int]:
        """Those that were found, and those beside them: a gap is one row wide."""
        found = {seq for seq in self._candidates if seq > base}
        return sorted(found | {seq - 1 for seq in found if seq - 1 > base} | {seq + 1 for seq in found})

    def _step(self, seq: int, links: Links, sound: Sound) -> Links:
        candidates = self._candidates.get(seq, [])
        following = self._fit(seq, candidates, links, sound)
        if seq not in sound:
            following |= self._fit(seq, self._mended(seq), links, sound)
        if seq not in sound and candidates and seq - 1 not in sound:
            following |= self._fit(seq, candidates, dict.fromkeys(self._links_around(seq)), sound)
        return following

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
                    following[link] = candidate.entry
                    break
                if len(links) < SPAN:
                    following.setdefault(link, candidate.entry)
        return following

    def _mended(self, seq: int) -> Iterator[Candidate]:
        for place in dict.fromkeys(self._places(seq)):
            for flipped in _each_bit_flipped(place):
                for cell in self._file.entries_in(flipped):
                    if cell.row_id == seq:
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
