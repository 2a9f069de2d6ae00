"""The cast's house over real HTTP: granian serves the pages, the clock is in the test's hand."""

import asyncio
import ssl
import threading
from collections.abc import Mapping
from hashlib import sha256

import httpx
import msgspec
from litestar import Litestar

from sync_server.accounts.sessions import ONE_DAY_S, SESSION_DAYS, Session
from sync_server.changes import Changes
from sync_server.insight.chain_days import ChainDays
from sync_server.listening import Door, listen
from sync_server.mail.settings import Mail
from sync_server.reports.press import Job, Press
from sync_server.store import Store, people
from sync_server.web.app import create_app
from tests import cast

NO_MAIL = Mail()
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # it is plain HTTP; reading all of them takes 40 ms
NOON = cast.at("2026-11-21 12:00")


class BlankPress(Press):
    """Takes no time: for tests of who may have a PDF, not of what is on it."""

    def make_in_turn(self, job: Job) -> bytes:
        return b"%PDF-1.7"


class House:
    """A running server and what a test turns on it."""

    def __init__(self, store: Store, press: Press | None = None, mail: Mail = NO_MAIL) -> None:
        self.store = store
        self.now_ms = NOON
        self.changes = Changes()
        self.press = press or BlankPress()
        self.chain_days = ChainDays(store, lambda: self.now_ms)
        self.app: Litestar = create_app(
            store, lambda: self.now_ms, self.changes, chain_days=self.chain_days, press=self.press, mail=mail
        )
        self.listening = listen("127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    def client(self, name: str | None = None) -> httpx.Client:
        """A browser in which this person is signed in; nobody, for None."""
        client = httpx.Client(base_url=self.address, timeout=60, verify=NO_CERTIFICATES)
        if name:
            client.cookies.set("hymy_session", self.session_of(name))
        return client

    def session_of(self, name: str) -> str:
        session_id = f"session-of-{name}"
        people.keep_session(
            self.store,
            sha256(session_id.encode()).hexdigest(),
            msgspec.json.encode(Session.of(cast.person(name))).decode(),
            expires_at=self.now_ms + SESSION_DAYS * ONE_DAY_S * 1000,
            now_ms=self.now_ms,
            person_id=cast.person(name).person_id,
        )
        return session_id


class Served:
    """The house's application on its address, in a thread with a loop of its own."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="pages")

    def __enter__(self) -> None:
        self._thread.start()
        with self._house.client() as client:
            client.get("/sign-in")  # waits until it is served

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join(timeout=60)
        self._house.press.close()
        assert not self._thread.is_alive()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = Door(self._house.app, self._house.listening)
        self._loop.run_until_complete(self._server.serve())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


def post(
    client: httpx.Client, path: str, *, headers: Mapping[str, str] | None = None, **form: str | list[str]
) -> httpx.Response:
    """As a browser sends a form: with the mark that came with the page."""
    if "hymy_form" not in client.cookies:
        client.get("/sign-in")
    return client.post(path, data={"_csrf_token": client.cookies["hymy_form"], **form}, headers=headers)
