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

from kiosk.journal import Records, closed_journals, drop_closed
from survey.entries import Entry, Head
from survey.exchange import MAX_CLOSED, Closed, Reply, Standing

log = logging.getLogger(__name__)
T = TypeVar("T")


class Kept(NamedTuple):
    """A closed journal, and when its newest entry was made, if that is not forgotten: boot id and time since boot."""

    closed: Closed
    newest_made: tuple[str, int] | None

    @classmethod
    def read(cls, records: Records) -> "Kept":
        newest = records.newest()
        boot_ids = {boot.number: boot.boot_id for boot in records.boots()}
        held = records.entries_after(newest.seq - 1)
        made = (boot_ids.get(held[0].context.boot, ""), held[0].uptime_ms) if held else None
        return cls(Closed(records.journal_id, newest), made)


class Gap(NamedTuple):
    """Entries first to last of the journal in the file `path`.

    is_missing: more follows on the server already. Then the batch ends with the last entry, whose chain proves it.
    is_doubtful: the server has another history under this name; what it lacks is asked, and then carried over.
    """

    path: Path
    first: int
    last: int
    is_missing: bool
    is_doubtful: bool = False


def gaps_of(records: Records, standing: Standing) -> Iterator[Gap]:
    """What the server lacks of this journal and is held here."""
    base, newest, head = records.base(), records.newest(), standing.head
    for first, last in held_of_missing(records, standing.missing):
        yield Gap(records.path, first, last, is_missing=True)
    if head.seq < base.seq < newest.seq:
        yield Gap(records.path, base.seq + 1, newest.seq, is_missing=False)
    elif head.seq < newest.seq and records.has(head):
        yield Gap(records.path, head.seq + 1, newest.seq, is_missing=False)
    elif head.seq >= base.seq and not records.has(head):
        last = records.carried_after().seq
        if last > base.seq:
            yield Gap(records.path, last + 1, last, is_missing=False, is_doubtful=True)


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
    return reply.head.seq >= gap.first and records.has(reply.head)


def may_be_dropped(kept: Kept, standing: Standing, is_old: Callable[[str, int], bool]) -> bool:
    """Only a closed journal that every backup holds to its end, and that is old (design.md 3.3)."""
    is_in_every_backup = standing.may_forget == kept.closed.newest
    return is_in_every_backup and (kept.newest_made is None or is_old(*kept.newest_made))


class Offering:
    """when_unreadable: called with the name of a closed journal that can't be read; its file is left as it is."""

    def __init__(self, folder: Path, *, when_unreadable: Callable[[str], None]) -> None:
        self._folder = folder
        self._when_unreadable = when_unreadable
        self._kept: dict[Path, Kept | None] = {}  # None: can't be read
        self._known: dict[str, tuple[Standing, list[Gap]]] = {}  # by journal: a heartbeat opens no file
        self._refused: set[Gap] = set()
        self._waiting: list[Gap] = []

    def closed(self) -> list[Closed]:
        """Every closed journal that can be read, the one that was closed last first."""
        paths = sorted(closed_journals(self._folder), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in paths:
            if path not in self._kept:
                self._kept[path] = self._read(path, Kept.read)
        return [kept.closed for path in paths if (kept := self._kept[path])][:MAX_CLOSED]

    def hear(self, records: Records, reply: Reply, *, is_old: Callable[[str, int], bool]) -> None:
        """The reply to a request of the journal in use, with how the server stands with each of the closed ones.

        is_old: whether an entry of this boot and time since boot is surely old enough to be forgotten.
        """
        in_use = Standing(records.journal_id, records.newest(), reply.missing)  # its head is the exchange's affair
        gaps = self._gaps(in_use, lambda: list(gaps_of(records, in_use))) if reply.missing else []
        paths = {kept.closed.journal: path for path, kept in self._kept.items() if kept}
        for standing in reply.closed:
            if path := paths.get(standing.journal):
                gaps += self._gaps_of_closed(path, standing)
                self._drop_if_allowed(path, standing, is_old)
        self._refused &= set(gaps)
        self._waiting = [gap for gap in gaps if gap not in self._refused]

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
        self._refused.add(gap)
        if is_carried:
            self._known.clear()

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
            self._refused -= {gap for gap in known[1] if gap.is_doubtful}
        if known is None or known[0] != standing:
            known = self._known[standing.journal] = (standing, find())
        return list(known[1])

    def _drop_if_allowed(self, path: Path, standing: Standing, is_old: Callable[[str, int], bool]) -> None:
        kept = self._kept[path]
        if kept and may_be_dropped(kept, standing, is_old):
            drop_closed(path)
            del self._kept[path]
            log.info("Forgot the closed journal %s: the server and all its backups hold it", standing.journal)

    def _read(self, path: Path, read: Callable[[Records], T]) -> T | None:
        try:
            with closing(Records.open_file(path)) as records:
                return read(records)
        except (sqlite3.Error, OSError) as error:
            self.unreadable(path, error)
            return None
