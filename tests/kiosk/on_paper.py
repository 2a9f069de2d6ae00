"""A terminal whose screen and devices remember what they were told."""

import queue
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from hardware.buttons.interface import Press
from hardware.faults import Fault
from hardware.lights.interface import Light
from hardware.speech.interface import Utterance
from kiosk.journal import Records
from kiosk.terminal import Terminal
from kiosk.views import (
    CornerHeld,
    Digit,
    Entered,
    PinPad,
    Row,
    StaffMenu,
    Touch,
    View,
)
from kiosk.writer import Writer
from survey.pins import hashed
from tests.kiosk.a_terminal import CONFIGURATION, LIMIT_S, HandClock

PIN = "0451"
GUARDED = msgspec.structs.replace(CONFIGURATION, staff_pin=hashed(PIN))


class ScreenOnPaper:
    """Remembers what it was told to show, and whether the journal held it by then."""

    def __init__(self, folder: Path) -> None:
        self.shown: queue.SimpleQueue[tuple[View, int]] = queue.SimpleQueue()
        self._folder = folder

    def run(self, *, when_touched: Callable[[Touch], None]) -> None:
        raise NotImplementedError

    def show(self, view: View) -> None:
        records = Records.open(self._folder)
        stored = records.tallies().stored
        records.close()
        self.shown.put((view, stored))

    def dress(self, *_: object) -> None: ...

    def stop(self) -> None: ...

    def next(self) -> tuple[View, int]:
        return self.shown.get(timeout=LIMIT_S)


class ButtonsOnPaper:
    def __init__(self) -> None:
        self.acknowledged: queue.SimpleQueue[Press] = queue.SimpleQueue()
        self.is_started = False

    def start(
        self,
        *,
        when_pressed: Callable[[Press], None],
        when_changed: Callable[[str], None],
        last_seq: Callable[[str], int],
    ) -> None:
        self.is_started = True
        self.press, self.change, self.last_seq = when_pressed, when_changed, last_seq

    def kept(self, press: Press) -> None:
        self.acknowledged.put(press)

    def stop(self) -> None: ...


class CounterOnPaper:
    def start(self, *, when_counted: Callable[[int], None], when_changed: Callable[[str], None]) -> None:
        self.count, self.change = when_counted, when_changed

    def stop(self) -> None: ...


class VoiceOnPaper:
    def __init__(self) -> None:
        self.fault = Fault("paper")
        self.said: list[Utterance] = []
        self.volume = -1

    def start(self, *, when_changed: Callable[[bool], None]) -> None:
        self.change = when_changed

    def say(self, utterances: Sequence[Utterance]) -> None:
        self.said = list(utterances)

    def set_volume(self, percent: int) -> None:
        self.volume = percent

    def close(self) -> None: ...


class LightsOnPaper:
    def __init__(self) -> None:
        self.shown: list[Light] = []

    def start(self, *, when_changed: Callable[[str], None]) -> None:
        self.change = when_changed

    def show(self, light: Light) -> None:
        self.shown.append(light)

    def stop(self) -> None: ...


class Place:
    def __init__(
        self,
        folder: Path,
        hand: HandClock,
        *,
        has_screen: bool = True,
        diagnose: Callable[[str], tuple[Row, ...]] = lambda language: (),
    ) -> None:
        self.folder, self.hand = folder, hand
        self.screen, self.buttons, self.counter = ScreenOnPaper(folder), ButtonsOnPaper(), CounterOnPaper()
        self.voice, self.lights, self.more_buttons = VoiceOnPaper(), LightsOnPaper(), ButtonsOnPaper()
        self.writer = Writer(folder, hand.clock, retry_s=0.02)
        self.terminal = Terminal(
            writer=self.writer, clock=hand.clock, folder=folder, voice=self.voice, diagnose=diagnose
        )
        self.writer.start(when_kept=self.terminal.kept, when_not_kept=self.terminal.not_kept)
        self.terminal.start(
            screen=self.screen if has_screen else None,
            buttons={"buttons": self.buttons, "buttons 2": self.more_buttons},
            counters={"door": self.counter},
            lights=self.lights,
        )

    def shows(self, *kinds: type[View]) -> View:
        """The last of the next views, which are of these kinds."""
        for kind in kinds:
            view, _ = self.screen.next()
            assert isinstance(view, kind)
        return view

    def settle(self) -> None:
        """All that was told is done."""
        done = queue.SimpleQueue[str]()
        self.terminal.ping(lambda: done.put("done"))
        done.get(timeout=LIMIT_S)

    def types(self, pin: str) -> None:
        for touch in (*[Digit(int(digit)) for digit in pin], Entered()):  # type: ignore[arg-type]
            self.terminal.touched(touch)
            self.shows(PinPad)

    def lets_staff_in(self) -> None:
        self.terminal.touched(CornerHeld())
        self.shows(PinPad)
        self.types(PIN)
        self.shows(StaffMenu)

    def close(self) -> list[tuple[str, object]]:
        """What the journal holds in the end."""
        self.terminal.stop()
        self.writer.stop()
        records = Records.open(self.folder)
        held = [(entry.context.about, entry.value) for entry in records.entries_after(0)]
        records.close()
        return held


def restarted(place: Place, hand: HandClock) -> Place:
    """The program begins anew, in the same folder."""
    place.close()
    again = Place(place.folder, hand)
    again.terminal.configured(GUARDED)
    return again
