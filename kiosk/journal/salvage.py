"""A damaged journal: noticed, set aside, and gone on from with every entry that can still be read (faults.md 1.4).

The damaged file is only read, and kept as `journal-<id>.damaged.db` with its write-ahead log. The new journal carries
over what the chain confirms, each entry with where it was born, so that the server counts it once.
"""

import logging
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from hardware.buttons.interface import BOX
from kiosk.clock import BootRecord, Clock
from kiosk.drafts import Draft, event
from kiosk.errors import DamagedJournal, NoJournal, NotKept
from kiosk.journal.cells import PAGE, File
from kiosk.journal.files import (
    DAMAGED,
    NAME,
    NOT_TEXT,
    UNFINISHED,
    connect,
    drop_damaged,
    find,
    finish_fork,
    log_of,
    new_id,
    set_aside,
)
from kiosk.journal.image import Image, Rows
from kiosk.journal.journal import Journal, Legacy, born
from kiosk.journal.judging import Judgement, judge
from kiosk.journal.records import ALL, Records
from kiosk.journal.seals import SEALED, is_sound, mended
from survey.entries import START, Entry, Head, chain

CHECKED_AT_START = 300  # newest entries; all of them are checked later, by the way
NOT_DAMAGE = {  # the disk's or the program's trouble: the file may be as sound as ever
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_ABORT,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_AUTH,
}
UNREADABLE = {sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_CORRUPTFS}  # the latter: its first page

log = logging.getLogger(__name__)
T = TypeVar("T")


def is_damage(error: BaseException) -> bool:
    """Whether this says that what the file holds is not what was written."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF not in NOT_DAMAGE
    return isinstance(error, DamagedJournal) or NOT_TEXT in str(error)


def open_sound(folder: Path, clock: Clock) -> Journal:
    """The journal of this folder; what can be saved of it, if it is damaged. Raises sqlite3.Error, OSError."""
    try:
        return open_checked(folder)
    except DamagedJournal as error:
        return salvage(folder, clock, str(error))


def open_checked(folder: Path) -> Journal:
    """The journal of this folder, unless it is damaged. Raises DamagedJournal, sqlite3.Error, OSError."""
    finish_fork(folder)
    try:
        path = find(folder)
    except NoJournal:
        return Journal.open(folder)
    try:
        with as_damage(path):
            check_newest(path)
            return Journal.open(folder)
    except sqlite3.DatabaseError as error:
        if not (is_damage(error) or is_unreadable(error)):
            raise
        raise DamagedJournal(str(error)) from error


def is_unreadable(error: Exception) -> bool:
    """Where nobody writes a read error is no passing one: the card gives part of the file back no more."""
    return getattr(error, "sqlite_errorcode", None) in UNREADABLE


def check_newest(path: Path) -> None:
    """Read what the program starts from. Raises DamagedJournal, sqlite3.Error."""
    if _is_empty(path):
        return  # a power cut came before the first commit
    with closing(Records.open_file(path)) as records:
        if records.journal_id not in ("", path.stem.removeprefix(NAME)):
            raise DamagedJournal(f"{path.name} says that it is journal {records.journal_id!r}.")
        newest = records.newest()
        check_seals(records)
        check_chain(records, newest.seq - CHECKED_AT_START)
    if _has_hidden(path, newest):
        raise DamagedJournal("The write-ahead log holds entries that SQLite does not find.")


@contextmanager
def as_damage(path: Path) -> Iterator[None]:
    """What can't be used as it stands there was never written. Raises DamagedJournal."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise DamagedJournal(f"{path.name} holds what was never written: {error}") from error


def _is_empty(path: Path) -> bool:
    with closing(connect(path, mode="ro")) as connection:
        count: int = connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'state'").fetchone()[0]
    return not count


def _has_hidden(path: Path, newest: Head) -> bool:
    """Of a log with a flipped bit SQLite silently leaves out all that follows."""
    log_bytes = _readable(log_of(path))
    if not File(b"", log_bytes).may_have_entry(newest.seq + 1):
        return False
    return bool(judge(File(_readable(path), log_bytes), newest).entries)


def check_seals(records: Records) -> None:
    """Check what the chain does not guard. Raises DamagedJournal, sqlite3.Error."""
    for table, rows in records.sealed().items():
        if not all(map(is_sound, rows)):
            raise DamagedJournal(f"{records.path.name}: the table {table} holds what was never written.")


def check_chain(records: Records, after: int, limit: int = ALL) -> int:
    """Check the entries that follow `after`. Returns the last one checked, 0 at the end.

    Raises DamagedJournal, sqlite3.Error.
    """
    with as_damage(records.path):
        base = records.base()
        before = base if after <= base.seq else Head(after, records.chain_at(after) or START)
        chained = records.chained_after(before.seq, limit)
        if records.base() != base:
            return after or 1  # entries were forgotten meanwhile
        links = chain(before.chain, [entry for entry, _ in chained])
    for seq, ((entry, link), computed) in enumerate(zip(chained, links, strict=True), before.seq + 1):
        if entry.seq != seq or link != computed:
            raise DamagedJournal(f"{records.path.name}: entry {seq} is not what was written.")
    return seq if len(chained) == limit else 0


def salvage(folder: Path, clock: Clock, reason: str) -> Journal:
    """Go on in a new journal. Whatever ends this on the way, the next start finds the old one or the new one whole."""
    finish_fork(folder)
    path = find(folder)
    log.error("The journal %s is damaged: %s Saving what can be read", path.name, reason)
    legacy, told = _legacy(File(_readable(path), _readable(log_of(path))), path.stem.removeprefix(NAME))
    new_path = folder / f"{NAME}{new_id()}.db"
    with closing(Journal(new_path.with_suffix(UNFINISHED))) as new:
        new.take_over(legacy)
        _tell(new, clock, told)
    set_aside(path, new_path)
    drop_damaged(folder, newest=path.with_suffix(DAMAGED))
    log.error("Entries saved: %s; the damaged file is kept as %s", told, path.with_suffix(DAMAGED).name)
    return Journal(new_path)


def _tell(journal: Journal, clock: Clock, told: str) -> None:
    drafts: list[Draft] = [event("journal_salvaged", told, clock.uptime_ms())]
    if journal.begin_boot(clock.boot_id, clock_ms=clock.clock_ms(), uptime_ms=clock.uptime_ms()):
        drafts.insert(0, event("booted", clock.boot_id, clock.uptime_ms()))
    try:
        journal.append([(draft, clock.clock_ms()) for draft in drafts], pressed=journal.tallies().pressed)
    except NotKept as error:
        raise error.cause from error  # it is this journal that could not be begun


def _legacy(file: File, journal_id: str) -> tuple[Legacy, str]:
    """What there is to go on with, and what to tell of it."""
    with Image(file.sound_image()) as sound, Image(file.image()) as newest:
        before = _read(sound, "state", _State)
        presses = _read(sound, "sources", _Press)
        states = _read(newest, "state", _State) or before
        boots = _read(sound, "boots", BootRecord) + _read(newest, "boots", BootRecord)
        hint = _hint(newest)
    state = states[0] if states else _State()
    base = states[0].base if states else hint
    found = judge(file, base)
    if not states and base and not _begins_after(base, found):
        found = judge(file, None)
    entries = [born(journal_id, entry, link) for entry, link in found.entries]
    legacy = Legacy(
        entries=entries,
        boots=_all_boots(boots, entries),
        presses=_newest_presses(presses, [entry for entry in entries if before and entry.visit > before[0].last_visit]),
        unstored=0,
        last_visit=max([state.last_visit, *(entry.visit for entry in entries)]),
        configuration=state.configuration,
        standing=state.standing,
    )
    return legacy, f"{len(entries)} of {len(entries) + found.lost}, {found.lost} lost"


def _hint(image: Image) -> Head | None:
    """Where a state that is not sound says that the journal begins."""
    rows = image.read("SELECT base_seq, base_chain FROM state").rows
    return Head(*rows[0]) if rows and all(isinstance(value, int) for value in rows[0]) else None


def _begins_after(base: Head, found: Judgement) -> bool:
    """Then the base is the right one, whatever became of its seal: the chain tells."""
    return bool(found.entries) and found.entries[0][0].seq == base.seq + 1


class _State(msgspec.Struct, frozen=True):
    last_visit: int = 0
    base_seq: int = 0
    base_chain: int = START
    configuration: Any = b""
    standing: str = ""

    @property
    def base(self) -> Head:
        return Head(self.base_seq, self.base_chain)


class _Press(msgspec.Struct, frozen=True):
    source: str
    last_seq: int


def _read(image: Image, table: str, type_: type[T]) -> list[T]:
    """The rows that are as they were written, or can be told to have been.

    What is left out is safe to lose: the configuration is asked anew, a boot's offset is estimated, and a button box
    says itself from which press on it holds them.
    """
    names = SEALED[table].replace(" ", "").split(",")
    sealed = image.read(f"SELECT {SEALED[table]}, seal FROM {table}")  # noqa: S608  names of ours
    unsealed = Rows([], is_whole=True)
    if not (sealed.rows or sealed.is_whole):
        unsealed = image.read(f"SELECT {SEALED[table]} FROM {table}")  # noqa: S608  of a release that had no seals
    found: list[T] = []
    for row in [values for row in sealed.rows if (values := mended(row))] + unsealed.rows:
        with suppress(msgspec.ValidationError):
            found.append(msgspec.convert(dict(zip(names, row, strict=True)), type_))
    return found


def _newest_presses(noted: Sequence[_Press], since: Sequence[Entry]) -> Mapping[str, int]:
    """By source: what is noted in the sound part of the log, and one more for each press that was saved since.

    A power cut tears the last commit. If its press was saved the box sends it once more, for nobody told it that the
    press is kept; if what was noted with it was saved alone, the press itself is still to come.
    """
    newest = Counter({press.source: press.last_seq for press in noted})
    newest.update(entry.context.source for entry in since if entry.context.source.startswith(BOX))
    return newest


def _all_boots(readable: list[BootRecord], entries: Sequence[Entry]) -> list[BootRecord]:
    """Where a boot can't be read, as much of it as its entries tell."""
    boots = {boot.number: boot for boot in readable}
    for entry in entries:
        number, clock_ms = entry.context.boot, entry.context.clock_ms
        if number not in boots or not boots[number].boot_id:
            boots[number] = BootRecord(number, "", None, "unknown", clock_ms, entry.uptime_ms)
    return [boots[number] for number in sorted(boots)]


def _readable(path: Path) -> bytes:
    """The file, with zeros for the pages that the card does not give back."""
    if not path.exists():
        return b""
    pages = []
    with path.open("rb", buffering=0) as file:
        for at in range(0, path.stat().st_size, PAGE):
            try:
                pages.append(os.pread(file.fileno(), PAGE, at))
            except OSError:
                pages.append(bytes(PAGE))
    return b"".join(pages)
