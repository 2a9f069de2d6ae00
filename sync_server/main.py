"""`hymy server`: settings, store, writer and pages, wired here and nowhere else."""

import argparse
import asyncio
import contextlib
import gc
import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import uvloop
from litestar.types import ASGIApp

from sync_server.alerts.watch import Watch
from sync_server.alerts.webhooks import WebhookCarrier
from sync_server.changes import Changes
from sync_server.clock import now_ms
from sync_server.command import add_data_argument, say_error
from sync_server.config import Settings, read_settings, shown
from sync_server.errors import ServerError, SettingsFaults
from sync_server.exchange.handler import TerminalRequests
from sync_server.exchange.openapi import describe
from sync_server.exchange.writer import Writer
from sync_server.fleet.surveys import Configurations, Questions
from sync_server.insight.chain_days import ChainDays
from sync_server.listening import Door, listen, listen_side_by_side
from sync_server.mail.outbox import Sender
from sync_server.mail.settings import Mail
from sync_server.mail.smtp import SmtpCarrier
from sync_server.repeating import (
    MASK_EVERY_S,
    NIGHTLY_EVERY_S,
    READ_EVERY_S,
    REPORT_EVERY_S,
    SEND_EVERY_S,
    SETTLE_EVERY_S,
    SETTLE_MOST_S,
    WATCH_EVERY_S,
    Job,
    repeating,
)
from sync_server.reports.morning import Morning
from sync_server.reports.press import Press
from sync_server.results.settling import Settling
from sync_server.side_by_side import STOPPING, side_by_side
from sync_server.store import Store, open_store
from sync_server.store.results import entries_counted
from sync_server.upkeep.nightly import Nightly
from sync_server.upkeep.old_texts import OldTexts
from sync_server.web.app import create_app

PAGE_THREADS = 8  # on any computer: more would take turns all the same, and each has a connection to the store

log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data_argument(parser)
    parser.add_argument("--listen", metavar="HOST:PORT", help="default: HYMY_LISTEN, else 127.0.0.1:8080")
    parser.add_argument("--processes", metavar="NUMBER", help="side by side (default: HYMY_PROCESSES, else 1)")


def main(arguments: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = read_settings(arguments)
        sockets = _sockets(settings)
    except ServerError as error:
        say_error(error)
        return 2
    works = [partial(_work, settings, listening) for listening in sockets]
    return works[0]() if len(works) == 1 else side_by_side(works)


def _work(settings: Settings, listening: socket.socket, leash: int | None = None) -> int:
    """One process, until it is told to stop. leash: a pipe whose end tells it; without one, signals do."""
    try:
        store = open_store(settings.place)
    except ServerError as error:
        say_error(error)
        return 2
    changes = Changes(partial(entries_counted, store))
    writer = Writer(store, ask=Questions(store), clock=now_ms, changes=changes)
    press = Press()
    chain_days = ChainDays(store, now_ms)
    try:
        app = build_app(store, writer, changes, chain_days, press, settings.mail)
        jobs = _jobs(store, changes, settings, chain_days, press)
        _spare_the_collector()
        with repeating(jobs):
            uvloop.run(_serve(app, settings, listening, leash))
    finally:
        writer.stop()
        press.close()
        store.close()
    return 0


def build_app(
    store: Store, writer: Writer, changes: Changes, chain_days: ChainDays, press: Press, mail: Mail
) -> ASGIApp:
    """The whole server as an ASGI application."""
    pages = create_app(store, now_ms, changes, chain_days=chain_days, press=press, mail=mail)
    describe(pages.openapi_schema)
    return TerminalRequests(
        pages, store=store, writer=writer, configurations=Configurations(store, now_ms), clock=now_ms
    )


def _jobs(store: Store, changes: Changes, settings: Settings, chain_days: ChainDays, press: Press) -> list[Job]:
    """What is done beside answering."""
    nightly = Nightly(store, now_ms, backups=settings.backups, keep_texts_days=settings.keep_texts_days)
    old_texts = OldTexts(store)
    settling = Settling(store, ask=Questions(store), tell=changes.tell)
    letters = Sender(store, now_ms, SmtpCarrier(settings.mail))
    morning = Morning(store, now_ms, chain_days, press, mail=settings.mail)
    calls = Sender(store, now_ms, WebhookCarrier(store, now_ms))
    watch = Watch(store, now_ms, settings.mail)
    return [
        Job(nightly.step, NIGHTLY_EVERY_S, nightly.stop),
        Job(old_texts.step, MASK_EVERY_S, old_texts.stop),
        Job(partial(settling.settle, most_s=SETTLE_MOST_S), SETTLE_EVERY_S),
        Job(letters.step, SEND_EVERY_S, letters.stop),
        Job(morning.step, REPORT_EVERY_S, morning.stop),
        Job(calls.step, SEND_EVERY_S, calls.stop),
        Job(watch.step, WATCH_EVERY_S),
        Job(chain_days.step, READ_EVERY_S),
    ]


def _spare_the_collector() -> None:
    """What is loaded stays; looking through it again at every few hundred new rows took a quarter of the CPU."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def _serve(app: ASGIApp, settings: Settings, listening: socket.socket, leash: int | None) -> None:
    server = Door(app, listening)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(PAGE_THREADS, thread_name_prefix="page"))
    if leash is None:
        for number in STOPPING:
            loop.add_signal_handler(number, stopping.set)
    else:
        loop.add_reader(leash, stopping.set)
    serving = asyncio.create_task(server.serve())
    log.info("Hymy listens on http://%s:%s, its store is in %s.", settings.host, settings.port, shown(settings.place))
    await asyncio.wait([serving, asyncio.create_task(stopping.wait())], return_when=asyncio.FIRST_COMPLETED)
    if leash is not None:
        loop.remove_reader(leash)
    if not serving.done():
        server.stop()  # type: ignore[no-untyped-call]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(serving, timeout=5)


def _sockets(settings: Settings) -> list[socket.socket]:
    """One for each process. Says it at once, in words, if somebody listens there already. Raises SettingsFaults."""
    try:
        if settings.processes > 1:
            return listen_side_by_side(settings.host, settings.port, settings.processes)
        return [listen(settings.host, settings.port)]
    except OSError as error:
        fault = f"listen: {settings.host}:{settings.port} can't be used: {error.strerror}. Choose another."
        raise SettingsFaults("settings", [fault]) from error
