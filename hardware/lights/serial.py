"""Lamps and a buzzer in a button box: told over the box's line, which its buttons own."""

from collections.abc import Callable

from hardware.buttons.protocol import Lit
from hardware.buttons.serial import SerialButtons
from hardware.lights.interface import Light


class BoxLights:
    """The box itself knows how each light looks (docs/button_box.md), and is dark when the terminal falls silent."""

    def __init__(self, buttons: SerialButtons) -> None:
        self._buttons = buttons

    def start(self, *, when_changed: Callable[[str], None]) -> None:
        """Whether the box is plugged in its buttons tell."""

    def show(self, light: Light) -> None:
        self._buttons.light(Lit(light.mode, light.button, int(light.beep)))

    def stop(self) -> None:
        self.show(Light("off"))
