"""The twin of a USB keypad."""

from collections.abc import Sequence
from pathlib import Path

from hardware.simulated_evdev import SimulatedInput


class SimulatedKeypad(SimulatedInput):
    """record: every button pressed, whether anybody read it or not."""

    def __init__(self, path: Path, codes: Sequence[int]) -> None:
        super().__init__(path)
        self._codes = tuple(codes)
        self.record: list[int] = []

    def press_button(self, button: int, *, repeats: int = 0) -> None:
        self.record.append(button)
        self.press(self._codes[button - 1], repeats=repeats)
