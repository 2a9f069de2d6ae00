"""What the server lacks of the journals that are kept here, closed ones above all (design.md 3.3, 3.4).

Every reply says where the server stands with each. A gap is offered once: again only if it changes, or the program is
started again, so that a server which does not take it is not asked over and over.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from kiosk.errors import DamagedJournal
from kiosk.journal import Records, closed_journals, empty_closed
from kiosk.journal.files import CLOSED, NAME
from kiosk.journal.salvage import as_damage, check_seals
from survey.entries import Entry, Head
from survey.exchange import MAX_CLOSED, Closed, Reply, Standing

IN_TURN = 8  # closed journals in one request of which nothing is held: they are never dropped, and may be many

log = logging.getLogger(__name__)
T = TypeVar("T")


class Kept(NamedTuple):
    """A closed journal, and when its newest entry was made: boot id and time since boot; None once all is forgotten."""

    closed: Closed
    newest_made: tuple[str, int] | None

    @classmethod
    def read(cls, records: Records) -> "Kept":
        """Raises DamagedJournal, sqlite3.Error: one damaged name, and the server would take it all for new."""
        check_seals(records)
        if f"{NAME}{records.journal_id}{CLOSED}" != records.path.name:
            raise DamagedJournal(f"{records.path.name} says that it is journal {records.journal_id!r}.")
        closed = Closed(records.journal_id, records.carried_after())
        boot_ids = {boot.number: boot.boot_id for boot in records.boots()}
        held = records.entries_after(records.newest().seq - 1)
        made = (boot_ids.get(held[0].context.boot, ""), held[0].uptime_ms) if held else None
        checked = msgspec.convert(msgspec.to_builtins(closed), Closed)  # SQLite takes any value into any column
        return cls(checked, made)


class Gap(NamedTuple):
    """Entries first to last of the journal in the file `path`.

    is_missing: more follows on the server already. Then the batch ends with the last entry, whose chain proves it.
    is_doubtful: the server has another history under this name; what it lacks is asked, and then carried over.
    gap_after: the server's head, where what lies between it and the first entry is forgotten here.
    """

    path: Path
    first: int
    last: int
    is_missing: bool = False
    is_doubtful: bool = False
    gap_after: Head | None = None


def gaps_of(records: Records, standing: Standing) -> Iterator[Gap]:
    """What the server lacks of this journal, held here or not."""
    base, newest, head, beginning = records.base(), records.newest(), standing.head, records.beginning()
    for first, last in held_of_missing(records, standing.missing):
        yield Gap(records.path, first, last, is_missing=True)
    if records.has(head) or head.seq < beginning.seq:
        if head.seq < base.seq:
            yield Gap(records.path, base.seq + 1, newest.seq, gap_after=head)
        elif head.seq < newest.seq:
            yield Gap(records.path, head.seq + 1, newest.seq)
    elif (end := records.carried_after()).seq > beginning.seq:
        yield Gap(records.path, end.seq + 1, end.seq, is_doubtful=True)


def held_of_missing(records: Records, missing: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ranges that can be handed over: nobody can prove one who does not hold its last entry (docs/exchange.md)."""
    base, newest = records.base().seq, records.newest().seq
    return [(first, last) for first, last in missing if base < last <= newest]


def batch_of(records: Records, gap: Gap, size: int) -> tuple[Head, list[Entry]]:
    """A part of the gap, and the entry that it follows: from the beginning, or for a missing range from the end."""
    first = max(gap.first, records.base().seq + 1)
    if gap.is_missing:
        first = max(first, gap.last - size + 1)
    after = Head(first - 1, records.chain_at(first - 1) or 0)
    return after, records.entries_after(after.seq, min(size, gap.last - after.seq))


def was_taken(records: Records, gap: Gap, reply: Reply) -> bool:
    """Whether the server took anything of it."""
    if gap.is_missing:
        return (gap.first, gap.last) not in reply.missing
    return reply.head.seq >= min(gap.first, gap.last) and records.has(reply.head)


class Parting(NamedTuple):
    """Where the server's history of a journal leaves ours, as far as that is known: after `common`, before `other`.

    end: up to this entry it matters.
    """

    common: Head
    other: int
    end: int

    @classmethod
    def unknown(cls, records: Records, end: int) -> "Parting":
        return cls(records.beginning(), end + 1, end)

    def heard(self, records: Records, after: Head, reply: Reply) -> "Parting":
        """after: the entry that was asked for; it is among the known ones if the server has it."""
        common = records.last_common([self.common, reply.head, *reply.known])
        return self._replace(common=common, other=self.other if after.seq <= common.seq else min(self.other, after.seq))

    def question(self, records: Records) -> Head | None:
        """Which entry to ask for next; None once it is certain enough.

        What is held may be carried over needlessly, as it counts once; what is forgotten would be missed in vain.
        """
        forgotten, common = min(self.end, records.base().seq), self.common.seq
        if common >= self.end:
            return None
        seq = self.end if self.other > self.end else (common + self.other) // 2
        is_enough = self.other <= self.end and (common >= forgotten or self.other <= common + 1)
        return None if is_enough else Head(seq, records.chain_at(seq) or 0)


def may_be_emptied(kept: Kept, standing: Standing, is_old: Callable[[str, int], bool]) -> bool:
    """Only a closed journal that every backup holds to where it was carried over, and that is old (design.md 3.3)."""
    return standing.may_forget == kept.closed.end and kept.newest_made is not None and is_old(*kept.newest_made)


class Offering:
    """when_unreadable: called with the name of a closed journal that can't be read; its file is left as it is."""

    def __init__(self, folder: Path, *, when_unreadable: Callable[[str], None]) -> None:
        self._folder = folder
        self._when_unreadable = when_unreadable
        self._kept: dict[Path, Kept | None] = {}  # None: can't be read
        self._known: dict[str, tuple[Standing, list[Gap]]] = {}  # by journal: a heartbeat opens no file
        self._refused: set[Gap] = set()
        self._held: set[Gap] = set()  # what was in doubt, and nothing is lacking
        self._waiting: list[Gap] = []
        self._turn = 0

    def closed(self) -> list[Closed]:
        """The closed journals that can be read, the one that was closed last first; what does not fit comes in turn."""
        paths = sorted(closed_journals(self._folder), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in paths:
            if path not in self._kept:
                self._kept[path] = self._read(path, Kept.read)
        found = [kept for path in paths if (kept := self._kept[path])]
        held, empty = (
            [kept.closed for kept in found if bool(kept.newest_made) == is_held] for is_held in (True, False)
        )
        return self._in_turn(held, MAX_CLOSED - IN_TURN) + self._in_turn(empty, IN_TURN)

    def hear(self, records: Records, reply: Reply, *, is_old: Callable[[str, int], bool]) -> None:
        """The reply to a request of the journal in use, with how the server stands with each of the closed ones.

        is_old: whether an entry of this boot and time since boot is surely old enough to be forgotten.
        """
        in_use = Standing(records.journal_id, records.newest(), reply.missing)  # its head is the exchange's affair
        gaps = self._gaps(in_use, lambda: list(gaps_of(records, in_use))) if reply.missing else []
        paths = {kept.closed.journal: path for path, kept in self._kept.items() if kept}
        for standing in reply.closed:
            if path := paths.get(standing.journal):
                lacking = self._gaps_of_closed(path, standing)
                gaps += lacking
                if self._held.issuperset(lacking):
                    self._empty_if_allowed(path, standing, is_old)
        told = {records.path} | {path for name, path in paths.items() if name in {one.journal for one in reply.closed}}
        self._refused = {gap for gap in self._refused if gap in gaps or gap.path not in told}
        self._waiting = [gap for gap in self._waiting if gap.path not in told]
        self._waiting += [gap for gap in gaps if gap not in self._refused | self._held]
        self._turn += bool(reply.closed)

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    def take(self) -> Gap:
        """The next one. Should it fail, the next reply to the journal in use tells of it again."""
        return self._waiting.pop(0)

    def refuse(self, gap: Gap) -> None:
        """The server took nothing of it."""
        log.error("The server does not take the entries %s to %s of %s", gap.first, gap.last, gap.path.name)
        self._refused.add(gap)

    def settle(self, gap: Gap, *, is_carried: bool) -> None:
        """What was in doubt: carried over now, or nothing of it is lacking."""
        if is_carried:
            self._kept.pop(gap.path, None)
            self._known.clear()
        else:
            self._held.add(gap)

    def unreadable(self, path: Path, error: Exception) -> None:
        log.error("The closed journal %s can't be read: %s", path, error)
        kept = self._kept.get(path)
        self._kept[path] = None
        self._when_unreadable(kept.closed.journal if kept else path.name)

    def _gaps_of_closed(self, path: Path, standing: Standing) -> list[Gap]:
        def find() -> list[Gap]:
            return self._read(path, lambda records: list(gaps_of(records, standing))) or []

        return self._gaps(standing, find)

    def _gaps(self, standing: Standing, find: Callable[[], list[Gap]]) -> list[Gap]:
        known = self._known.get(standing.journal)
        if known and standing.head.seq < known[0].head.seq:  # restored: what was certain is not
            self._held -= set(known[1])
        if known is None or known[0] != standing:
            known = self._known[standing.journal] = (standing, find())
        return list(known[1])

    def _empty_if_allowed(self, path: Path, standing: Standing, is_old: Callable[[str, int], bool]) -> None:
        kept = self._kept[path]
        if not (kept and may_be_emptied(kept, standing, is_old)):
            return
        try:
            empty_closed(path)
        except (sqlite3.Error, OSError) as error:  # the disk may be full, or read-only: then some other time
            log.warning("The closed journal %s can't be emptied: %s", path, error)
            return
        del self._kept[path]
        self._known.pop(standing.journal, None)
        log.info("Forgot the closed journal %s: the server and all its backups hold it", standing.journal)

    def _in_turn(self, told: list[Closed], most: int) -> list[Closed]:
        begin = self._turn * most % len(told) if len(told) > most else 0
        return (told[begin:] + told[:begin])[:most]

    def _read(self, path: Path, read: Callable[[Records], T]) -> T | None:
        try:
            with as_damage(path), closing(Records.open_file(path)) as records:
                return read(records)
        except (sqlite3.Error, OSError, DamagedJournal) as error:
            self.unreadable(path, error)
            return None
