"""Make a backup, keep an account of those that are kept, and drop the oldest.

A terminal forgets only what every backup kept holds (design.md 3.3). So no file may ever be a backup that is not
counted: it is counted before it gets its name, and loses its name before it is no longer counted. What a crash leaves
in between is finished by the next backup.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import file_digest
from itertools import islice
from pathlib import Path

import apsw

from sync_server.command import error_in_words
from sync_server.errors import BackupFailed
from sync_server.store import Store, upkeep
from sync_server.store.backup_file import BackupFile, Tell, Unfit, rows_of, write_backup
from sync_server.store.sqlite import make_private
from sync_server.store.upkeep import Backup

KEEP = 14
PART = ".part"  # not a backup yet
DROPPED = ".dropped"  # not a backup any more
HASH = ".sha256"  # beside each, as sha256sum writes it
HEADS_TOGETHER = 5_000


def make_backup(store: Store, folder: Path, *, now_ms: int, tell: Tell, keep: int = KEEP) -> Backup:
    """Online: whoever writes goes on. Raises BackupFailed; then what was there before is there still."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone_in(folder):
            _settle(store, folder)
            file = folder.resolve() / f"hymy-{datetime.fromtimestamp(now_ms / 1000, UTC):%Y%m%d-%H%M%S}.db"
            if file.exists():
                raise BackupFailed(f"There is a backup {file.name} already.", "Try again in a second.")
            backup = _write(store, file, now_ms, tell)
            _count(store, backup)
            for old in [kept for kept in upkeep.backups(store) if Path(kept.file).exists()][keep:]:
                _drop(store, old)
            return backup
    except (OSError, apsw.Error) as error:
        raise BackupFailed(
            f"No backup was made: {error_in_words(error)}", "Backups made before are untouched."
        ) from error


def account_of(file: Path, made_at: int) -> Backup:
    """What is known of a backup's file."""
    sha256 = sha256_of(file)
    return Backup(sha256[:12], str(file.resolve()), made_at, file.stat().st_size, sha256)


def register(store: Store, backup: Backup, file: Path) -> None:
    """From now on no terminal forgets what this backup does not hold. May be done again."""
    upkeep.add_backup(store, backup)
    with BackupFile(file) as opened:
        heads = upkeep.held_heads(opened)
        while some := list(islice(heads, HEADS_TOGETHER)):
            upkeep.add_backup_heads(store, backup.backup_id, some)


def vanished(store: Store) -> list[Backup]:
    """Backups that are counted, and whose file is gone: nobody may forget what they did not hold, until told so."""
    return [backup for backup in upkeep.backups(store) if not Path(backup.file).exists()]


def forget(store: Store, name: str) -> Backup:
    """No longer count a backup whose file is gone. name: its id, or its file's name. Raises BackupFailed."""
    named = [backup for backup in upkeep.backups(store) if name in (backup.backup_id, Path(backup.file).name)]
    if not named:
        raise BackupFailed(f"There is no backup {name!r}.", "See hymy backup list.")
    if Path(named[0].file).exists():
        raise BackupFailed(
            f"{named[0].file} is still there.", "Delete it first; terminals forget what a kept backup need not hold."
        )
    upkeep.remove_backup(store, named[0].backup_id)
    return named[0]


def _settle(store: Store, folder: Path) -> None:
    """Finish what a crash left undone."""
    for backup in vanished(store):
        if _beside(backup, DROPPED).exists():
            _drop(store, backup)
        elif _beside(backup, PART).exists():
            _count(store, backup)
    for left in (*folder.glob(f"hymy-*{PART}*"), *folder.glob(f"hymy-*{DROPPED}")):
        left.unlink()


def sha256_of(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def sync(path: Path) -> None:
    """A file's content, or a folder's names, onto the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(store: Store, file: Path, now_ms: int, tell: Tell) -> Backup:
    """As .part, checked, on the disk."""
    part = Path(f"{file}{PART}")
    try:
        make_private(part)
        with store.snapshot() as snapshot:
            write_backup(snapshot, part, tell)
            with BackupFile(part) as written:
                written.check()
                tables = written.tables()
                if rows_of(written, tables) != rows_of(snapshot, tables):
                    raise Unfit("does not hold all rows of the store")
                if outrun := upkeep.journals_outrun(written):
                    raise Unfit(f"holds entries beyond the head of the journals {outrun}")
        sync(part)
        return account_of(part, now_ms)._replace(file=str(file))
    except Unfit as fault:
        part.unlink()
        raise BackupFailed(
            f"No backup was made: what was written {fault}.", "Look after the disk, and try again."
        ) from fault
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _count(store: Store, backup: Backup) -> None:
    """Counted first, named then."""
    file, part = Path(backup.file), _beside(backup, PART)
    register(store, backup, part)
    _beside(backup, HASH).write_text(f"{backup.sha256}  {file.name}\n")
    part.rename(file)
    sync(file.parent)


def _drop(store: Store, backup: Backup) -> None:
    """Its name first, its account then, its content last."""
    file, dropped = Path(backup.file), _beside(backup, DROPPED)
    if not dropped.exists():
        file.rename(dropped)
        sync(file.parent)
    _beside(backup, HASH).unlink(missing_ok=True)
    upkeep.remove_backup(store, backup.backup_id)
    dropped.unlink()


def _beside(backup: Backup, ending: str) -> Path:
    return Path(backup.file + ending)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed(f"Another backup into {folder} is running.", "Wait until it has ended.") from None
        yield
