"""Tells the pages which locations have new answers: from the writer's thread to every listening page."""

import asyncio
from collections.abc import AsyncIterator, Iterable

DEBOUNCE_S = 0.1  # a page is drawn again at most ten times a second


class Changes:
    """tell() from any thread; listen() from coroutines of one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def tell(self, location_ids: Iterable[str]) -> None:
        """These locations have something new."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, list(location_ids))

    async def listen(self, location_id: str) -> AsyncIterator[int]:
        """Counts 1, 2, 3... whenever something new has come, until the listener goes away."""
        self._loop = asyncio.get_running_loop()
        event = asyncio.Event()
        self._waiting.setdefault(location_id, set()).add(event)
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

    def _wake(self, location_ids: list[str]) -> None:
        for location_id in location_ids:
            for event in self._waiting.get(location_id, ()):
                event.set()
