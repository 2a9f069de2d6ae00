"""The simulation's own HTTP understands what servers and proxies in front of them say."""

import asyncio
from random import Random

import pytest

from hymy.simulate.client import Address, Answer, Connection
from hymy.simulate.terminal import LONGEST_BACK_OFF_S, Terminal

DATE = "Date: Wed, 21 Oct 2099 07:28:00 GMT\r\n"


def answer_of(head: str) -> Answer:
    """What is made of it, over a real connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 503 Busy\r\n{head}Content-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async def ask() -> Answer:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await Connection(Address("127.0.0.1", port, None), keep=False).post("/", b"")

    return asyncio.run(asyncio.wait_for(ask(), 10))


@pytest.mark.parametrize(
    ("head", "asked_s"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param("Retry-After: 17\r\n", 17, id="seconds"),
        pytest.param(f"{DATE}Retry-After: Wed, 21 Oct 2099 07:28:30 GMT\r\n", 30, id="a date"),
        pytest.param(
            "Retry-After: Wed, 21 Oct 2099 07:28:30 GMT\r\n", None, id="a date, and nothing to compare it with"
        ),
        pytest.param("Retry-After: soon\r\n", None, id="neither"),
    ],
)
def test_a_busy_server_says_when_to_come_back_in_seconds_or_by_a_date(head: str, asked_s: float | None) -> None:
    assert answer_of(head) == Answer(503, b"", asked_s)


@pytest.mark.parametrize(("asked_s", "waits_s"), [(17.0, 17.0), (-30.0, 0.0), (float("inf"), LONGEST_BACK_OFF_S)])
def test_a_simulated_terminal_comes_back_within_reason(asked_s: float, waits_s: float) -> None:
    terminal = Terminal(Random(1), switched_on_ms=1_800_000_000_000)

    assert terminal.turned_away(terminal.next_request(), 503, asked_s) == waits_s
