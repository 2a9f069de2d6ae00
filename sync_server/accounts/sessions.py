"""Sessions, kept in the store under a hash of their id: who reads the file cannot sign in with what stands in it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.middleware.session.server_side import ServerSideSessionBackend, ServerSideSessionConfig
from litestar.stores.base import Store as KeyValueStore
from litestar.types import Empty, Message, ScopeSession

from sync_server.accounts.people import Person
from sync_server.errors import StoreAway
from sync_server.store import Store
from sync_server.store import people as stored

SESSION_DAYS = 14
ONE_DAY_S = 86_400
SEEN_EVERY_MS = 3_600_000  # a page view costs no write, but for one an hour


class Session(msgspec.Struct, frozen=True):
    """What a session holds. password: a mark of the password of then; a new password ends the session.

    browser: in words, empty where it is not known.
    """

    person_id: str
    password: str
    begun_at: int = 0
    browser: str = ""

    @classmethod
    def of(cls, person: Person, begun_at: int = 0, browser: str = "") -> "Session":
        return cls(person.person_id, sha256(person.password_hash.encode()).hexdigest()[:16], begun_at, browser)


class OwnSession(NamedTuple):
    """As its owner sees it. session_hash: by which it is ended. seen_at: to the hour."""

    session_hash: str
    begun_at: int
    seen_at: int
    browser: str
    is_this: bool


def who(store: Store, content: dict[str, Any]) -> Person | None:
    """The person behind a session, unless they have ended or have a new password since."""
    session = msgspec.convert(content, Session)
    person = stored.find_person(store, session.person_id)
    return person if person and Session.of(person).password == session.password else None


def own_sessions(store: Store, person: Person, session_id: str, now_ms: int) -> list[OwnSession]:
    """All that the person is signed in with, this one first."""
    own = []
    for row in stored.sessions_of(store, person.person_id, now_ms):
        session = msgspec.json.decode(row.content, type=Session)
        is_this = row.session_hash == hash_of(session_id)
        own.append(OwnSession(row.session_hash, session.begun_at, row.seen_at, session.browser, is_this))
    return sorted(own, key=lambda session: not session.is_this)


class StoredSessions(KeyValueStore):
    """Litestar's key-value interface over the table of sessions.

    In threads: where the store lets somebody wait, nobody else waits for them.
    """

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock

    async def set(self, key: str, value: str | bytes, expires_in: int | timedelta | None = None) -> None:
        content = value if isinstance(value, str) else value.decode()
        seconds = expires_in.total_seconds() if isinstance(expires_in, timedelta) else expires_in
        now = self._clock()
        expires_at = now + int((seconds or SESSION_DAYS * ONE_DAY_S) * 1000)
        person_id = msgspec.json.decode(content, type=Session).person_id
        await sync_to_thread(
            stored.keep_session, self._store, hash_of(key), content, expires_at, now, person_id=person_id
        )

    async def get(self, key: str, renew_for: int | timedelta | None = None) -> bytes | None:
        now = self._clock()
        session = await sync_to_thread(stored.find_session, self._store, hash_of(key), now)
        if session is None:
            return None
        if now >= session.seen_at + SEEN_EVERY_MS:
            with suppress(StoreAway):  # a page can be read all the same
                await sync_to_thread(stored.touch_session, self._store, session, now)
        return session.content.encode()

    async def delete(self, key: str) -> None:
        await sync_to_thread(stored.end_session, self._store, hash_of(key))

    async def delete_all(self) -> None:
        await sync_to_thread(stored.end_all_sessions, self._store)

    async def exists(self, key: str) -> bool:
        return await self.get(key) is not None

    async def expires_in(self, key: str) -> int | None:
        now = self._clock()
        session = await sync_to_thread(stored.find_session, self._store, hash_of(key), now)
        return (session.expires_at - now) // 1000 if session else None


class SessionsOfSignedIn(ServerSideSessionBackend):
    """Writes only where somebody signs in or out, and gives a new id at each sign-in.

    So a page view costs no write, a stranger leaves nothing behind, and an id planted in a browser is worth nothing.
    """

    async def store_in_message(
        self, scope_session: ScopeSession, message: Message, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> None:
        has_cookie = self.config.key in connection.cookies
        if scope_session is Empty:
            if has_cookie:
                await super().store_in_message(scope_session, message, connection)
        elif scope_session and scope_session is not connection.scope["state"].get("loaded_session"):
            if has_cookie:
                await self.delete(connection.cookies[self.config.key], self.config.get_store_from_app(connection.app))
            await super().store_in_message(scope_session, message, connection)

    async def load_from_connection(self, connection: ASGIConnection[Any, Any, Any, Any]) -> dict[str, Any]:
        session = await super().load_from_connection(connection)
        connection.scope["state"]["loaded_session"] = session
        return session

    def get_session_id(self, connection: ASGIConnection[Any, Any, Any, Any]) -> str:
        """Of the session that was loaded, or a new one."""
        session = connection.scope.get("session")
        if session is Empty or session is connection.scope["state"].get("loaded_session"):
            return super().get_session_id(connection)
        return self.generate_session_id()


@dataclass
class SessionsConfig(ServerSideSessionConfig):
    _backend_class = SessionsOfSignedIn

    key: str = "hymy_session"
    max_age: int = SESSION_DAYS * ONE_DAY_S


def hash_of(session_id: str) -> str:
    return sha256(session_id.encode()).hexdigest()
