"""Eight megabytes that are given up when the disk is full, so that answers can be kept while somebody makes room."""

import errno
import logging
import os
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

from kiosk.journal.files import sync_folder

BALLAST_BYTES = 8_000_000  # months of answers of one terminal
ROOM = 4  # ballasts that must be free before there is one again: else it would come and go
LITTLE_BYTES = 1_000_000

log = logging.getLogger(__name__)


class Ballast:
    """size_bytes: 0 for none."""

    def __init__(self, folder: Path, size_bytes: int) -> None:
        self._path = folder / "ballast"
        self._size_bytes = size_bytes

    @property
    def is_given_up(self) -> bool:
        return bool(self._size_bytes) and not self._path.exists()

    def give_up(self) -> bool:
        """Whether there was any."""
        with suppress(OSError):
            self._path.unlink()
            sync_folder(self._path.parent)
            log.warning("The disk is full: gave up %s bytes kept for that. Make room", self._size_bytes)
            return True
        return False

    def restore(self) -> None:
        """Once there is room."""
        with suppress(OSError):
            if self.is_given_up and shutil.disk_usage(self._path.parent).free >= ROOM * self._size_bytes:
                with self._path.open("wb") as file:
                    os.posix_fallocate(file.fileno(), 0, self._size_bytes)


def is_full(error: Exception, folder: Path) -> bool:
    """Whether it comes of a full disk. SQLite does not always say so."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        return True
    try:
        return shutil.disk_usage(folder).free < LITTLE_BYTES
    except OSError:
        return False
