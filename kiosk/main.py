"""The terminal's main path: settings, open, wire, run, close. Only here real sides are wired together."""

import argparse
import importlib.metadata
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from random import SystemRandom

from hardware.choose import choose_buttons
from kiosk import config
from kiosk.ballast import BALLAST_BYTES
from kiosk.checking import check_all
from kiosk.clock import Clock
from kiosk.config import Config
from kiosk.drafts import Draft
from kiosk.errors import KioskError, SettingsFaults
from kiosk.exchange import UNTIL_NEWS, Exchange
from kiosk.forgetting import forget_old
from kiosk.joining import Joining
from kiosk.journal import Journal
from kiosk.online import Online
from kiosk.repeating import Repeating
from kiosk.terminal import Terminal
from kiosk.transport import HttpTransport
from kiosk.views import NotReady, Screen
from kiosk.watchdog import Watchdog, notifier
from kiosk.writer import Writer
from survey.exchange import Health

HEARTBEAT = timedelta(seconds=30)
FORGET_EVERY = timedelta(hours=6)  # not at a fixed hour: many shops switch everything off at night
BEAT_S = 5.0
SWITCH_S = 0.0005  # a thread that waits for the interpreter gets it sooner: the screen, before who sends
PATIENCE_S = 2.0  # how long the end waits for a request that hangs on the network

log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    text, flag = parser.add_argument, argparse.BooleanOptionalAction
    text("--data", metavar="DIR", help="folder of the journal and of what identifies this terminal")
    text("--server", metavar="URL", help="where to send; without it the terminal only collects")
    text("--code", help="one-time enrolment code, made on the Fleet page")
    text("--buttons", metavar="DEVICE", help="button box, e.g. serial:/dev/ttyACM0")
    text("--headless", action=flag, default=None, help="no screen: buttons alone")
    text("--settings", metavar="FILE", help="TOML file with these settings (keys as the options)")
    text("--ca", metavar="FILE", help="certificate authority of the server, if it is your own")
    text("--windowed", action=flag, default=None, help="a window instead of the full screen")
    text("--plain-loop", action=flag, default=None, help="poll for touches, should waiting for them fail on a board")
    text("--dark", action=flag, default=None, help="the dark half of the theme, for a dim place")
    text("--still", action=flag, default=None, help="reduced motion: nothing on the screen moves")
    text("--touches", metavar="PATH", help="named pipe to read simulated touches from, e.g. value 4; made if missing")


def main(args: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    try:
        settings = config.load(vars(args), os.environ)
        run(settings)
    except SettingsFaults as faults:
        log.error("%s", faults)
        return 2
    except KioskError as error:
        log.error("%s", error)
        return 1
    return 0


def open_window(settings: Config, heartbeat: Callable[[], None]) -> Screen:
    from kiosk.screens.window import Window  # importing Kivy opens things; a headless terminal has none of it

    return Window(
        fullscreen=not settings.windowed,
        touches=settings.touches,
        heartbeat=heartbeat,
        plain_loop=settings.plain_loop,
        dark=settings.dark,
        still=settings.still,
    )


def run(settings: Config, *, open_screen: Callable[[Config, Callable[[], None]], Screen] = open_window) -> None:
    """Until SIGTERM, SIGINT, or the end of the screen."""
    sys.setswitchinterval(SWITCH_S)
    over = threading.Event()
    with ExitStack() as closing:
        closing.enter_context(_signals(when_asked_to_end=over.set))
        clock = Clock()
        writer = Writer(settings.data, clock, ballast_bytes=BALLAST_BYTES)
        terminal = Terminal(writer=writer, clock=clock, folder=settings.data)
        online = _online(settings, writer=writer, terminal=terminal, clock=clock)
        repeating = Repeating(clock, when_clock_set=terminal.clock_set)
        repeating.every(HEARTBEAT, online.wake)
        repeating.every(HEARTBEAT, writer.look_after_disk)
        repeating.every(FORGET_EVERY, lambda: forget_old(writer, clock))
        repeating.every(FORGET_EVERY, lambda: check_all(settings.data, writer))
        watchdog = Watchdog(notifier(os.environ), terminal.ping)
        screen = None if settings.headless else open_screen(settings, watchdog.beat)

        def when_kept(draft: Draft) -> None:
            terminal.kept(draft)
            online.wake()

        def when_opened(journal: Journal) -> None:
            if configuration := journal.configuration():
                terminal.opened(configuration)
            else:
                _await_configuration(settings, terminal)
            online.wake()

        writer.start(when_kept=when_kept, when_not_kept=terminal.not_kept, when_opened=when_opened)
        closing.callback(writer.stop)
        if writer.is_saving:
            terminal.not_ready(NotReady("not_ready.saving", "Its journal is damaged. Look after the memory card."))
        terminal.start(screen=screen, buttons=choose_buttons(settings.buttons) if settings.buttons else None)
        closing.callback(terminal.stop)
        online.start()
        closing.callback(online.stop, timeout_s=PATIENCE_S)
        repeating.start()
        closing.callback(repeating.stop)
        if screen is None:
            _beat_until(over, watchdog.beat)
        else:
            _end_with(over, screen)
            screen.run(when_touched=terminal.touched)


def _await_configuration(settings: Config, terminal: Terminal) -> None:
    buttons = f" {settings.buttons} is opened then." if settings.buttons else ""
    log.info("Awaiting the first configuration from the server: nothing is asked before it.%s", buttons)
    if not settings.server:
        terminal.not_ready(NotReady("not_ready.no_server", "Name the server in the settings: server, or --server URL."))


def _online(settings: Config, *, writer: Writer, terminal: Terminal, clock: Clock) -> Online:
    if not settings.server:
        return Online(lambda: UNTIL_NEWS)

    def health() -> Health:
        disk = writer.disk()
        devices = terminal.devices | ({"disk": disk} if disk else {})
        return Health(version=importlib.metadata.version("hymy"), devices=devices)

    def begin() -> Exchange:
        return Exchange(
            settings.data,
            writer=writer,
            clock=clock,
            transport=HttpTransport(settings.server, ca=settings.ca),
            code=settings.code,
            random=SystemRandom(),
            health=health,
            when_configured=terminal.configured,
            when_not_ready=terminal.not_ready,
        )

    joining = Joining(begin, writer)
    return Online(joining.step, when_over=joining.close)


@contextmanager
def _signals(*, when_asked_to_end: Callable[[], None]) -> Iterator[None]:
    """A thread of its own waits for SIGTERM and SIGINT: the main thread may be deep in the screen's loop.

    All threads that are started within inherit that these signals are not for them.
    """
    asked = {signal.SIGTERM, signal.SIGINT}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, asked)

    def wait() -> None:
        log.info("Ending: %s", signal.Signals(signal.sigwait(asked)).name)
        when_asked_to_end()

    threading.Thread(target=wait, name="signals", daemon=True).start()
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _beat_until(over: threading.Event, beat: Callable[[], None]) -> None:
    beat()
    while not over.wait(BEAT_S):
        beat()


def _end_with(over: threading.Event, screen: Screen) -> None:
    def wait() -> None:
        over.wait()
        screen.stop()

    threading.Thread(target=wait, name="end", daemon=True).start()
