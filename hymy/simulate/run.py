"""One run from the first code to the verdict: begin, let people come, let things go wrong, wait until all is told."""

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from hymy.simulate.client import Address
from hymy.simulate.crowd import Crowd, Place, Plan
from hymy.simulate.faults import Faults
from hymy.simulate.own_server import OwnServer
from hymy.simulate.report import Verdict, rolled_up, verdict
from hymy.simulate.terminal import Terminal
from sync_server.store import open_store, places

TICK_S = 0.1
LINES_APART_S = 10.0  # on what is no terminal window
AWAY_S = 3.0
HEARTBEATS_PER_S = 167  # of ten thousand terminals, one a minute each


class Figures(NamedTuple):
    """all_in_s: from the start until the server held every answer. rss_mb: the server's memory, second by second."""

    all_in_s: float | None
    exchanges: int
    turned_away: int
    errors: int
    exchange_p50_s: float
    exchange_p99_s: float
    heartbeat_p99_s: float | None
    rss_mb: list[float]


class Outcome(NamedTuple):
    verdict: Verdict
    figures: Figures
    crowd: Crowd


class Run:
    """server: the one that was started here, None for somebody else's."""

    def __init__(self, crowd: Crowd, server: OwnServer | None, say: Callable[[str], None]) -> None:
        self._crowd, self._server, self._say = crowd, server, say
        self._is_ending = False
        self._last_trouble = 0.0
        self._rss_mb: list[float] = []

    async def run(self) -> Figures:
        """Raises RuntimeError when the server does not come up."""
        crowd = self._crowd
        loop, me = asyncio.get_running_loop(), asyncio.current_task()
        assert me is not None  # noqa: S101
        with contextlib.suppress(NotImplementedError, ValueError):  # not in the main thread: nobody presses Ctrl-C
            loop.add_signal_handler(signal.SIGINT, me.cancel)
        began = time.monotonic()
        await crowd.begin()
        self._say(f"{len(crowd.players)} terminals enrolled in {time.monotonic() - began:.1f} s")
        crowd.start()
        watch, trouble = asyncio.create_task(self._watch()), asyncio.create_task(self._trouble())
        began = time.monotonic()
        all_in_s = heartbeat_p99_s = None
        try:
            async with asyncio.timeout(crowd.plan.over_s + crowd.plan.drain_s):
                await trouble
                await self._until_told()
                all_in_s = time.monotonic() - began
                if crowd.plan.herd:
                    await crowd.end()  # a line carries one request at a time
                    heartbeat_p99_s = percentile(await crowd.beat(HEARTBEATS_PER_S), 99)
        except TimeoutError:
            self._say("Some terminals are still not in step; what they hold counts as lost.")
        except asyncio.CancelledError:
            me.uncancel()
            self._say("Stopped: what waits on terminals counts as lost.")
        finally:
            trouble.cancel()
            watch.cancel()
            await crowd.end()
            crowd.close()
        return self._figures(all_in_s, heartbeat_p99_s)

    async def _until_told(self) -> None:
        while not self._crowd.is_told(self._last_trouble):
            self._crowd.check()
            await asyncio.sleep(TICK_S)

    async def _trouble(self) -> None:
        """What befalls all of them, each at its share of the way."""
        faults, crowd, server = self._crowd.faults, self._crowd, self._server
        if "server_restored" in faults.shares and server:
            await self._until(0.25)
            await asyncio.to_thread(server.back_up)
        if "outage" in faults.shares:
            await self._until(0.35)
            faults.struck["outage"] += 1
            await crowd.cut_off(AWAY_S)
        if "server_killed" in faults.shares and server:
            await self._until(0.5)
            faults.struck["server_killed"] += 1
            await asyncio.to_thread(_kill, server)
        if "server_restored" in faults.shares and server:
            await self._until(0.75)
            faults.struck["server_restored"] += 1
            await asyncio.to_thread(_restore, server)
            crowd.record.note_server_restored()
            self._last_trouble = time.monotonic()

    async def _until(self, share: float) -> None:
        while self._crowd.progress < share and not self._crowd.is_told(0):
            self._crowd.check()
            await asyncio.sleep(TICK_S / 5)

    async def _watch(self) -> None:
        """The line on the screen, and the server's memory, once a second."""
        is_window = sys.stderr.isatty()
        began = said = time.monotonic()
        before = 0
        while True:
            await asyncio.sleep(1)
            now, tally = time.monotonic(), self._crowd.tally
            if self._server:
                self._rss_mb.append(round(self._server.rss_mb, 1))
            line = self._line(now - began, tally.exchanges - before)
            before = tally.exchanges
            if is_window:
                print(f"\r{line[:150]:<150}", end="", file=sys.stderr, flush=True)
            elif now - said >= LINES_APART_S:
                self._say(line)
                said = now

    def _line(self, after_s: float, per_s: int) -> str:
        crowd, tally = self._crowd, self._crowd.tally
        errors = ", ".join(f"{kind} {count}" for kind, count in sorted((+tally.errors).items())) or "none"
        recent = tally.took_s[-2000:]
        return (
            f"{after_s:.0f} s: {len(crowd.record.presses)} answers, {tally.sent} entries sent,"
            f" {tally.acknowledged} acknowledged, {crowd.told()} of {len(crowd.players)} terminals in step,"
            f" {per_s} requests/s, p50 {percentile(recent, 50):.3f} s, p99 {percentile(recent, 99):.3f} s,"
            f" turned away {tally.busy}, errors: {errors}"
        )

    def _figures(self, all_in_s: float | None, heartbeat_p99_s: float | None) -> Figures:
        tally = self._crowd.tally
        return Figures(
            all_in_s=all_in_s,
            exchanges=tally.exchanges,
            turned_away=tally.busy,
            errors=tally.errors.total(),
            exchange_p50_s=percentile(tally.took_s, 50),
            exchange_p99_s=percentile(tally.took_s, 99),
            heartbeat_p99_s=heartbeat_p99_s,
            rss_mb=self._rss_mb,
        )


def at_own_server(
    plan: Plan,
    shares: dict[str, float],
    server: OwnServer,
    *,
    make_terminal: type[Terminal] = Terminal,
    say: Callable[[str], None] = lambda line: None,
) -> Outcome:
    """A run before a server that was begun here. Raises RuntimeError."""
    found = server.new_places(plan.terminals * (2 if "wiped" in shares else 1))
    crowd = Crowd(plan, Faults(shares), Address.of(server.url, None), found, make_terminal=make_terminal)
    with closing(open_store(server.place)) as store:
        before = rolled_up(store, server.locations)
    figures = asyncio.run(Run(crowd, server, say).run())
    with closing(open_store(server.place)) as store:
        return Outcome(verdict(crowd, store, server.locations, rolled_up_before=before), figures, crowd)


def elsewhere(
    plan: Plan,
    shares: dict[str, float],
    address: Address,
    found: list[Place],
    place: Path | str | None,
    *,
    say: Callable[[str], None] = lambda line: None,
) -> Outcome:
    """A run before somebody's server; place: of its store, where that can be seen."""
    crowd = Crowd(plan, Faults(shares), address, found)
    figures = asyncio.run(Run(crowd, None, say).run())
    if place is None:
        return Outcome(verdict(crowd, None, []), figures, crowd)
    with closing(open_store(place)) as store:
        return Outcome(verdict(crowd, store, [row.location_id for row in places.locations(store)]), figures, crowd)


def _kill(server: OwnServer) -> None:
    server.kill()
    server.start()


def _restore(server: OwnServer) -> None:
    server.kill()
    server.restore()
    server.start()


def percentile(values: list[float], percent: int) -> float:
    """The value below which so many percent lie; 0 for none."""
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)] if values else 0.0
