"""Sign-in attempts that failed, so that nobody guesses on and on; in the store, for all processes of a server together.

What is kept are hashes: somebody may have typed a password where the name goes.
"""

from collections.abc import Callable
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from math import ceil

from sync_server.store import Store, people
from sync_server.store import attempts as stored

WINDOW_MS = 5 * 60_000  # from the first failure on
MOST_A_NAME = 5  # failures of one name from one address within the window
MOST_AN_ADDRESS = 30  # failures from one address, whatever the names; a whole shop may share it
MOST_EVERYWHERE = 30  # failures of one name, from whatever addresses: whoever guesses may have many


class TooManyAttempts(Exception):
    def __init__(self, wait_ms: int) -> None:
        self.wait_ms = wait_ms
        self.minutes = ceil(wait_ms / 60_000)
        super().__init__(f"Too many attempts; try again in {self.minutes} min.")


class Attempts:
    """Called from threads: it may have to wait for the store."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store, self._clock = store, clock
        self._secret = people.secret_for(store, "attempts")

    def begin(self, address: str, name: str) -> None:
        """Counts as failed until it has succeeded, so that many at once don't slip through.

        Where somebody has signed in before, strangers who guess at their name do not keep them out.
        Raises TooManyAttempts, and does not count then: whoever has to wait makes nobody else wait.
        """
        now = self._clock()
        at_place, here, everywhere = self._keys(address, name)
        limits = {at_place: MOST_AN_ADDRESS, here: MOST_A_NAME, everywhere: MOST_EVERYWHERE}
        with self._store.write() as transaction:
            is_home = stored.is_home(transaction, here)
            waits = [0]
            for key, most in sorted(limits.items()):  # in one order, so that two never wait crosswise
                failed, since = stored.count_failed(transaction, key, now, after_ms=now - WINDOW_MS)
                if failed > most and not (is_home and key == everywhere):
                    waits.append(since + WINDOW_MS - now)
            if wait_ms := max(waits):
                raise TooManyAttempts(wait_ms)

    def succeeded(self, address: str, name: str) -> None:
        at_place, here, everywhere = self._keys(address, name)
        with self._store.write() as transaction:
            for key in sorted((at_place, here, everywhere)):
                if key == here:
                    stored.forget(transaction, key)
                else:
                    stored.take_back(transaction, key)
            stored.put_home(transaction, here, self._clock())

    def _keys(self, address: str, name: str) -> tuple[str, str, str]:
        """Of the address, of the name from there, and of the name from everywhere."""
        place = network(address)
        return self._key("place", place), self._key("here", place, name), self._key("name", name)

    def _key(self, *parts: str) -> str:
        return sha256("\n".join((self._secret, *parts)).encode()).hexdigest()


def network(address: str) -> str:
    """What one person has: an IPv4 address, or the 64 bits of an IPv6 network, in which addresses cost nothing."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or found.exploded[:19])
    return str(found)
