"""A body that stalls is told so, and holds nobody up; the time limit is handed in."""

import asyncio
import threading
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest
from litestar import Litestar

from survey.exchange import PATH, ErrorReply, encode_request
from sync_server.changes import Changes
from sync_server.exchange.handler import TerminalRequests
from sync_server.exchange.writer import Writer
from sync_server.fleet.surveys import Configurations
from tests.sync_server.exchange.shop import NOW, Journal, Shop


@pytest.mark.parametrize("path", [PATH, "/api/enrol"])
def test_a_body_that_stalls_is_told_to_be_too_slow(shop: Shop, path: str) -> None:
    """Rule 3.6."""
    writer = Writer(shop.store, ask=shop.ask, clock=lambda: NOW, changes=Changes())
    app = requests_to(shop, writer, body_timeout_s=0.01)

    response = asyncio.run(post_and_stall(app, path, token=shop.token("kamppi-checkout")))
    writer.stop()

    reply = msgspec.json.decode(response.content, type=ErrorReply)
    assert (response.status_code, reply.error) == (408, "exchange.too_slow")
    assert (reply.message, reply.hint) == ("The body did not come within 0.01 s.", "Send smaller batches.")


def test_who_is_not_known_is_refused_before_the_body_is_waited_for(shop: Shop) -> None:
    """Rule 3.6."""
    writer = Writer(shop.store, ask=shop.ask, clock=lambda: NOW, changes=Changes())
    app = requests_to(shop, writer)

    response = asyncio.run(post_and_stall(app, PATH, token="stranger"))
    writer.stop()

    assert response.status_code == 401


def test_an_exchange_is_served_while_all_threads_of_the_pages_wait(shop: Shop, journal: Journal) -> None:
    """Rule 3.7."""
    writer = Writer(shop.store, ask=shop.ask, clock=lambda: NOW, changes=Changes())
    app = requests_to(shop, writer)
    body = encode_request(journal.write(5).request())
    over = threading.Event()

    async def exchange() -> httpx.Response:
        waiting = [asyncio.get_running_loop().run_in_executor(None, over.wait, 60) for _ in range(64)]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
            headers = {"Authorization": f"Bearer {shop.token('kamppi-checkout')}"}
            try:
                return await asyncio.wait_for(client.post(PATH, content=body, headers=headers), timeout=10)
            finally:
                over.set()
                await asyncio.gather(*waiting)

    response = asyncio.run(exchange())
    writer.stop()

    assert response.status_code == 200


def requests_to(shop: Shop, writer: Writer, **limits: float) -> TerminalRequests:
    configurations = Configurations(shop.store, lambda: NOW)
    return TerminalRequests(
        Litestar(), store=shop.store, writer=writer, configurations=configurations, clock=lambda: NOW, **limits
    )


async def post_and_stall(app: TerminalRequests, path: str, *, token: str) -> httpx.Response:
    async def beginning() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        headers = {"Authorization": f"Bearer {token}"}
        return await asyncio.wait_for(client.post(path, content=beginning(), headers=headers), timeout=60)
