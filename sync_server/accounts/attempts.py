"""Sign-in attempts that failed, so that nobody guesses on and on. Kept in memory: a restart forgives."""

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

WINDOW_MS = 5 * 60_000
MOST_A_NAME = 5  # failures of one name from one address within the window
MOST_AN_ADDRESS = 30  # failures from one address, whatever the names; a whole shop may share it
MOST_EVERYWHERE = 30  # failures of one name, from whatever addresses: whoever guesses may have many
MOST_KEPT = 10_000  # keys; the oldest go first

Key = tuple[str, ...]


class Attempts:
    """Called from one thread (the event loop's)."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._failed: OrderedDict[Key, list[int]] = OrderedDict()
        self._at_home: OrderedDict[Key, None] = OrderedDict()

    def wait_ms(self, address: str, name: str) -> int:
        """How long this one has to wait before the next attempt; 0 for not at all.

        Where somebody has signed in before, strangers who guess at their name do not keep them out.
        """
        now, place = self._clock(), network(address)
        waits = [self._wait((place,), MOST_AN_ADDRESS, now), self._wait((place, name), MOST_A_NAME, now)]
        if (place, name) not in self._at_home:
            waits.append(self._wait(_everywhere(name), MOST_EVERYWHERE, now))
        return max(waits)

    def began(self, address: str, name: str) -> None:
        """Counts as failed until it has succeeded, so that many at once don't slip through."""
        place = network(address)
        for key in ((place,), (place, name), _everywhere(name)):
            self._failed.setdefault(key, []).append(self._clock())
            self._failed.move_to_end(key)
        while len(self._failed) > MOST_KEPT:
            self._failed.popitem(last=False)

    def succeeded(self, address: str, name: str) -> None:
        place = network(address)
        self._failed.pop((place, name), None)
        for key in ((place,), _everywhere(name)):
            if failed := self._failed.get(key):
                failed.pop()
        self._at_home[place, name] = None
        self._at_home.move_to_end((place, name))
        while len(self._at_home) > MOST_KEPT:
            self._at_home.popitem(last=False)

    def _wait(self, key: Key, most: int, now: int) -> int:
        recent = [at for at in self._failed.get(key, ()) if at > now - WINDOW_MS]
        if not recent:
            self._failed.pop(key, None)
            return 0
        self._failed[key] = recent
        return recent[-most] + WINDOW_MS - now if len(recent) >= most else 0


def network(address: str) -> str:
    """What one person has: an IPv4 address, or the 64 bits of an IPv6 network, in which addresses cost nothing."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or found.exploded[:19])
    return str(found)


def _everywhere(name: str) -> Key:
    return ("*", name)
