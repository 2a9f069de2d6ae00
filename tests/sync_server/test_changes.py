"""From the writer's thread to every page that listens."""

import asyncio
import threading

from sync_server.changes import Changes

LIMIT_S = 5


def test_a_listener_hears_of_its_own_location_alone() -> None:
    async def listen() -> list[int]:
        changes = Changes()
        kamppi, vasa = changes.listen("kamppi"), changes.listen("vasa")
        first, other = asyncio.ensure_future(anext(kamppi)), asyncio.ensure_future(anext(vasa))
        await asyncio.sleep(0)
        threading.Thread(target=changes.tell, args=({"kamppi"},)).start()
        heard = [await asyncio.wait_for(first, LIMIT_S)]
        assert not other.done()
        other.cancel()
        await asyncio.gather(other, return_exceptions=True)
        await kamppi.aclose()
        await vasa.aclose()
        return heard

    assert asyncio.run(listen()) == [1]


def test_what_comes_while_a_page_is_drawn_is_heard_of_once() -> None:
    async def listen() -> list[int]:
        changes = Changes()
        listening = changes.listen("kamppi")
        first = asyncio.ensure_future(anext(listening))
        await asyncio.sleep(0)
        changes.tell(["kamppi"])
        heard = [await asyncio.wait_for(first, LIMIT_S)]
        for _ in range(50):
            changes.tell(["kamppi"])
        heard.append(await asyncio.wait_for(anext(listening), LIMIT_S))
        await listening.aclose()
        return heard

    assert asyncio.run(listen()) == [1, 2]


def test_nobody_listens_and_nothing_happens() -> None:
    Changes().tell({"kamppi"})
