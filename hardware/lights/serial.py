"""Lamps and a buzzer in button boxes: told over each box's line, which its buttons own."""

from collections.abc import Callable, Sequence

from hardware.buttons.protocol import Lit
from hardware.buttons.serial import SerialButtons
from hardware.lights.interface import Light


class BoxLights:
    """A box itself knows how each light looks (docs/button_box.md), and is dark when the terminal falls silent."""

    def __init__(self, boxes: Sequence[SerialButtons]) -> None:
        self._boxes = boxes

    def start(self, *, when_changed: Callable[[str], None]) -> None:
        """Whether the box is plugged in its buttons tell."""

    def show(self, light: Light) -> None:
        for box in self._boxes:
            if not light.source or box.counts(light.source):
                box.light(Lit(light.mode, light.button, int(light.beep)))

    def stop(self) -> None:
        self.show(Light("off"))
