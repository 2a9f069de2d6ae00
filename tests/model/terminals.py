"""The terminals of the model: the real exchange, journal and writer on a card that is a folder in memory.

Only the writer's thread is left out: whoever asks it for something carries it out.
"""

import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

import msgspec

from kiosk.clock import Clock
from kiosk.drafts import Draft, event
from kiosk.errors import TooSlow, Unreachable
from kiosk.exchange import AT_ONCE, Exchange, Wait
from kiosk.forgetting import forget_old
from kiosk.journal import Journal
from kiosk.journal.files import CLOSED, NAME
from kiosk.transport import Answer
from kiosk.writer import Writer
from survey.exchange import PATH, Health
from tests.model.server import Server

T = TypeVar("T")
MOST_REQUESTS = 40


class InlineWriter(Writer):
    """The real writer without its thread."""

    _is_turning = True  # until start()

    def start(self, *, when_kept: Callable[[Draft], None], **_: object) -> None:
        self._when_kept = when_kept
        self._is_turning = False
        self._turn()

    def append(self, draft: Draft) -> None:
        super().append(draft)
        self._turn()

    def do(self, job: Callable[[Journal], T]) -> "Future[T]":
        done = super().do(job)
        self._turn()
        return done

    def stop(self) -> None:
        self._close()
        if self._lock:
            self._lock.close()

    def _turn(self) -> None:
        if self._is_turning:
            return
        self._is_turning = True
        while not self._queue.empty():
            jobs = self._take(0)
            self._try(self._keep)
            for job in jobs:
                job()
        assert not self._fault
        self._is_turning = False


class Held(NamedTuple):
    """An answer on a card. newest: the last seq of its journal there."""

    press: int
    journal: str
    seq: int
    newest: int
    is_closed: bool


class Card:
    """What can be copied at any instant, and put back and destroyed while nobody has it open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def copy_to(self, folder: Path) -> "Card":
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("*-shm"))
        return Card(folder)

    def wipe(self) -> None:
        shutil.rmtree(self.folder)
        self.folder.mkdir()

    def held(self) -> Iterator[Held]:
        """Read from the files themselves, open journals and closed ones."""
        for path in sorted(self.folder.glob("journal-*.db")):
            with closing(sqlite3.connect(path)) as connection:
                (name, base) = connection.execute("SELECT journal, base_seq FROM state").fetchone()
                newest = connection.execute("SELECT max(seq) FROM entries").fetchone()[0] or base
                rows = connection.execute(
                    "SELECT visit, seq FROM entries JOIN contexts ON id = context WHERE kind = 'answer'"
                )
                for press, seq in rows:
                    yield Held(press, name, seq, newest, path.name.endswith(CLOSED))

    def presses(self) -> set[int]:
        return {held.press for held in self.held()}

    def journals(self) -> set[str]:
        return {path.name[len(NAME) :].partition(".")[0] for path in self.folder.glob(f"{NAME}*.db")}


class Line:
    """From one terminal to the server. fault: what happens to the next request.

    posted: the newest requests of all. heard: how often the server had been restored when the last reply came.
    """

    def __init__(self, server: Server, posted: list[tuple[str, bytes]]) -> None:
        self._server, self._posted = server, posted
        self.fault = ""
        self.heard = 0

    def post(self, path: str, body: bytes, *, token: str = "", is_gzipped: bool = False) -> Answer:
        fault, self.fault = self.fault, ""
        if fault == "request lost":
            raise Unreachable("The request was lost.")
        if fault == "login page":
            return Answer(200, b"<html>Welcome to our Wi-Fi</html>")
        if fault == "busy":
            return Answer(503, b"", 15.0)
        if fault == "too large":
            return Answer(413, b"")
        answer = self._server.post(path, body, token)
        if path == PATH:
            self._posted.append((token, body))
            del self._posted[:-MOST_REQUESTS]
        if fault == "reply lost":
            raise TooSlow("The reply was lost.")
        self.heard = self._server.restores
        return answer


class Terminal:
    """code: in its settings. wall_error_ms: how far its wall clock is off."""

    def __init__(
        self,
        name: str,
        card: Card,
        line: Line,
        *,
        now_ms: Callable[[], int],
        when_thanked: Callable[[int], None],
        code: str = "",
    ) -> None:
        self.name, self.card, self.code = name, card, code
        self.line, self._now_ms, self._when_thanked = line, now_ms, when_thanked
        self.wall_error_ms = 0
        self.batch_size = 0  # 0: as the exchange has it
        self.switch_on()

    def switch_on(self) -> None:
        booted_at_ms, boot_id = self._now_ms() - 1000, secrets.token_hex(4)
        self.clock = Clock(
            wall_ms=lambda: self._now_ms() + self.wall_error_ms,
            uptime_ms=lambda: self._now_ms() - booted_at_ms,
            boot_id=lambda: boot_id,
            is_synchronized=lambda: False,
        )
        self.writer = InlineWriter(self.card.folder, self.clock)
        self.writer.start(when_kept=self._kept)
        self.start_exchange()

    def start_exchange(self) -> None:
        self.exchange = Exchange(
            self.card.folder,
            writer=self.writer,
            clock=self.clock,
            transport=self.line,
            code=self.code,
            random=Random(1),
            health=Health,
            when_configured=lambda configuration: None,
            when_not_ready=lambda view: None,
        )

    def switch_off(self) -> None:
        self.exchange.close()
        self.writer.stop()

    @contextmanager
    def off(self) -> Iterator[None]:
        """The card can be taken out."""
        self.switch_off()
        yield
        self.switch_on()

    def give_code(self, code: str) -> None:
        """A new one in its settings, and a restart of the program."""
        self.exchange.close()
        self.code = code
        self.start_exchange()

    @property
    def is_configured(self) -> bool:
        """Else it asks nothing."""
        return bool(self.exchange._configuring.version)

    @property
    def is_refused(self) -> bool:
        """Token or code: a person has to give it another code."""
        return self.exchange._standing == "refused"

    @property
    def terminal_id(self) -> str:
        return self.exchange._identity.terminal_id if self.exchange._identity else ""

    def press(self, number: int, value: int | str, question: str) -> None:
        """Every third one by a button, of somebody who listens: its other presses are events between the answers."""
        draft = Draft("answer", question, value, self.clock.uptime_ms(), "shop@1", "fi", "touch", number)
        if number % 3 == 0:
            self.writer.append(event("heard", question, draft.uptime_ms, visit=number))
            self.writer.append(event("pressed_while_heard", 5, draft.uptime_ms, visit=number))
            draft = msgspec.structs.replace(draft, source="box:7c9e/1")
        self.writer.append(draft)

    def step(self) -> Wait:
        if self.batch_size:
            self.exchange._patience.size = self.batch_size
        return self.exchange.step()

    def settle(self, most: int) -> int:
        """Until there is nothing to do at once. Returns the number of steps; most: bound."""
        for steps in range(1, most + 1):
            if self.step() != AT_ONCE:
                return steps
        raise AssertionError(f"{self.name} never rests")

    def tidy(self) -> None:
        forget_old(self.writer, self.clock)

    def _kept(self, draft: Draft) -> None:
        if draft.kind == "answer":
            self._when_thanked(draft.visit)
