"""Tells the pages which locations have new answers: from the writer's thread to every listening page, at once.

What other processes write is not told: while somebody listens, a number in the store is looked at.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable

from sync_server.errors import StoreAway

DEBOUNCE_S = 0.1  # a page is drawn again at most ten times a second
LOOK_EVERY_S = 1.0

log = logging.getLogger(__name__)


class Changes:
    """tell() from any thread; listen() from coroutines of one event loop.

    number: moves with everything that is new at a location, whoever wrote it.
    """

    def __init__(self, number: Callable[[str], int] | None = None) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._number = number
        self._numbers: dict[str, int] = {}
        self._looking: asyncio.Task[None] | None = None

    def tell(self, location_ids: Iterable[str]) -> None:
        """These locations have something new."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, list(location_ids))

    async def listen(self, location_id: str) -> AsyncIterator[int]:
        """Counts 1, 2, 3... whenever something new has come, until the listener goes away."""
        self._loop = asyncio.get_running_loop()
        event = asyncio.Event()
        self._waiting.setdefault(location_id, set()).add(event)
        if self._number is not None and self._looking is None:
            self._looking = asyncio.create_task(self._look_on())
        count = 0
        try:
            while True:
                await event.wait()
                event.clear()
                count += 1
                yield count
                await asyncio.sleep(DEBOUNCE_S)
        finally:
            self._waiting[location_id].discard(event)
            if not self._waiting[location_id]:
                del self._waiting[location_id]
                self._numbers.pop(location_id, None)

    async def look(self) -> None:
        """Wake whose location's number has moved, and, to be sure, who is looked at for the first time."""
        assert self._number is not None  # noqa: S101
        for location_id in list(self._waiting):
            number = await asyncio.to_thread(self._number, location_id)
            if location_id in self._waiting and self._numbers.get(location_id) != number:
                self._numbers[location_id] = number
                self._wake([location_id])

    async def _look_on(self) -> None:
        while self._waiting:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except StoreAway as error:
                log.warning("%s", error)
            except Exception:  # the next look may do better; without any, pages would stand still and say nothing
                log.exception("What other processes wrote could not be looked at.")
        self._looking = None

    def _wake(self, location_ids: list[str]) -> None:
        for location_id in location_ids:
            for event in self._waiting.get(location_id, ()):
                event.set()
