"""Who is at the door: name and password to a person, with attempts limited."""

from collections.abc import Callable
from math import ceil

from litestar.concurrency import sync_to_thread

from sync_server.accounts import passwords
from sync_server.accounts.attempts import Attempts
from sync_server.accounts.people import Person, sign_in_name
from sync_server.store import Store
from sync_server.store import people as stored


class TooManyAttempts(Exception):
    def __init__(self, wait_ms: int) -> None:
        self.minutes = ceil(wait_ms / 60_000)
        super().__init__(f"Too many attempts; try again in {self.minutes} min.")


class Door:
    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._attempts = Attempts(clock)

    async def sign_in(self, name: str, password: str, address: str) -> Person | None:
        """None if name and password don't fit. Raises TooManyAttempts, without looking at the password."""
        name = sign_in_name(name)
        if wait_ms := self._attempts.wait_ms(address, name):
            raise TooManyAttempts(wait_ms)
        self._attempts.began(address, name)
        person = await sync_to_thread(self._check, name, password)
        if person:
            self._attempts.succeeded(address, name)
        return person

    def _check(self, name: str, password: str) -> Person | None:
        person = stored.find_by_name(self._store, name)
        return person if passwords.is_right(password, person.password_hash if person else None) else None
