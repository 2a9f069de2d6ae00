"""Who is at the door: name and password to a person, with attempts limited."""

from collections.abc import Callable

from litestar.concurrency import sync_to_thread

from sync_server.accounts import passwords
from sync_server.accounts.attempts import Attempts
from sync_server.accounts.people import Person, sign_in_name
from sync_server.store import Store
from sync_server.store import people as stored


class Door:
    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._attempts = Attempts(store, clock)

    async def sign_in(self, name: str, password: str, address: str) -> Person | None:
        """None if name and password don't fit. Raises TooManyAttempts, without looking at the password."""
        name = sign_in_name(name)
        return await sync_to_thread(self._check, name, password, address)

    def _check(self, name: str, password: str, address: str) -> Person | None:
        self._attempts.begin(address, name)
        person = stored.find_by_name(self._store, name)
        if not passwords.is_right(password, person.password_hash if person else None):
            return None
        self._attempts.succeeded(address, name)
        return person
