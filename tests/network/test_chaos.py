"""Several terminals and a server, joined by a network that cuts, loses, delays, repeats, crosses and lies.

What was pressed is compared with the store's own rows; no counter of the code under test is asked.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from kiosk.transport import Answer, Transport
from survey.entries import Head, chain
from survey.exchange import EnrolmentReply, EnrolmentRequest, Reply, Request, decode_request, from_columns
from sync_server.clock import now_ms
from sync_server.fleet.enrolment import enrol, make_code
from sync_server.store import Store
from tests.kiosk.a_terminal import Server
from tests.network.proxy import CHAOS, ChaosProxy
from tests.network.terminals import counted, press_for, stored, terminals
from tests.soak import long, share_of
from tests.sync_server.program import Program

SEED = 20261122
TERMINALS = 6
SECONDS, A_SECOND = 15, 60
SOAK_SECONDS, SOAK_A_SECOND = share_of(30 * 60), 280  # 500,000 answers
Over = Callable[[Transport], Transport]


@pytest.fixture
def enrolled(store: Store) -> list[EnrolmentReply]:
    codes = [make_code(store, "kamppi-checkout", now_ms()) for _ in range(TERMINALS)]
    return [enrol(store, EnrolmentRequest(code), now_ms()) for code in codes]


class Through:
    """What is left of the presses once they went through a proxy of this mischief, terminal by terminal."""

    def __init__(self, folder: Path, program: Program, store: Store, enrolled: list[EnrolmentReply]) -> None:
        self._folder, self._store, self._enrolled = folder, store, enrolled
        self._port = program.client.base_url.port or 80
        self.forks = 0

    def __call__(
        self,
        mischief: Mapping[str, float] = CHAOS,
        *,
        seconds: float = SECONDS,
        a_second: float = A_SECOND,
        over: Over = lambda it: it,
    ) -> None:
        before = counted(self._store)
        with (
            ChaosProxy(self._port, seed=SEED, mischief=mischief) as proxy,
            terminals(self._folder, proxy.url, self._enrolled, over=over) as those,
        ):
            press_for(seconds, those, a_second=a_second)
            proxy.calm()
            for terminal in those:
                terminal.wait_until_sent()
            self.pressed = [terminal.record for terminal in those]
            self.stored = [stored(self._store, terminal) for terminal in those]
            self.counted = counted(self._store) - before
            self.forks = sum(terminal.journals - 1 for terminal in those)
            self.done = proxy.done


@pytest.fixture
def through(tmp_path: Path, program: Program, store: Store, enrolled: list[EnrolmentReply]) -> Through:
    return Through(tmp_path, program, store, enrolled)


@pytest.mark.parametrize(
    ("seconds", "a_second"),
    [
        pytest.param(SECONDS, A_SECOND, id="short"),
        long(SOAK_SECONDS, SOAK_A_SECOND, timeout_s=2 * SOAK_SECONDS, id="long"),
    ],
)
def test_every_answer_counts_once_whatever_the_network_does(through: Through, seconds: int, a_second: int) -> None:
    """Rule 3.2."""
    through(seconds=seconds, a_second=a_second)

    assert through.stored == through.pressed
    assert through.counted == sum(map(len, through.pressed)) > seconds * a_second * 0.4
    assert set(through.done) == set(CHAOS)  # every kind of mischief was done
    assert through.forks == 0


def test_a_reply_meant_for_another_terminal_loses_and_doubles_nothing(through: Through) -> None:
    """Rule 3.2: it names another journal, so nothing of it is believed."""
    through({"pass_on": 30, "anothers_reply": 1}, seconds=5)

    assert through.done["anothers_reply"]
    assert through.stored == through.pressed
    assert through.counted == sum(map(len, through.pressed))
    assert through.forks == 0


class Gullible:
    """A terminal that takes any 200 as the acknowledgement of what it sent."""

    def __init__(self, real: Transport) -> None:
        self._real = real

    def post(self, path: str, body: bytes, *, token: str = "", is_gzipped: bool = False) -> Answer:
        answer = self._real.post(path, body, token=token, is_gzipped=is_gzipped)
        request = decode_request(body)
        entries = from_columns(request.batch, request.after.seq)
        head = Head(entries[-1].seq, chain(request.after.chain, entries)[-1]) if entries else request.after
        reply = Reply(request.journal, head, server_time_ms=now_ms())
        return msgspec.structs.replace(answer, body=msgspec.json.encode(reply)) if answer.status == 200 else answer


@pytest.mark.parametrize("program", ["sqlite"], indirect=True)
@pytest.mark.parametrize("lie", ["login_page", "other_json", "anothers_reply"])
def test_a_terminal_that_believes_the_status_alone_would_lose(through: Through, lie: str) -> None:
    """The negative control."""
    through({"pass_on": 10, lie: 1}, seconds=3, over=Gullible)

    assert sum(map(len, through.stored)) < sum(map(len, through.pressed))


class CredulousServer(Server):
    """A server that appends whatever comes, without a look at where it follows."""

    def take(self, request: Request) -> Reply:
        entries = from_columns(request.batch, request.after.seq)
        self.entries += entries
        links = chain(request.after.chain, entries)
        head = Head(entries[-1].seq, links[-1]) if entries else request.after
        return Reply(request.journal, head, now_ms())


def test_a_server_that_appends_what_does_not_follow_its_head_would_double(tmp_path: Path) -> None:
    """The negative control."""
    server = CredulousServer()
    enrolled = [EnrolmentReply("t0ken", "terminal-1")]
    with (
        ChaosProxy(urlsplit(server.address).port or 80, seed=SEED) as proxy,
        terminals(tmp_path, proxy.url, enrolled) as (terminal,),
    ):
        press_for(3, [terminal], a_second=A_SECOND)
        proxy.calm()
        terminal.wait_until_sent()
    server.close()

    assert len(server.values) > len(terminal.record)
