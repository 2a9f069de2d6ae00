"""Lamps and a buzzer on the pins of the board, each through a transistor. Its thread sleeps while nothing changes."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

from hardware.lights import pattern
from hardware.lights.interface import Light
from hardware.lights.pattern import Picture
from hardware.pins import Board, Output
from hardware.reopening import Reopening
from hardware.wiring import Lines


class GpioLights:
    """The lamp of button 1 is on the first of `lamps`; the buzzer, if there is one, on the only line of `buzzer`."""

    def __init__(self, lamps: Lines | None, buzzer: Lines | None, board: Board) -> None:
        self._lamps = lamps
        self._buzzer = buzzer
        self._board = board
        self._steady = (Light("off"), 0.0)  # what holds, and since when; each is replaced whole
        self._thanks = (Light("thanks"), float("-inf"))  # long over
        self._news = threading.Event()
        self._reopening = Reopening("GPIO lights", session=self._play, wake=self._news.set)

    def start(self, *, when_changed: Callable[[str], None]) -> None:
        self._reopening.start(when_changed)

    def show(self, light: Light) -> None:
        if light.mode == "thanks":
            self._thanks = (light, time.monotonic())
        elif light != self._steady[0]:
            self._steady = (light, time.monotonic())
        self._news.set()

    def stop(self) -> None:
        self._reopening.stop()

    def _play(self) -> None:
        with ExitStack() as opened:
            lamps = _open(opened, self._board, self._lamps)
            sounds = _open(opened, self._board, self._buzzer)
            self._reopening.tell("plugged")
            while not self._reopening.stopping.is_set():
                self._news.clear()  # before looking: what comes from now on is looked at in the next round
                picture = self._picture(len(lamps))
                for button, lamp in enumerate(lamps, start=1):
                    lamp.drive(active=button in picture.lamps)
                for sound in sounds:
                    sound.drive(active=picture.sound)
                if not self._reopening.stopping.is_set():
                    self._news.wait(picture.lasts_s)

    def _picture(self, lamps: int) -> Picture:
        now = time.monotonic()
        for light, began_at in (self._thanks, self._steady):
            shown = pattern.picture(light, lamps=lamps, age_s=now - began_at)
            if shown:
                return shown
        return pattern.DARK


def _open(opened: ExitStack, board: Board, lines: Lines | None) -> list[Output]:
    if lines is None:
        return []
    return [opened.enter_context(board.drive(pin, active_high=lines.active_high)) for pin in lines.pins]
