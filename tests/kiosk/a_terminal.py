"""What the terminal's tests share: a survey, a clock that is handed in, and a server that answers as it is told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from kiosk.clock import Clock
from kiosk.drafts import Draft
from kiosk.exchange import AT_ONCE, Exchange, Wait
from kiosk.journal import Records
from kiosk.transport import HttpTransport
from kiosk.views import NotReady
from kiosk.writer import Writer
from survey.entries import START, Context, Entry, Head, chain
from survey.exchange import (
    Configuration,
    EnrolmentReply,
    ErrorReply,
    Health,
    Reply,
    Request,
    Standing,
    decode_request,
    from_columns,
)
from survey.questions import Choice, FollowUp, Kind, Question, Survey

LIMIT_S = 60  # nothing that a test waits for takes longer

HOW_WAS_IT = Question("overall", Kind.SMILEY5, {"fi": "Miten meni?", "en": "How was it?"})
WHY = Question(
    "why",
    Kind.MULTIPLE,
    {"fi": "Miksi?", "en": "Why?"},
    (Choice("queue", {"fi": "Jono", "en": "Queue"}), Choice("price", {"fi": "Hinta", "en": "Price"})),
)
WORDS = Question("words", Kind.TEXT, {"fi": "Kerro lisää", "en": "Tell us more"})
SURVEY = Survey(
    "shop",
    1,
    ("fi", "en"),
    (HOW_WAS_IT, WHY, WORDS),
    (FollowUp("overall", "why", (1, 2)), FollowUp("why", "words", (3,))),
)
CONFIGURATION = Configuration("c1", "Kamppi door", "Kamppi", "Checkout", "Europe/Helsinki", SURVEY)
FORGOTTEN = Entry(0, 0, 0, "forgotten", Context("event", "forgotten", "", "", "", 0, 0))


def answer(value: int, *, visit: int = 1, press: tuple[str, int] | None = None) -> Draft:
    return Draft("answer", "overall", value, 1000 * visit, "shop@1", "fi", "touch", visit, press)


class HandClock:
    """A computer whose clocks stand where they are put."""

    def __init__(self, *, wall_ms: int = 1_800_000_000_000, uptime_ms: int = 60_000, boot_id: str = "boot-a") -> None:
        self.wall_ms, self.uptime_ms, self.boot_id, self.is_synchronized = wall_ms, uptime_ms, boot_id, False
        self.clock = Clock(
            wall_ms=lambda: self.wall_ms,
            uptime_ms=lambda: self.uptime_ms,
            boot_id=lambda: self.boot_id,
            is_synchronized=lambda: self.is_synchronized,
        )

    def pass_ms(self, ms: int) -> None:
        self.wall_ms += ms
        self.uptime_ms += ms


class Kept:
    """What the writer told, to wait for."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.faults: list[str] = []
        self._changed = threading.Condition()

    def when_kept(self, draft: Draft) -> None:
        with self._changed:
            self.drafts.append(draft)
            self._changed.notify_all()

    def when_not_kept(self, reason: str) -> None:
        with self._changed:
            self.faults.append(reason)
            self._changed.notify_all()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, LIMIT_S)

    def wait_for(self, draft: Draft) -> None:
        self.wait_until(lambda: draft in self.drafts)


@contextmanager
def a_writer(
    folder: Path, hand: HandClock | None = None, *, retry_s: float = 0.02, ballast_bytes: int = 0
) -> Iterator[tuple[Writer, Kept]]:
    kept = Kept()
    writer = Writer(folder, (hand or HandClock()).clock, retry_s=retry_s, ballast_bytes=ballast_bytes)
    writer.start(when_kept=kept.when_kept, when_not_kept=kept.when_not_kept)
    try:
        yield writer, kept
    finally:
        writer.stop()


def keep(writer: Writer, kept: Kept, *drafts: Draft) -> None:
    for draft in drafts:
        writer.append(draft)
    kept.wait_until(lambda: all(draft in kept.drafts for draft in drafts))


Script = Callable[["Server", Request], Any]


class Server:
    """Answers each exchange by the next step of its script, or honestly when there is none.

    It holds several journals; entries and chains are those of the one that came last.
    A step returns (status, body, headers), or None to cut the connection without a reply.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.chains: list[int] = []
        self.journal = ""
        self.others: dict[str, tuple[list[Entry], list[int]]] = {}  # by name: entries and chains
        self.missing: dict[str, list[tuple[int, int]]] = {}  # by journal, as in the reply
        self.proofs: dict[tuple[str, int], int] = {}  # chain of a missing range's last entry
        self.handed_over: list[Any] = []
        self.may_forget: dict[str, Head] = {}
        self.commands: list[str] = []
        self.requests: list[Request] = []
        self.tokens: list[str] = []
        self.script: list[Script] = []
        self.enrolments: list[bytes] = []
        self.enrolment_answer: tuple[int, Any] = (200, EnrolmentReply("t0ken", "terminal-1"))
        self.configuration: Configuration | None = None
        self.has_date = True
        self.time_ms = 1_800_000_000_000
        self.changed = threading.Condition()
        self._http = _Http(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def head(self) -> Head:
        return Head(len(self.entries), self.chains[-1] if self.chains else START)

    @property
    def values(self) -> list[Any]:
        return [entry.value for entry in self.entries if entry.context.kind == "answer"]

    def take(self, request: Request) -> Reply:
        self._turn_to(request)
        self._take_missing(request)
        if request.gap_after == self.head:
            self.missing.setdefault(self.journal, []).append((self.head.seq + 1, request.after.seq))
            count = request.after.seq - self.head.seq
            self.entries += [FORGOTTEN] * count
            self.chains += [*[START] * (count - 1), request.after.chain]
        if request.after == self.head:
            entries = from_columns(request.batch, request.after.seq)
            self.entries += entries
            self.chains += chain(self.head.chain, entries)
        newer = (
            self.configuration if self.configuration and self.configuration.version != request.configuration else None
        )
        return Reply(
            request.journal,
            self.head,
            self.time_ms,
            known=[request.after] if request.after.chain in self.chains[:-1] else [],
            missing=self.missing.get(self.journal, []),
            may_forget=self.may_forget.get(self.journal),
            configuration=newer,
            commands=self.commands,
            closed=[self._standing(closed.journal) for closed in request.closed],
        )

    def _standing(self, journal: str) -> Standing:
        chains = self.others.get(journal, ([], []))[1]
        head = Head(len(chains), chains[-1] if chains else START)
        return Standing(journal, head, self.missing.get(journal, []), self.may_forget.get(journal))

    def _take_missing(self, request: Request) -> None:
        """What is handed over, if it ends with the last entry of a range and chains on to what follows."""
        after, came = request.after, from_columns(request.batch, request.after.seq)
        for first, last in list(self.missing.get(self.journal, [])):
            if came and first <= came[0].seq and came[-1].seq == last:
                links = chain(after.chain, came)
                if links[-1] == self.proofs.get((self.journal, last)):
                    self.handed_over += [entry.value for entry in came]
                    self.missing[self.journal].remove((first, last))
                    if first < came[0].seq:
                        self.missing[self.journal].append((first, after.seq))
                        self.proofs[self.journal, after.seq] = after.chain

    def _turn_to(self, request: Request) -> None:
        if request.journal != self.journal:
            self.others[self.journal] = self.entries, self.chains
            self.journal = request.journal
            self.entries, self.chains = self.others.pop(request.journal, ([], []))

    def restore(self, seq: int) -> None:
        """As if restored from a backup that was taken when the head was at seq."""
        del self.entries[seq:], self.chains[seq:]

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


def honest(server: Server, request: Request) -> Any:
    return 200, server.take(request), {}


def status(code: int, **headers: str) -> Script:
    return lambda server, request: (code, ErrorReply("e", "m"), {k.replace("_", "-"): v for k, v in headers.items()})


def lost_reply(server: Server, request: Request) -> Any:
    server.take(request)


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A terminal that was killed leaves a broken connection; that is no news."""


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with server.changed:
                result = self._exchange(body) if self.path == "/api/exchange" else self._enrol(body)
                server.changed.notify_all()
            if result is None:
                self.close_connection = True
                return
            code, content, headers = result
            self._reply(code, content if isinstance(content, bytes) else msgspec.json.encode(content), headers)

        def _exchange(self, body: bytes) -> Any:
            request = decode_request(body)
            server.requests.append(request)
            server.tokens.append(self.headers["Authorization"])
            step = server.script.pop(0) if server.script else honest
            return step(server, request)

        def _enrol(self, body: bytes) -> Any:
            server.enrolments.append(body)
            return *server.enrolment_answer, {}

        def _reply(self, code: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response_only(code)
            if server.has_date:
                self.send_header("Date", self.date_time_string())
            self.send_header("Content-Length", str(len(content)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


class Told:
    """What the exchange told the terminal."""

    def __init__(self) -> None:
        self.configurations: list[Configuration] = []
        self.excuses: list[NotReady] = []


def an_exchange(folder: Path, writer: Writer, hand: HandClock, server: str, **other: Any) -> tuple[Exchange, Told]:
    told = Told()
    exchange = Exchange(
        folder,
        writer=writer,
        clock=hand.clock,
        transport=other.pop("transport", None) or HttpTransport(server),
        code=other.pop("code", "CODE-1"),
        random=Random(1),
        health=other.pop("health", Health),
        when_configured=told.configurations.append,
        when_not_ready=told.excuses.append,
    )
    return exchange, told


class Running:
    """An enrolled exchange with its journal; the server knows its boot's time."""

    def __init__(self, folder: Path, writer: Writer, kept: Kept, hand: HandClock, server: Server) -> None:
        self.folder, self.writer, self.kept, self.hand, self.server = folder, writer, kept, hand, server
        self.visits = 0
        self.exchange, self.told = an_exchange(folder, writer, hand, server.address)

    def settle(self) -> Wait:
        """Steps until there is nothing more to do at once."""
        for _ in range(20):
            wait = self.exchange.step()
            if wait != AT_ONCE:
                return wait
        raise AssertionError("the exchange never rests")

    def answers(self, *values: int) -> None:
        drafts = [answer(value, visit=self.visits + number) for number, value in enumerate(values, 1)]
        self.visits += len(values)
        keep(self.writer, self.kept, *drafts)

    @property
    def records(self) -> Records:
        return self.exchange._records

    def forget_below(self, seq: int) -> None:
        """As if every backup held what lies below, and it were old."""
        self.writer.do(lambda journal: journal.set_may_forget(seq)).result()
        self.writer.do(lambda journal: journal.forget({})).result()

    def wait_for_event(self, about: str) -> None:
        self.kept.wait_until(lambda: any(draft.about == about for draft in self.kept.drafts))

    def restart(self, **other: Any) -> None:
        self.exchange.close()
        self.exchange, self.told = an_exchange(self.folder, self.writer, self.hand, self.server.address, **other)


@contextmanager
def running(folder: Path, hand: HandClock, server: Server, *before: Draft) -> Iterator[Running]:
    """It has not said anything yet. before: what it holds already."""
    with a_writer(folder, hand) as (writer, kept):
        keep(writer, kept, *before)
        terminal = Running(folder, writer, kept, hand, server)
        yield terminal
        terminal.exchange.close()
