"""Put a backup in place of a store, or into a new one; also the way from one kind of store to the other.

The backup is copied, checked and brought up to date beside the store, and takes its place in one step at the end: until
then nothing is lost. A SQLite store that gives way is kept under another name.
"""

import os
import shutil
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw

from sync_server.command import counted, error_in_words, own_name
from sync_server.config import shown
from sync_server.errors import NotRestored
from sync_server.store import Store, audit, has_store, open_store, upkeep
from sync_server.store.backup_file import BackupFile, Tell, Unfit, fill, make_single, rows_of
from sync_server.store.sqlite import FILE, SqliteStore, make_private
from sync_server.upkeep.backup import HASH, account_of, register, sha256_of, sync

PATTERN = "hymy-*.db"  # how backups are called
CONTENT = {"locations": "location", "people": "person", "terminals": "terminal", "journals": "journal"}


def restore(place: Path | str, file: Path, *, replace: bool, now_ms: int, tell: Tell, unchecked: bool = False) -> str:
    """Returns what became of the store that was there before, as a sentence. Raises NotRestored.

    unchecked: also a file that has no hash beside it.
    """
    try:
        _check(file, unchecked=unchecked)
        _check_room(place, replace=replace)
        if isinstance(place, Path):
            return _into_folder(place, file, now_ms)
        return _into_database(place, file, now_ms, tell)
    except Unfit as fault:
        raise NotRestored(f"{file} {fault}.", "Take another backup; this store is as it was.") from fault
    except (OSError, apsw.Error) as error:
        raise NotRestored(f"Nothing was restored: {error_in_words(error)}", "The store is as it was.") from error


def standing(place: Path | str) -> str:
    """What a store holds, for whoever is about to replace it; empty if it has none of CONTENT, or there is none."""
    if not has_store(place):
        return ""
    try:
        with closing(open_store(place)) as store, store.snapshot() as snapshot:
            rows = rows_of(snapshot, (*CONTENT, "answers"))
    except apsw.Error as error:
        return f"a store that can't be read ({error})"
    found = [counted(count, (CONTENT | {"answers": "answer"})[table], table) for table, count in rows.items()]
    return ", ".join(found) if any(rows.values()) else ""


def _check(file: Path, *, unchecked: bool) -> None:
    """SQLite notices damage to its own pages, not to what stands in them: only the hash tells that. Raises Unfit."""
    known, found = Path(f"{file}{HASH}"), sha256_of(file)
    if known.exists() and known.read_text(errors="replace").split()[:1] != [found]:
        raise Unfit(f"is not what was written as a backup: its SHA-256 is not the one in {known.name}")
    if not known.exists() and not unchecked:
        raise NotRestored(
            f"{file} can't be checked: {known.name} is not beside it.",
            "Copy it there too, from where the backup was made; --unchecked takes the backup as it is.",
        )
    with BackupFile(file) as backup:
        backup.check()


def _check_room(place: Path | str, *, replace: bool) -> None:
    if not replace and (there := standing(place)):
        raise NotRestored(
            f"There is a store in {shown(place)} with {there}.", "Say --replace to put the backup in its place."
        )


def _into_folder(data: Path, file: Path, now_ms: int) -> str:
    data.mkdir(parents=True, exist_ok=True)
    target, new = data / FILE, data / f"{FILE}.restoring"
    for left in data.glob(f"{new.name}*"):
        left.unlink()
    try:
        make_private(new)
        shutil.copyfile(file, new)
        with closing(SqliteStore(new)) as store:
            _settle_in(store, file, now_ms)
        make_single(new)
        sync(new)
        return _change_places(target, new, now_ms)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _change_places(target: Path, new: Path, now_ms: int) -> str:
    """At no instant there is no store: a server that starts then would begin an empty one."""
    if not target.exists():
        new.rename(target)
        sync(target.parent)
        return ""
    _check_unused(target)
    aside = target.with_name(f"{FILE}.replaced-{datetime.fromtimestamp(now_ms / 1000, UTC):%Y%m%d-%H%M%S}")
    for ending in ("-wal", "-shm"):  # only a damaged store has them still
        if Path(f"{target}{ending}").exists():
            Path(f"{target}{ending}").rename(f"{aside}{ending}")
    os.link(target, aside)
    new.replace(target)
    sync(target.parent)
    return f"The store that was there before is kept as {aside}."


def _check_unused(target: Path) -> None:
    try:
        make_single(target)
    except apsw.BusyError:
        raise NotRestored(f"A server or a command is using {target}.", "Stop it first.") from None
    except apsw.Error:
        return  # damaged: all the more reason to replace it


def _into_database(address: str, file: Path, now_ms: int, tell: Tell) -> str:
    with TemporaryDirectory(prefix="hymy-") as folder, closing(open_store(address)) as store:
        copy = Path(folder) / FILE
        shutil.copyfile(file, copy)
        SqliteStore(copy).close()  # migrates
        make_single(copy)
        with BackupFile(copy) as backup:
            fill(store, backup, tell)
        _settle_in(store, file, now_ms)
    return ""


def _settle_in(store: Store, file: Path, now_ms: int) -> None:
    """The restored store counts the backup that it came from, and those that lie beside it."""
    restored = account_of(file, now_ms)
    with store.write() as transaction:
        about = f"{file.resolve()} {restored.sha256}"
        audit.note(transaction, who=own_name(), what="restored", about=about, at_ms=now_ms)
    counted = {backup.sha256 for backup in upkeep.backups(store)}
    for beside in {file, *file.parent.glob(PATTERN)}:
        backup = account_of(beside, int(beside.stat().st_mtime * 1000))
        if backup.sha256 not in counted:
            with suppress(Unfit, apsw.Error):  # nobody can restore that one
                register(store, backup, beside)
