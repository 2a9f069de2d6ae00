"""The journal's file: who may write it, how it is opened, and what a power cut may leave behind.

Each journal has a file of its own, named by its id: a fork then never swaps a file under a connection that has it open.
"""

import fcntl
import os
import secrets
import sqlite3
from contextlib import suppress
from pathlib import Path

from kiosk.errors import JournalTaken, NoJournal
from kiosk.journal.seals import can_seal

BUSY_TIMEOUT_S = 10
CACHE_KB = 80  # SQLite takes as much at once; what is beyond it would fill for months, and is seldom read again
NAME = "journal-"
CLOSED = ".closed.db"
DAMAGED = ".damaged.db"
KEPT_DAMAGED = 3  # each as large as a journal
UNFINISHED = ".unfinished"
NOT_TEXT = "Could not decode to UTF-8"  # as Python says it of a column


class FolderLock:
    """One process at a time may write in a data folder. Freed by close(), or by the end of the process."""

    def __init__(self, folder: Path) -> None:
        """Raises JournalTaken."""
        self._file = os.open(folder / "journal.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise JournalTaken(
                f"The journal in {folder} is being written by another terminal program. "
                "Stop that one, or give this one a folder of its own (--data)."
            ) from error

    def close(self) -> None:
        os.close(self._file)


def connect(path: Path, *, mode: str) -> sqlite3.Connection:
    """Raises sqlite3.Error."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_TIMEOUT_S, check_same_thread=False
    )
    try:
        if mode != "ro":
            connection.execute("PRAGMA journal_mode = WAL")
            can_seal(connection)
        connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        connection.execute("PRAGMA synchronous = FULL")  # with NORMAL a power cut loses what was committed last
    except UnicodeDecodeError as error:  # SQLite's message names a spoilt table
        connection.close()
        raise sqlite3.DatabaseError(f"{NOT_TEXT}, the name of a table: {error}") from error
    return connection


def find(folder: Path) -> Path:
    open_ones = [path for path in folder.glob(f"{NAME}*.db") if not path.name.endswith((CLOSED, DAMAGED))]
    if len(open_ones) != 1:
        found = ", ".join(path.name for path in open_ones) or "none"
        raise NoJournal(
            f"There should be one open journal in {folder}; found: {found}. Is it a terminal's data folder?"
        )
    return open_ones[0]


def closed_journals(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{NAME}*{CLOSED}"))


def damaged_journals(folder: Path) -> list[Path]:
    """The newest first."""
    found = folder.glob(f"{NAME}*{DAMAGED}")
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def drop_damaged(folder: Path, newest: Path) -> None:
    """But for the newest few: a card that spoils the journal at each start is not to be filled by it."""
    older = [path for path in damaged_journals(folder) if path != newest]
    for path in older[KEPT_DAMAGED - 1 :]:
        log_of(path).unlink(missing_ok=True)
        path.unlink()
    sync_folder(folder)


def finish_fork(folder: Path) -> None:
    """A power cut between two journals: done if the old one is out of the way already, else as if it had not begun."""
    for path in folder.glob(f"{NAME}*{DAMAGED}"):
        _set_log_aside(path)
    with suppress(NoJournal):
        find(folder)
        for path in folder.glob(f"{NAME}*{UNFINISHED}*"):
            path.unlink()
    for path in folder.glob(f"{NAME}*{UNFINISHED}"):
        path.rename(path.with_suffix(".db"))


def set_aside(damaged: Path, new: Path) -> None:
    """Keep the damaged journal with its log, and put the new one, still unfinished, in its place.

    The order matters: without its log a journal looks whole and is not, so it loses its name first.
    """
    sync_folder(new.parent)
    aside = damaged.with_suffix(DAMAGED)
    damaged.rename(aside)
    sync_folder(new.parent)
    _set_log_aside(aside)
    new.with_suffix(UNFINISHED).rename(new)
    sync_folder(new.parent)


def _set_log_aside(aside: Path) -> None:
    old = aside.with_name(aside.name.replace(DAMAGED, ".db"))
    if log_of(old).exists():
        log_of(old).rename(log_of(aside))
    old.with_name(f"{old.name}-shm").unlink(missing_ok=True)


def log_of(path: Path) -> Path:
    """SQLite's write-ahead log beside a database."""
    return path.with_name(f"{path.name}-wal")


def new_id() -> str:
    return secrets.token_hex(8)[:15]  # 60 bits: also safe as a number in JavaScript's and SQLite's hands


def sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
