"""Lets the exchange begin once there is a journal, and tells the writer of damage that the exchange meets in it."""

import sqlite3
from collections.abc import Callable

from kiosk.exchange import UNTIL_NEWS, Exchange, Wait
from kiosk.journal.salvage import is_damage
from kiosk.writer import Writer


class Joining:
    """begin: makes the exchange, on the journal that is open."""

    def __init__(self, begin: Callable[[], Exchange], writer: Writer) -> None:
        self._begin = begin
        self._writer = writer
        self._exchange: Exchange | None = None

    def step(self) -> Wait:
        if not self._writer.journal_id:
            return UNTIL_NEWS  # the heartbeat, if nothing else, looks again
        try:
            self._exchange = self._exchange or self._begin()
            return self._exchange.step()
        except sqlite3.DatabaseError as error:
            if is_damage(error):
                self._writer.damaged(str(error))
            raise

    @property
    def online_at_ms(self) -> int | None:
        """When, since boot, the last exchange went well. From any thread."""
        return self._exchange.online_at_ms if self._exchange else None

    def close(self) -> None:
        if self._exchange:
            self._exchange.close()
