"""What the server does by itself every night: a backup, if it has a folder for it, and tidying up."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from sync_server.clock import Clock
from sync_server.errors import ServerError
from sync_server.store import Store, upkeep
from sync_server.upkeep.backup import make_backup, vanished
from sync_server.upkeep.tidy import tidy

FROM_HOUR = 2  # on the server's own clock; a server that was off then does it as soon as it is up

log = logging.getLogger(__name__)


class Stopping(Exception):
    """The server ends: whoever runs next does it."""


class Nightly:
    """Of several server processes on one store, each chore falls to the one that takes it first."""

    def __init__(self, store: Store, clock: Clock, *, backups: Path | None, keep_texts_days: int) -> None:
        self._store, self._clock = store, clock
        self._backups, self._keep_texts_days = backups, keep_texts_days
        self._is_stopping = False

    def stop(self) -> None:
        """A backup that is being made is given up. From any thread."""
        self._is_stopping = True

    def step(self) -> None:
        local = datetime.fromtimestamp(self._clock() / 1000).astimezone()
        if local.hour < FROM_HOUR:
            return
        night = local.date()
        if self._backups is not None:
            self._do("backup", night, self._back_up)
        self._do("tidy", night, self._tidy)

    def _do(self, chore: str, night: date, act: Callable[[], str]) -> None:
        try:
            with self._store.write() as transaction:
                tomorrow = night + timedelta(days=1)
                if not upkeep.take_chore(transaction, chore, night.isoformat(), not_after=tomorrow.isoformat()):
                    return
            log.info("Nightly %s: %s", chore, act())
        except Stopping:
            with self._store.write() as transaction:
                upkeep.begin_chore(transaction, chore, "")
        except ServerError as error:
            log.error("The nightly %s failed: %s %s", chore, error.message, error.hint)
        except Exception:  # the outermost round: whatever it was, the server goes on and tries again next night
            log.exception("The nightly %s failed.", chore)

    def _back_up(self) -> str:
        assert self._backups is not None  # noqa: S101
        made = make_backup(self._store, self._backups, now_ms=self._clock(), tell=self._go_on)
        for gone in vanished(self._store):
            log.warning("Backup %s is gone: see hymy backup list.", gone.file)
        return f"{made.file}, {made.size_bytes} bytes, opened and checked."

    def _go_on(self, done: int, of: int) -> None:
        if self._is_stopping:
            raise Stopping

    def _tidy(self) -> str:
        gone = tidy(self._store, keep_texts_days=self._keep_texts_days, now_ms=self._clock())
        return "removed " + ", ".join(f"{count} {what}" for what, count in gone._asdict().items()) + "."
