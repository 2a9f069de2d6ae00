"""From the writer's thread to every page that listens."""

import asyncio
import threading

import pytest

from sync_server import changes as changes_module
from sync_server.changes import Changes

LIMIT_S = 60


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


def test_what_another_process_wrote_is_heard_of_too() -> None:
    """It does not tell; the number in the store moves."""
    number = {"kamppi": 7, "vasa": 1}

    async def listen() -> tuple[list[int], bool]:
        changes = Changes(number.__getitem__)
        kamppi, vasa = changes.listen("kamppi"), changes.listen("vasa")
        heard, other = asyncio.ensure_future(anext(kamppi)), asyncio.ensure_future(anext(vasa))
        await asyncio.sleep(0)
        await changes.look()  # to be sure, each hears once as it begins
        counts = [await asyncio.wait_for(future, LIMIT_S) for future in (heard, other)]
        heard, other = asyncio.ensure_future(anext(kamppi)), asyncio.ensure_future(anext(vasa))
        await changes.look()
        number["kamppi"] = 8
        counts.append(await asyncio.wait_for(heard, LIMIT_S))
        is_other_told = other.done()
        other.cancel()
        await asyncio.gather(other, return_exceptions=True)
        await kamppi.aclose()
        await vasa.aclose()
        return counts, is_other_told

    assert asyncio.run(listen()) == ([1, 1, 2], False)


def test_a_look_that_fails_is_not_the_last_one(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(changes_module, "LOOK_EVERY_S", 0.01)
    failing = iter([True, True])

    def number(_: str) -> int:
        if next(failing, False):
            raise RuntimeError("a fault of ours")
        return 1

    async def listen() -> int:
        listening = Changes(number).listen("kamppi")
        count = await asyncio.wait_for(anext(listening), LIMIT_S)
        await listening.aclose()
        return count

    assert asyncio.run(listen()) == 1
    assert [record.exc_text is not None for record in caplog.records] == [True, True]
