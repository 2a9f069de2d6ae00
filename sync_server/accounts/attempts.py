"""Sign-in attempts that failed, so that nobody guesses on and on. Kept in memory: a restart forgives."""

from collections import OrderedDict
from collections.abc import Callable

WINDOW_MS = 5 * 60_000
MOST_A_NAME = 5  # failures of one name from one address within the window
MOST_AN_ADDRESS = 30  # failures from one address, whatever the names; many people may share a proxy's
MOST_KEPT = 10_000  # keys; the oldest go first

Key = tuple[str, ...]


class Attempts:
    """Called from one thread (the event loop's)."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._failed: OrderedDict[Key, list[int]] = OrderedDict()

    def wait_ms(self, address: str, name: str) -> int:
        """How long this one has to wait before the next attempt; 0 for not at all."""
        now = self._clock()
        return max(self._wait((address,), MOST_AN_ADDRESS, now), self._wait((address, name), MOST_A_NAME, now))

    def began(self, address: str, name: str) -> None:
        """Counts as failed until it has succeeded, so that many at once don't slip through."""
        for key in ((address,), (address, name)):
            self._failed.setdefault(key, []).append(self._clock())
            self._failed.move_to_end(key)
        while len(self._failed) > MOST_KEPT:
            self._failed.popitem(last=False)

    def succeeded(self, address: str, name: str) -> None:
        self._failed.pop((address, name), None)
        if at_address := self._failed.get((address,)):
            at_address.pop()

    def _wait(self, key: Key, most: int, now: int) -> int:
        recent = [at for at in self._failed.get(key, ()) if at > now - WINDOW_MS]
        if not recent:
            self._failed.pop(key, None)
            return 0
        self._failed[key] = recent
        return recent[-most] + WINDOW_MS - now if len(recent) >= most else 0
