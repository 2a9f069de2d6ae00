"""Lets the exchange begin once there is a journal, and tells the writer of damage that the exchange meets in it.

Where the exchange has nothing more to do, the chain's pictures are fetched.
"""

import sqlite3
from collections.abc import Callable

from kiosk.exchange import AT_ONCE, UNTIL_NEWS, Exchange, Wait
from kiosk.journal.salvage import is_damage
from kiosk.pictures import Fetching
from kiosk.writer import Writer


class Joining:
    """begin: makes the exchange, on the journal that is open."""

    def __init__(self, begin: Callable[[], Exchange], writer: Writer, pictures: Fetching | None = None) -> None:
        self._begin = begin
        self._writer = writer
        self._pictures = pictures
        self._exchange: Exchange | None = None

    def step(self) -> Wait:
        if not self._writer.journal_id:
            return UNTIL_NEWS  # the heartbeat, if nothing else, looks again
        try:
            self._exchange = self._exchange or self._begin()
            wait = self._exchange.step()
        except sqlite3.DatabaseError as error:
            if is_damage(error):
                self._writer.damaged(str(error))
            raise
        if wait == UNTIL_NEWS and self._pictures and self._pictures.step():
            return AT_ONCE
        return wait

    @property
    def online_at_ms(self) -> int | None:
        """When, since boot, the last exchange went well. From any thread."""
        return self._exchange.online_at_ms if self._exchange else None

    def close(self) -> None:
        if self._exchange:
            self._exchange.close()
