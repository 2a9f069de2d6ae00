"""Rows of a journal found in the bytes of its file, where SQLite itself may find no way to them any more.

A row is known by the types that its columns have; where it stands, which page it belongs to and what that page says
of it do not matter. What looks like a row and is none is for the chain to tell (salvage.py).
Source: SQLite's "Database File Format", sections 1.5, 1.6, 2.1 and 4.1.
"""

import re
import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

PAGE = 4096
WAL_HEADER, FRAME_HEADER = 32, 24
LARGEST_LOCAL, SMALLEST_LOCAL = PAGE - 35, (PAGE - 12) * 32 // 255 - 23  # of a row that goes on in other pages
COLUMNS = 8  # of entries, and of contexts in the table and in the index
INTEGER_BYTES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)

_INT = rb"[\x01-\x06\x08\x09]"
_TEXT = rb"(?:[\x0d-\x7f]|[\x81-\xff][\x00-\x7f])"
_ANYTHING = rb"(?:[\x01-\x06\x08\x09\x0d-\x7f]|[\x81-\xff][\x80-\xff]?[\x00-\x7f])"
# A lookahead, so that what merely looks like a row can't hide the real one that begins within it.
_ENTRY_HEADER = rb"([\x09-\x0c]\x00" + _INT * 2 + _ANYTHING + _INT + _TEXT + _INT * 2 + rb")"
_ENTRY = re.compile(rb"(?=" + _ENTRY_HEADER + rb")")
_CONTEXT = re.compile(rb"(?=([\x09-\x0e]\x00" + _TEXT * 5 + _INT * 2 + rb"))")
_CONTEXT_COPY = re.compile(rb"(?=[\x09-\x0e]" + _TEXT * 5 + _INT * 3 + rb")")  # in the index, the id comes last

MOST_BEGINNINGS = 30  # of row ids; to look for any row is faster then

Values = list[int | str]
Frame = tuple[int, int, bytes, bytes]  # page number, size of the database after a commit (else 0), salts, page


class Cell(NamedTuple):
    """A row of a table: its id, its columns, and from where to where it stands (without what other pages hold)."""

    row_id: int
    values: Values
    start: int
    end: int


class File(NamedTuple):
    """The bytes of a journal: of the database, and of its write-ahead log."""

    database: bytes
    log: bytes = b""

    def entries(self, wanted: frozenset[int] | None = None) -> Iterator[tuple[Cell, bytes]]:
        """With the bytes that they stand in. wanted: only these seqs, which takes a tenth of the time."""
        for part in self:
            for cell in self.entries_in(part, wanted):
                yield cell, part

    def entries_in(self, part: bytes, wanted: frozenset[int] | None = None) -> Iterator[Cell]:
        return self._cells(_pattern_of(wanted) if wanted else _ENTRY, part, wanted)

    def may_have_entry(self, seq: int) -> bool:
        """Quickly: whether the log has something that looks like it, with a commit after it."""
        found = next(self.entries_in(self.log, frozenset([seq])), None)
        return found is not None and found.start < self._last_commit()

    def _last_commit(self) -> int:
        ends = [end for end, (_, size, _, _) in enumerate(self._frames(), 1) if size]
        return WAL_HEADER + ends[-1] * (FRAME_HEADER + PAGE) if ends else 0

    def contexts(self) -> Iterator[tuple[int, Values]]:
        """Id and columns, from the table and from its index."""
        for part in self:
            for cell in self._cells(_CONTEXT, part):
                yield cell.row_id, cell.values[1:]
            for found in _CONTEXT_COPY.finditer(part):
                values = self._record(part, found.start())
                if values and isinstance(values[0][-1], int):
                    yield values[0][-1], values[0][:-1]

    def image(self) -> bytes:
        """The database as of the last commit that the log holds, as far as can be told."""
        return self._with(frame for frame in self._frames() if frame[2] == self.log[16:24])

    def sound_image(self) -> bytes:
        """The database as SQLite finds it: without what follows in the log after the first bit that is amiss."""
        return self._with(self._sound_frames())

    def _with(self, frames: Iterable[Frame]) -> bytes:
        """The database with what they commit."""
        pages = {place: self.database[place * PAGE : (place + 1) * PAGE] for place in range(len(self.database) // PAGE)}
        written: dict[int, bytes] = {}
        for number, size, _, page in frames:
            written[number - 1] = page
            if size:
                pages.update(written)
                written.clear()
        image = bytearray(b"".join(pages[place] for place in sorted(pages)))
        image[18:20] = b"\x01\x01"  # without a log
        return bytes(image)

    def _sound_frames(self) -> Iterator[Frame]:
        """Each holds a checksum over the log's header and all the frames up to it."""
        if not self._places():
            return
        is_big = self.log[3:4] == b"\x83"
        sums = _checksum(self.log[:24], is_big, (0, 0))
        if struct.pack(">II", *sums) != self.log[24:WAL_HEADER]:
            return
        for at, frame in zip(self._places(), self._frames(), strict=True):
            sums = _checksum(self.log[at : at + 8] + frame[3], is_big, sums)
            if self.log[at + 8 : at + FRAME_HEADER] != self.log[16:24] + struct.pack(">II", *sums):
                return
            yield frame

    def _places(self) -> range:
        return range(WAL_HEADER, len(self.log) - FRAME_HEADER - PAGE + 1, FRAME_HEADER + PAGE)

    def _frames(self) -> Iterator[Frame]:
        for at in self._places():
            number, size = struct.unpack_from(">II", self.log, at)
            yield number, size, self.log[at + 8 : at + 16], self.log[at + FRAME_HEADER : at + FRAME_HEADER + PAGE]

    def _cells(self, pattern: re.Pattern[bytes], part: bytes, wanted: frozenset[int] | None = None) -> Iterator[Cell]:
        for found in pattern.finditer(part):
            start = at = found.start(1)
            if not at or part[at - 1] > 0x7F:
                continue
            row_id, shift = 0, 0
            while True:  # backwards: its first byte follows one that ends a number
                start -= 1
                row_id |= (part[start] & 0x7F) << shift
                shift += 7
                if start == 0 or shift > 56 or part[start - 1] <= 0x7F:
                    break
            if wanted is not None and row_id not in wanted:
                continue
            record = self._record(part, at)
            if record:
                yield Cell(row_id, record[0], start, record[1])

    def _record(self, part: bytes, start: int) -> tuple[Values, int] | None:
        """Columns, and where they end."""
        columns, size = _layout(part[start : start + part[start]])
        if len(columns) != COLUMNS:
            return None
        body, end = part[start : start + size], start + size
        if size > LARGEST_LOCAL:
            body, end = self._long_body(part, start, size)
        if len(body) < size:
            return None
        return _values(part[start : start + part[start]], body), end

    def _long_body(self, part: bytes, start: int, size: int) -> tuple[bytes, int]:
        local = SMALLEST_LOCAL + (size - SMALLEST_LOCAL) % (PAGE - 4)
        if local > LARGEST_LOCAL:
            local = SMALLEST_LOCAL
        body, end = part[start : start + local], start + local + 4
        following = int.from_bytes(part[start + local : end], "big")
        while len(body) < size and following:
            page = self._page(following)
            if not page:
                break
            following = int.from_bytes(page[:4], "big")
            body += page[4:]
        return body[:size], end

    def _page(self, number: int) -> bytes:
        """The newest one of that number."""
        return _pages_in(self.log).get(number) or self.database[(number - 1) * PAGE : number * PAGE]


def may_hold_entry(place: bytes, seq: int) -> bool:
    """Whether it may, with one bit turned back: then that is not both in its id and in what follows the id."""
    return _number(seq) in place or _ENTRY.search(place) is not None


@lru_cache(maxsize=1)
def _pages_in(log: bytes) -> dict[int, bytes]:
    return {number: page for number, _, _, page in File(b"", log)._frames()}


@lru_cache
def _pattern_of(wanted: frozenset[int]) -> re.Pattern[bytes]:
    """A row whose id begins as these do."""
    beginnings = {re.escape(_number(seq)[:-1]) for seq in wanted}
    if len(beginnings) > MOST_BEGINNINGS:
        return _ENTRY
    return re.compile(rb"(?=(?:" + b"|".join(sorted(beginnings)) + rb")[\x00-\x7f]" + _ENTRY_HEADER + rb")")


@lru_cache(maxsize=100_000)  # a log holds each row many times, in every copy of its page
def _values(header: bytes, body: bytes) -> Values:
    values: Values = []
    for kind, first, last in _layout(header)[0]:
        if kind > 11:
            values.append(body[first:last].decode(errors="replace"))  # a spoilt text: its chain may yet be sound
        else:
            values.append(int.from_bytes(body[first:last], "big", signed=True) if first < last else kind - 8)
    return values


@lru_cache
def _layout(header: bytes) -> tuple[list[tuple[int, int, int]], int]:
    """For each column its type, and from where to where it stands in the row; and the row's size."""
    columns, at, kind = [], len(header), 0
    for byte in header[1:]:
        kind = kind << 7 | byte & 0x7F
        if byte <= 0x7F:
            size = (kind - 12) // 2 if kind > 11 else INTEGER_BYTES[kind]
            columns.append((kind, at, at + size))
            at, kind = at + size, 0
    return columns, at


def _checksum(content: bytes, is_big: bool, sums: tuple[int, int]) -> tuple[int, int]:
    """Of a log's bytes that follow those with these sums."""
    first, second = sums
    words = struct.unpack(f"{'>' if is_big else '<'}{len(content) // 4}I", content)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = first + even + second & 0xFFFF_FFFF
        second = second + odd + first & 0xFFFF_FFFF
    return first, second


def _number(value: int) -> bytes:
    """As SQLite writes it."""
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.insert(0, value & 0x7F | 0x80)
    return bytes(groups)
