"""Exports: what somebody may see, as a file. A process of its own makes it, while it is being sent."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from litestar import get
from litestar.datastructures import State
from litestar.params import FromQuery
from litestar.response import Stream, Template

from survey.opening_hours import local_date
from sync_server.errors import Busy, NotFound, ServerError
from sync_server.exports.files import FILES
from sync_server.results.periods import Period
from sync_server.store import Store, audit
from sync_server.store.places import LocationRow
from sync_server.texts.say import say_in
from sync_server.web.asked_period import AskedPeriod, asked_period
from sync_server.web.guards import for_acting
from sync_server.web.page import PersonRequest, nothing_to_see, page, page_at, visible_locations

AT_ONCE = 2
BLOCK = 1 << 16
MEDIA = {
    "csv": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}

log = logging.getLogger(__name__)

_running: set[asyncio.subprocess.Process] = set()


@page_at("/exports", guards=[for_acting])
def show(
    request: PersonRequest, state: State, first: FromQuery[str] = "", last: FromQuery[str] = "", at: FromQuery[str] = ""
) -> Template:
    locations = visible_locations(state.store, request.user)
    if not locations:
        return nothing_to_see(request)
    return _page(request, locations, _asked(request, state, locations, first, last), at=at)


def _page(request: PersonRequest, locations: Sequence[LocationRow], asked: AskedPeriod, **chosen: str) -> Template:
    return page(
        request,
        "exports.html",
        status_code=asked.status_code,
        section="exports",
        locations_here=locations,
        asked_period=asked,
        period_address=lambda **dates: "/exports?" + urlencode({"at": chosen.get("at", "")} | dates),
        **{"content": "", "form": ""} | chosen,
    )


@get("/exports/file", guards=[for_acting], include_in_schema=False)
async def download(
    request: PersonRequest,
    state: State,
    content: FromQuery[Literal["answers", "figures"]] = "answers",
    form: FromQuery[Literal["csv", "xlsx", "parquet"]] = "csv",
    first: FromQuery[str] = "",
    last: FromQuery[str] = "",
    at: FromQuery[str] = "",
) -> Stream | Template:
    """at: a location's id, or empty for all that they may see."""
    own = await asyncio.to_thread(visible_locations, state.store, request.user)
    wanted = [location for location in own if at in ("", location.location_id)]
    if not wanted:
        raise NotFound(f"There is no location {at!r}, or it is not yours to see.")
    asked = _asked(request, state, own, first, last)
    if asked.fault:
        return _page(request, own, asked, content=content, form=form, at=at)
    period = asked.period
    if len(_running) >= AT_ONCE:
        raise Busy(60)
    await asyncio.to_thread(_note, state, request.user.name, content, f"{period.first} – {period.last} {at}".strip())
    name = f"{content}-{period.first}-{period.last}{FILES[form][0]}"
    making = await _start(state.store, [content, "--format", form, *_told(period, wanted, request.user.language)])
    blocks = _blocks(making)
    first_block = await anext(blocks, b"")
    if not first_block:
        raise ServerError("The export could not be made.", "The server's log says why.")
    return Stream(
        _all(first_block, blocks),
        media_type=MEDIA[form],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Accel-Buffering": "no"},
    )


def _told(period: Period, locations: Sequence[LocationRow], language: str) -> list[str]:
    first, last = period.dates
    places = [argument for location in locations for argument in ("--location", location.location_id)]
    return ["--first", first, "--last", last, "--language", language, *places]


async def _start(store: Store, arguments: Sequence[str]) -> asyncio.subprocess.Process:
    """The address of a database goes by the environment: it may hold a password, and anybody may list processes."""
    named = "HYMY_DATA" if isinstance(store.place, Path) else "HYMY_DATABASE"
    others = {name: value for name, value in os.environ.items() if name not in ("HYMY_DATA", "HYMY_DATABASE")}
    making = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sync_server.exports", *arguments, "--out", "-"),
        stdout=asyncio.subprocess.PIPE,
        env=others | {named: str(store.place)},
    )
    _running.add(making)
    return making


async def _blocks(making: asyncio.subprocess.Process) -> AsyncGenerator[bytes, None]:
    """What it writes, as fast as it is fetched; each kind of file ends with its index: a part of it opens nowhere."""
    assert making.stdout is not None  # noqa: S101
    try:
        while block := await making.stdout.read(BLOCK):
            yield block
        if await making.wait():
            log.error("An export ended with status %s.", making.returncode)
    finally:
        if making.returncode is None:
            making.kill()
        _running.discard(making)


async def _all(first: bytes, others: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    yield first
    async with aclosing(others):
        async for block in others:
            yield block


def _note(state: State, who: str, content: Literal["answers", "figures"], about: str) -> None:
    with state.store.write() as transaction:
        audit.note(transaction, who=who, what=f"exported {content}", about=about, at_ms=state.clock())


def _asked(
    request: PersonRequest, state: State, locations: Sequence[LocationRow], first: str, last: str
) -> AskedPeriod:
    """Today is where it is the latest day of all."""
    today = max(local_date(state.clock(), location.time_zone) for location in locations)
    return asked_period(say_in(request.user.language), first, last, today)
