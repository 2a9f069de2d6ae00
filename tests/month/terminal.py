"""`hymy kiosk` in simulated time, as a process that says what it shows and obeys a few words.

    python -m tests.month.terminal LIFE (JSON, see Life) < words > told

Replaced are its sources of time and how long it waits in real time; screen, journal, devices and exchange are the
product's. Words: `leap MS`, `touch NAME` (as the touch screen's twin takes it), `corner`. Each is answered; what is
shown is told as it comes.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

import msgspec

from hardware import reopening
from hardware.buttons.interface import Press
from hardware.counters import passages
from hardware.counters import serial as serial_counter
from hardware.health.linux import read_health
from kiosk import health, online, patience
from kiosk import main as kiosk
from kiosk.clock import Clock
from kiosk.config import Config
from kiosk.exchange import Wait
from kiosk.online import Online
from kiosk.repeating import Repeating
from kiosk.terminal import Terminal
from kiosk.views import Ask, CornerHeld, PinPad, Screen, StillThere, Touch, View
from survey.theme import Theme
from tests.month.true_time import TrueTime

LONGEST_BACK_OFF_S = 0.2  # real time; the network is away for some seconds of it
LIMIT_S = 30.0
TIME, BOARD = "time", "board"  # the true time, and the twin of the board


class Life(msgspec.Struct, frozen=True):
    """One boot. place: the folder of TIME and BOARD. begun_ms: when, in true time.

    wall_error_ms: how wrong the computer's own clock is.
    """

    place: str
    begun_ms: int
    boot_id: str
    wall_error_ms: int
    settings: dict[str, str | bool]


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the terminal shows (view), or the answer to a word (done) and how the terminal is.

    counted, presses: people and presses since it began. is_dated: it has met the true time.
    blocks: of memory that Python holds.
    """

    view: str = ""
    question: str = ""
    kind: str = ""
    choices: int = 0
    pressed: int | str | None = None
    language: str = ""
    languages: tuple[str, ...] = ()
    is_first: bool = False
    is_staff: bool = False
    state: str = ""
    done: bool | None = None
    devices: dict[str, str] = {}
    counted: int = 0
    presses: int = 0
    blocks: int = 0
    is_dated: bool = False


def told(view: View) -> Told:
    name = type(view).__name__
    match view:
        case Ask(question=question) as ask:
            return Told(
                name,
                question.question_id,
                question.kind,
                len(question.choices),
                ask.pressed,
                ask.language,
                ask.languages,
                ask.first,
                ask.staff,
            )
        case StillThere(ask):
            return Told(name, ask.question.question_id)
        case PinPad():
            return Told(name, state=view.state)
        case _:
            return Told(name)


class World:
    """The time as one boot has it, and who has to be told when it leaps."""

    def __init__(self, life: Life) -> None:
        self.true = TrueTime(Path(life.place) / TIME)
        self.life = life
        self.in_step = threading.Lock()  # a leap within an exchange would be a slow network
        self.terminal: Terminal | None = None
        self.scheduler: Any = None
        self.clock = Clock(
            wall_ms=self.wall_ms, uptime_ms=self.uptime_ms, boot_id=lambda: life.boot_id, is_synchronized=bool
        )
        self.counted = self.pressed = 0

    def uptime_ms(self) -> int:
        return self.true.ms() - self.life.begun_ms

    def wall_ms(self) -> int:
        return self.true.ms() + self.life.wall_error_ms

    def leap(self, ms: int) -> None:
        """Returns when the terminal has come round to it."""
        with self.in_step:
            self.true.leap(ms)
        if self.scheduler:
            self.scheduler.wakeup()
        if self.terminal:
            come = threading.Event()
            self.terminal.ping(come.set)
            come.wait(LIMIT_S)


class Witness:
    """The product's window, and what it shows told to whoever runs this process."""

    def __init__(self, window: Any, say: Callable[[Told], None]) -> None:
        self.window = window
        self._say = say
        self._when_touched: Callable[[Touch], None] = lambda touch: None

    def run(self, *, when_touched: Callable[[Touch], None]) -> None:
        self._when_touched = when_touched
        self.window.run(when_touched=when_touched)

    def show(self, view: View) -> None:
        self.window.show(view)
        self._say(told(view))

    def dress(self, theme: Theme, pictures: Mapping[str, Path]) -> None:
        self.window.dress(theme, pictures)

    def stop(self) -> None:
        self.window.stop()

    def hold_the_corner(self) -> None:
        self._when_touched(CornerHeld())


def main(text: str) -> int:
    life = msgspec.json.decode(text, type=Life)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # leaps come faster than its jobs end
    say = _mouth()
    world = World(life)
    _fake_time(world)
    settings = Config(**{key: Path(value) if key == "data" else value for key, value in life.settings.items()})  # type: ignore[arg-type]
    screens: list[Witness] = []

    def open_screen(settings: Config, heartbeat: Callable[[], None]) -> Screen:
        screens.append(Witness(kiosk.open_window(settings, heartbeat), say))
        from kiosk.screens import stage

        patch.object(stage, "uptime_ms", world.uptime_ms).start()
        return screens[0]

    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})  # they are for the program's own thread
    threading.Thread(target=_obey, args=(world, screens, say), name="words", daemon=True).start()
    kiosk.run(settings, open_screen=open_screen)
    return 0


def _fake_time(world: World) -> None:
    """At each place where the program makes what reads a clock."""

    class Shifted(datetime):  # what APScheduler plans by
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(world.wall_ms() / 1000, tz or UTC)

    class WokenRepeating(Repeating):
        def __init__(self, *values: Any, **options: Any) -> None:
            super().__init__(*values, **options)
            world.scheduler = self._scheduler

    class WokenTerminal(Terminal):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            world.terminal = self

        def counted(self, counter: str, passages: int) -> None:
            super().counted(counter, passages)
            world.counted += passages

        def pressed(self, press: Press) -> None:
            super().pressed(press)
            world.pressed += 1

    class HeldOnline(Online):
        def __init__(self, step: Callable[[], Wait], **options: Any) -> None:
            super().__init__(partial(_held, world, step), **options)

    class TimedPlausible(passages.Plausible):
        def take(self, number: int, at: float) -> int:
            return super().take(number, world.true.s())

        def is_in_doubt(self, at: float) -> bool:
            return super().is_in_doubt(world.true.s())

    for place, name, fake in (
        (kiosk, "Clock", lambda: world.clock),
        (kiosk, "Repeating", WokenRepeating),
        (kiosk, "Terminal", WokenTerminal),
        (kiosk, "Online", HeldOnline),
        (kiosk, "computer", lambda folder: partial(read_health, folder, root=Path(world.life.place) / BOARD)),
        (health, "LOOK_EVERY_S", LONGEST_BACK_OFF_S),
        (online, "AFTER_FAULT_S", LONGEST_BACK_OFF_S),
        (patience, "LONGEST_BACK_OFF_S", LONGEST_BACK_OFF_S),
        (reopening, "LONGEST_WAIT_S", LONGEST_BACK_OFF_S),
        (serial_counter, "Plausible", TimedPlausible),
    ):
        patch.object(place, name, fake).start()
    patch("apscheduler.schedulers.base.datetime", Shifted).start()


def _held(world: World, step: Callable[[], Wait]) -> Wait:
    with world.in_step:
        return step()


def _mouth() -> Callable[[Told], None]:
    """Says whole lines, from any thread; what else is printed goes to standard error."""
    out, lock = os.dup(1), threading.Lock()
    os.dup2(2, 1)

    def say(told: Told) -> None:
        with lock:
            os.write(out, msgspec.json.encode(told) + b"\n")

    return say


def _obey(world: World, screens: list[Witness], say: Callable[[Told], None]) -> None:
    touching: Any = None
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        is_done = True
        if word == "leap":
            world.leap(int(rest))
        elif word == "corner":
            screens[0].hold_the_corner()
        elif word == "touch":
            touching = touching or _finger(screens[0].window, Path(world.life.place) / "touches")
            while screens[0].window._acts:  # a person touches what is drawn
                touching._on_screen(lambda: None)
            is_done = touching.touch(rest)
        devices = dict(world.terminal.devices) if world.terminal else {}
        is_dated = world.clock.offset_ms is not None
        say(
            Told(
                done=is_done,
                devices=devices,
                counted=world.counted,
                presses=world.pressed,
                blocks=sys.getallocatedblocks(),
                is_dated=is_dated,
            )
        )


def _finger(window: Any, pipe: Path) -> Any:
    from kiosk.screens.simulated_touch import SimulatedTouch

    return SimulatedTouch(pipe, stage=window.stage, sdl=window.sdl)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
