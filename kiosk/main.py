"""The terminal's main path: settings, open, wire, run, close. Only here real sides are wired together."""

import argparse
import faulthandler
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from random import SystemRandom

from hardware.choose import Devices, choose, computer
from hardware.pins import Board
from kiosk import config, diagnosis
from kiosk.ballast import BALLAST_BYTES
from kiosk.checking import check_all
from kiosk.clock import Clock
from kiosk.config import Config
from kiosk.dimming import DimmedScreen
from kiosk.drafts import Draft
from kiosk.errors import KioskError, SettingsFaults
from kiosk.exchange import UNTIL_NEWS, Exchange
from kiosk.forgetting import forget_old
from kiosk.health import HealthReport
from kiosk.in_force import InForce
from kiosk.joining import Joining
from kiosk.journal import Journal
from kiosk.nightly import Nightly
from kiosk.online import Online
from kiosk.pictures import Fetching
from kiosk.repeating import Repeating
from kiosk.terminal import Terminal
from kiosk.transport import HttpTransport
from kiosk.views import NotReady, Row, Screen
from kiosk.watchdog import Watchdog, notifier
from kiosk.writer import Writer
from survey.exchange import Configuration, Health

HEARTBEAT = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)
NIGHTLY_LOOK = timedelta(minutes=10)
FORGET_EVERY = timedelta(hours=6)  # not at a fixed hour: many shops switch everything off at night
BEAT_S = 5.0
SWITCH_S = 0.0005  # a thread that waits for the interpreter gets it sooner: the screen, before who sends
PIN_FACTORY = "GPIOZERO_PIN_FACTORY"  # as gpiozero itself names it
PATIENCE_S = 2.0  # how long the end waits for a request that hangs on the network

log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    text, flag = parser.add_argument, argparse.BooleanOptionalAction
    text("--data", metavar="DIR", help="folder of the journal and of what identifies this terminal")
    text("--server", metavar="URL", help="where to send; without it the terminal only collects")
    text("--code", help="one-time enrolment code, made on the Fleet page")
    text("--buttons", metavar="DEVICE", help="e.g. serial:/dev/ttyACM0 (a button box), gpio:17,27,22,23,24 (pins)")
    text("--lights", metavar="DEVICE", help="lamps in the buttons: box, or e.g. gpio:5,6,13,19,26")
    text("--buzzer", metavar="DEVICE", help="e.g. gpio:12")
    text("--counter", metavar="DEVICE", help="people counter, e.g. beam:16, pir:16 or serial:/dev/ttyACM1")
    text("--display", metavar="DEVICE", help="switched off in closed hours: dpms, or backlight:FOLDER")
    text("--speech", action=flag, default=None, help="questions can be heard")
    text("--recordings", metavar="DIR", help="sentences that a person said, a folder for each language")
    text("--headphones", metavar="DEVICE", help="socket whose plug begins speech: auto, or input:PATH")
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
    faulthandler.enable()  # a watchdog's SIGABRT then says where each thread was
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
        clock, devices = Clock(), _devices(settings, closing)
        writer = Writer(settings.data, clock, ballast_bytes=BALLAST_BYTES)
        terminal = Terminal(
            writer=writer,
            clock=clock,
            folder=settings.data,
            voice=devices.voice,
            diagnose=lambda language: _diagnose(settings, clock, joining, health(), language),
        )
        health = HealthReport(computer(settings.data), lambda: _states(terminal, writer, devices))
        watchdog = Watchdog(notifier(os.environ), terminal.ping)
        screen = None if settings.headless else open_screen(settings, watchdog.beat)
        dimmed = _dimmed(screen, devices, clock, closing)
        transport = HttpTransport(settings.server, ca=settings.ca) if settings.server else None
        pictures = _pictures(settings, transport, clock, terminal)
        await_configuration = partial(_await_configuration, settings, terminal)
        in_force = InForce(terminal, pictures=pictures, screen=dimmed, await_one=await_configuration)
        joining = _joining(
            settings,
            transport,
            writer=writer,
            clock=clock,
            health=health,
            when_configured=in_force.configured,
            when_not_ready=terminal.not_ready,
            pictures=pictures,
        )
        online = Online(joining.step, when_over=joining.close) if joining else Online(lambda: UNTIL_NEWS)

        def when_kept(draft: Draft) -> None:
            terminal.kept(draft)
            online.wake()

        def when_opened(journal: Journal) -> None:
            in_force.opened(journal)
            online.wake()

        writer.start(when_kept=when_kept, when_not_kept=terminal.not_kept, when_opened=when_opened)
        closing.callback(writer.stop)
        if writer.is_saving:
            terminal.not_ready(NotReady("not_ready.saving", "Its journal is damaged. Look after the memory card."))
        _start(terminal, dimmed or screen, devices)
        closing.callback(terminal.stop)
        online.start()
        closing.callback(online.stop, timeout_s=PATIENCE_S)
        repeating = _repeating(settings, writer, clock, terminal, online, dimmed)
        repeating.start()
        closing.callback(repeating.stop)
        gc.freeze()  # what is there now stays: a full collection of it would make a touch wait
        if screen is None:
            _beat_until(over, watchdog.beat)
        else:
            _end_with(over, screen)
            (dimmed or screen).run(when_touched=terminal.touched)


def _devices(settings: Config, closing: ExitStack) -> Devices:
    board = Board(os.environ.get(PIN_FACTORY, "lgpio"))
    closing.callback(board.close)
    devices = choose(settings.devices, board, has_voice=settings.speech, recordings=settings.recordings)
    if devices.voice:
        closing.callback(devices.voice.close)
    return devices


def _dimmed(screen: Screen | None, devices: Devices, clock: Clock, closing: ExitStack) -> DimmedScreen | None:
    if screen is None or devices.display is None:
        return None
    dimmed = DimmedScreen(screen, devices.display, clock)
    closing.callback(dimmed.close)
    return dimmed


def _start(terminal: Terminal, screen: Screen | None, devices: Devices) -> None:
    terminal.start(
        screen=screen,
        buttons=devices.buttons,
        counters=devices.counters,
        lights=devices.lights,
        headphones=devices.headphones,
    )


def _repeating(
    settings: Config, writer: Writer, clock: Clock, terminal: Terminal, online: Online, dimmed: DimmedScreen | None
) -> Repeating:
    nightly = Nightly(settings.data, writer, clock)
    repeating = Repeating(clock, when_clock_set=terminal.clock_set)
    repeating.every(HEARTBEAT, online.wake)
    repeating.every(HEARTBEAT, writer.look_after_disk)
    repeating.every(FORGET_EVERY, lambda: forget_old(writer, clock))
    repeating.every(FORGET_EVERY, lambda: check_all(settings.data, writer))
    repeating.every(NIGHTLY_LOOK, nightly.step)
    if dimmed:
        repeating.every(MINUTE, dimmed.look)
    return repeating


def _states(terminal: Terminal, writer: Writer, devices: Devices) -> dict[str, str]:
    """How each device is, in a word; of display and voice only what is wrong with them."""
    display, voice = devices.display, devices.voice
    told = {
        "disk": writer.disk(),
        "display": display.fault.text if display else "",
        "speech": voice.fault.text if voice else "",
    }
    return terminal.devices | {name: state for name, state in told.items() if state}


def _diagnose(
    settings: Config, clock: Clock, joining: Joining | None, health: Health, language: str
) -> tuple[Row, ...]:
    facts = diagnosis.look(settings.data, clock, online_at_ms=joining.online_at_ms if joining else None)
    devices = dict(health.devices)
    disk = devices.pop("disk", "")
    return diagnosis.rows(facts, language, version=health.version, disk=disk, devices=devices, readings=health.readings)


def _await_configuration(settings: Config, terminal: Terminal) -> None:
    if not settings.server:
        log.error("Nothing can be asked before the first configuration, and no server is named: --server URL.")
        terminal.not_ready(NotReady("not_ready.no_server", "Name the server in the settings: server, or --server URL."))
        return
    buttons = f" {settings.buttons} is opened then." if settings.buttons else ""
    log.info("Awaiting the first configuration from the server: nothing is asked before it.%s", buttons)


def _pictures(settings: Config, transport: HttpTransport | None, clock: Clock, terminal: Terminal) -> Fetching | None:
    if transport is None or settings.headless:
        return None
    return Fetching(settings.data, transport, clock, SystemRandom(), when_come=terminal.dressed)


def _joining(
    settings: Config,
    transport: HttpTransport | None,
    *,
    writer: Writer,
    clock: Clock,
    health: Callable[[], Health],
    when_configured: Callable[[Configuration], None],
    when_not_ready: Callable[[NotReady], None],
    pictures: Fetching | None,
) -> Joining | None:
    if transport is None:
        return None

    def begin() -> Exchange:
        return Exchange(
            settings.data,
            writer=writer,
            clock=clock,
            transport=transport,
            code=settings.code,
            random=SystemRandom(),
            health=health,
            when_configured=when_configured,
            when_not_ready=when_not_ready,
        )

    return Joining(begin, writer, pictures)


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
