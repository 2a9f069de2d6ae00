"""Real terminals without a window: journal, writer, exchange and HTTP, and an own record of what was pressed."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

from kiosk import enrolment
from kiosk.clock import Clock
from kiosk.drafts import Draft
from kiosk.enrolment import Identity
from kiosk.exchange import Exchange
from kiosk.transport import HttpTransport, Transport
from kiosk.writer import Writer
from survey.exchange import EnrolmentReply, Health
from sync_server.store import Store
from tests.soak import Progress

LIMIT_S = 60.0
READ_TIMEOUT_S = 2.0
PATIENCE_S = 0.1  # a failed round is followed by the next this soon: the tests are about what the rounds do
Record = list[tuple[int, int]]  # visit and value


class Terminal:
    """record: what was pressed, written down before anything else knows of it."""

    def __init__(self, folder: Path, transport: Transport, *, seed: int) -> None:
        identity = enrolment.load(folder)
        assert identity
        self.terminal_id = identity.terminal_id
        self.record: Record = []
        self._folder = folder
        self._random = Random(seed)
        self._clock = Clock()
        self._writer = Writer(folder, self._clock)
        self._news, self._is_over = threading.Event(), False
        self._asked, self._in_step = 0, threading.Condition()
        self._in_step_with = 0
        self._writer.start(when_kept=lambda draft: self._news.set(), when_not_kept=lambda reason: None)
        self._exchange = Exchange(
            folder,
            writer=self._writer,
            clock=self._clock,
            transport=transport,
            code="",
            random=Random(seed),
            health=Health,
            when_configured=lambda configuration: None,
            when_not_ready=lambda reason: None,
        )
        self._thread = threading.Thread(target=self._exchange_on, name=f"terminal {folder.name}")
        self._thread.start()

    @property
    def journals(self) -> int:
        """How many it has begun; more than one says that it forked."""
        return len([*self._folder.glob("journal-*.db"), *self._folder.glob("journal-*.closed")])

    def press(self) -> None:
        visit, value = len(self.record) + 1, self._random.randint(1, 5)
        self.record.append((visit, value))
        uptime_ms = self._clock.uptime_ms()
        press = ("box", visit)
        self._writer.append(Draft("answer", "overall", value, uptime_ms, "checkout@1", "fi", "button", visit, press))

    def wait_until_sent(self) -> None:
        """All that was pressed is kept, and the server said that it holds everything."""
        self._writer.do(lambda journal: None).result()
        with self._in_step:
            self._asked += 1
            asked = self._asked
            self._news.set()
            assert self._in_step.wait_for(lambda: self._in_step_with >= asked, LIMIT_S), self._thread.name

    def close(self) -> None:
        self._is_over = True
        self._news.set()
        self._thread.join()
        self._exchange.close()
        self._writer.stop()

    def _exchange_on(self) -> None:
        while not self._is_over:
            self._news.clear()
            asked = self._asked
            wait = self._exchange.step()
            if wait.until_news:
                with self._in_step:
                    self._in_step_with = asked
                    self._in_step.notify_all()
            self._news.wait(None if wait.until_news else min(wait.seconds, PATIENCE_S))


@contextmanager
def terminals(
    folder: Path, url: str, tokens: Sequence[EnrolmentReply], *, over: Callable[[Transport], Transport] = lambda it: it
) -> Iterator[list[Terminal]]:
    """A terminal for each token. over: what stands between each and its HTTP."""
    with ExitStack() as closing:
        made: list[Terminal] = []
        for number, enrolled in enumerate(tokens):
            own = folder / f"terminal-{number}"
            own.mkdir()
            enrolment.save(own, Identity(enrolled.token, enrolled.terminal_id, ""))
            http = HttpTransport(url, read_timeout_s=READ_TIMEOUT_S)
            closing.callback(http.close)
            made.append(Terminal(own, over(http), seed=number))
            closing.callback(made[-1].close)
        yield made


def press_for(seconds: float, those: list[Terminal], *, a_second: float) -> None:
    """Presses at all of them, one after the other, at this rate together: people, not the test, take their time."""
    pause, over = threading.Event(), time.monotonic() + seconds
    count, progress = 0, Progress()
    began = time.monotonic()
    while time.monotonic() < over:
        those[count % len(those)].press()
        count += 1
        progress.say(f"{count} presses")
        pause.wait(max(0.0, began + count / a_second - time.monotonic()))


def stored(store: Store, terminal: Terminal) -> Record:
    """Every answer of this terminal that the store holds, in the order of the visits."""
    rows = store.read(
        "SELECT a.visit, a.value FROM answers a"
        " JOIN journals j ON j.location_id = a.location_id AND j.journal_id = a.journal_id"
        " WHERE j.terminal_id = ? ORDER BY a.visit, a.value",
        (terminal.terminal_id,),
    )
    return [(visit, value) for visit, value in rows]


def counted(store: Store) -> int:
    """The same as the results see it."""
    return int(store.read("SELECT CAST(COALESCE(SUM(answers), 0) AS BIGINT) FROM rollups")[0][0])
