"""Clients that are slow, silent or hostile: none stays, none brings the server down, and the others are served."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

import httpx
import psutil
import pytest

from survey.entries import Head
from survey.exchange import PATH, EnrolmentRequest, Request, encode_request
from sync_server.clock import now_ms
from sync_server.exchange.handler import MOST_INSIDE
from sync_server.exchange.writer import RETRY_AFTER_S
from sync_server.fleet.enrolment import enrol, make_code
from sync_server.listening import MOST_CONNECTIONS
from sync_server.store import open_store
from tests.network.hostile import connection, kinds, suffer
from tests.soak import Progress, long, share_of
from tests.sync_server.program import Program

CLOSED_WITHIN_S = 45.0  # 30 s of patience, 5 s for looking, and 10 s where the computer is busy
IDLE = 3_000
PROBE_S = 0.25
QUICK_S = 10.0  # a second on a quiet computer; who is starved waits for CLOSED_WITHIN_S
MOST_GROWTH = 30_000_000  # bytes, while thousands are connected
SOAK_ROUNDS = share_of(50)  # of 35 s


class Target:
    """The server as a program, with one enrolled terminal."""

    def __init__(self, program: Program) -> None:
        self.program = program
        url = program.client.base_url
        self.host, self.port = url.host, url.port or 80
        store = open_store(program.data)
        self.token = enrol(store, EnrolmentRequest(make_code(store, "kamppi-checkout", now_ms())), now_ms()).token
        store.close()
        listening = (c.pid for c in psutil.net_connections() if c.status == "LISTEN" and c.laddr.port == self.port)
        self._process = psutil.Process(next(pid for pid in listening if pid))

    @property
    def memory(self) -> int:
        return int(self._process.memory_info().rss)

    @property
    def connections(self) -> int:
        return sum(bool(c.raddr) for c in self._process.net_connections())

    def probe(self) -> list[httpx.Response]:
        """What honest people ask, each time on a new connection."""
        request = encode_request(Request("00000000000002a", Head()))
        headers = {"Authorization": f"Bearer {self.token}"}
        base = self.program.client.base_url
        with httpx.Client(base_url=base, timeout=CLOSED_WITHIN_S) as client:
            return [client.get("/sign-in"), client.post(PATH, content=request, headers=headers)]

    @contextlib.contextmanager
    def watched(self) -> Iterator[list[httpx.Response]]:
        """Honest requests all the while, a round every PROBE_S."""
        seen: list[httpx.Response] = []
        over = threading.Event()

        def watch() -> None:
            while not over.wait(PROBE_S):
                seen.extend(self.probe())

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield seen
        finally:
            over.set()
            thread.join()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    program = Program(tmp_path_factory.mktemp("server"))
    target = Target(program)
    target.probe()
    program.client.close()
    yield target
    program.stop()


async def all_kinds(target: Target) -> dict[str, tuple[float, bytes]]:
    those = kinds(target.token)
    ended = [suffer(target.host, target.port, worst, limit_s=CLOSED_WITHIN_S) for worst in those.values()]
    return dict(zip(those, await asyncio.gather(*ended), strict=True))


@pytest.mark.parametrize("rounds", [1, long(SOAK_ROUNDS, timeout_s=2 * SOAK_ROUNDS * CLOSED_WITHIN_S)])
def test_no_connection_outlives_its_patience_whatever_comes_over_it(target: Target, rounds: int) -> None:
    """Rule 3.6."""
    before, progress = target.memory, Progress()
    for done in range(rounds):
        progress.say(f"{done} of {rounds} rounds")
        with target.watched() as seen:
            ended = asyncio.run(all_kinds(target))

        assert [kind for kind, (seconds, _) in ended.items() if seconds >= CLOSED_WITHIN_S] == []
        assert [kind for kind, (_, said) in ended.items() if b"HTTP/1.1 5" in said] == []
        assert {response.status_code for response in seen} == {200}
        assert max(response.elapsed.total_seconds() for response in seen) < QUICK_S
    assert target.connections == 0
    assert target.memory - before < MOST_GROWTH


def test_thousands_of_silent_connections_keep_nobody_out(target: Target) -> None:
    """Rule 3.7."""
    assert MOST_CONNECTIONS > IDLE
    before = target.memory

    with target.watched() as seen:
        waits = asyncio.run(silent(target, IDLE))

    assert max(waits) < CLOSED_WITHIN_S
    assert {response.status_code for response in seen} == {200}
    assert max(response.elapsed.total_seconds() for response in seen) < QUICK_S
    assert target.memory - before < MOST_GROWTH


async def silent(target: Target, count: int) -> list[float]:
    """So many connections that say nothing: after how many seconds each was ended."""

    async def one() -> float:
        clock = asyncio.get_running_loop().time
        async with connection(target.host, target.port) as (reader, _):
            began = clock()
            with contextlib.suppress(TimeoutError, ConnectionError):
                await asyncio.wait_for(reader.read(), CLOSED_WITHIN_S)
            return clock() - began

    return await asyncio.gather(*(one() for _ in range(count)))


def test_with_a_full_house_the_next_is_turned_away_at_once_and_pages_are_served(target: Target) -> None:
    """Rule 3.7."""
    answers = asyncio.run(full_house(target, MOST_INSIDE))

    page, away = answers
    assert page.status_code == 200
    assert (away.status_code, away.json()["error"]) == (503, "server.busy")
    assert int(away.headers["retry-after"]) >= RETRY_AFTER_S
    assert max(answer.elapsed.total_seconds() for answer in answers) < QUICK_S
    assert {answer.status_code for answer in target.probe()} == {200}


async def full_house(target: Target, count: int) -> list[httpx.Response]:
    """What honest ones are told while so many exchanges wait for the rest of their bodies."""
    head = b"POST /api/exchange HTTP/1.1\r\nHost: hymy\r\nContent-Length: 9\r\nAuthorization: Bearer "
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(count):
            _, writer = await stack.enter_async_context(connection(target.host, target.port))
            writer.write(head + target.token.encode() + b"\r\n\r\n")
        async with asyncio.timeout(QUICK_S):  # until the last of them is in
            while (answers := await asyncio.to_thread(target.probe))[1].status_code == 200:
                pass
        return answers
