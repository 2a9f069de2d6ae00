"""The door relies on what granian keeps to itself: a granian that changes it is told of here, in words."""

import asyncio
import inspect
import socket
from collections.abc import Callable
from importlib.metadata import version

import httpx
import pytest
from granian._granian import SocketHolder
from granian.server.embed import Server
from litestar import Litestar, get

from sync_server.listening import NO_PROGRESS_S, Door, listen

LIMIT_S = 60
MEND = (
    f"granian {version('granian')} {{}}: sync_server/listening.py (Door) hands it a socket that way. Look how it comes"
    " to its socket now (server/embed.py, startup), and mend Door, or stay with the granian before (pyproject.toml)."
)


@get("/")
async def hello() -> str:
    return "hello"


@pytest.mark.parametrize(
    ("does", "not_any_more"),
    [
        pytest.param(
            lambda: "self._init_shared_socket()" in inspect.getsource(Server.startup),
            "does not call _init_shared_socket any more",
            id="calls",
        ),
        pytest.param(
            lambda: "(self._ssp, self._shd)" in inspect.getsource(Server._spawn_worker),
            "does not hand _shd to its worker any more",
            id="hands on",
        ),
        pytest.param(
            lambda: list(inspect.signature(SocketHolder).parameters) == ["fd", "uds", "backlog"],
            "makes a SocketHolder of something else",
            id="makes",
        ),
    ],
)
def test_granian_does_still_what_the_door_relies_on(does: Callable[[], bool], not_any_more: str) -> None:
    assert does(), MEND.format(not_any_more)


def test_the_door_serves_on_the_socket_that_it_was_given() -> None:
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]

    async def ask() -> str:
        door = Door(Litestar([hello]), listening)
        serving = asyncio.create_task(door.serve())
        try:
            async with httpx.AsyncClient(timeout=LIMIT_S, trust_env=False) as client:
                return (await client.get(f"http://127.0.0.1:{port}")).text
        except httpx.HTTPError:
            return "nothing"
        finally:
            door.stop()  # type: ignore[no-untyped-call]
            await asyncio.wait_for(serving, LIMIT_S)

    with listening:
        assert asyncio.run(ask()) == "hello", MEND.format("does not serve on the door's own socket")


def test_a_line_that_is_dead_is_given_up_by_the_kernel() -> None:
    """Rule 3.6: granian itself waits for ever for one who takes no bytes."""
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()) as _:
        listening.settimeout(LIMIT_S)
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == NO_PROGRESS_S
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == NO_PROGRESS_S * 1000
