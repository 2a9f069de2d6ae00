"""The twin of lamps and buzzer remembers what it was told to show: for tests, the demo, developers without lamps."""

from collections.abc import Callable
from threading import Condition

from hardware.lights.interface import Light


class SimulatedLights:
    """shown: every light, oldest first. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self.shown: list[Light] = []
        self._news = Condition()

    def start(self, *, when_changed: Callable[[str], None]) -> None:
        when_changed("plugged")

    def show(self, light: Light) -> None:
        with self._news:
            self.shown.append(light)
            self._news.notify_all()

    def stop(self) -> None:
        self.show(Light("off"))

    def wait_until_shown(self, light: Light, timeout_s: float) -> bool:
        """Whether it was told to show that within the time."""
        with self._news:
            return self._news.wait_for(lambda: light in self.shown, timeout_s)
