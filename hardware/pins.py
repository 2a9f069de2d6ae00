"""The pins of a Raspberry Pi, through which all drivers reach them.

gpiozero is imported when the first pin is opened. Its `bounce_time` stays unused: it drops presses (gpiozero #550,
#1039).
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import entry_points
from types import TracebackType
from typing import Any, Literal, Self

from hardware.errors import DeviceUnplugged

Pull = Literal["up", "down"]


class Board:
    """The pins through one of gpiozero's pin factories, opened with the first pin and shared by all drivers.

    factory: its name as in GPIOZERO_PIN_FACTORY; there is no falling back to another one.
    """

    def __init__(self, factory: str = "lgpio") -> None:
        self.factory_name = factory
        self._factory: Any = None
        self._lock = threading.Lock()

    def listen(self, pin: int, *, active_high: bool, pull: Pull, when_edge: Callable[[bool, float], None]) -> "Input":
        """Raises DeviceUnplugged if the pin can't be had just now."""
        with _faults(f"GPIO {pin}"):
            return Input(self.factory, pin, active_high=active_high, pull=pull, when_edge=when_edge)

    def drive(self, pin: int, *, active_high: bool) -> "Output":
        """Raises DeviceUnplugged if the pin can't be had just now."""
        with _faults(f"GPIO {pin}"):
            return Output(self.factory, pin, active_high=active_high)

    @property
    def factory(self) -> Any:
        with self._lock:
            if self._factory is None:
                self._factory = _make_factory(self.factory_name)
            return self._factory

    def close(self) -> None:
        with self._lock:
            if self._factory is not None:
                self._factory.close()
                self._factory = None


def _make_factory(name: str) -> Any:
    found = entry_points(group="gpiozero_pin_factories", name=name)
    if not found:
        known = sorted({point.name for point in entry_points(group="gpiozero_pin_factories")})
        raise DeviceUnplugged(
            f'There is no pin factory "{name}". Known are: {", ".join(known)}.'
            if known
            else "gpiozero is not installed, so no pin can be reached: install the kiosk's requirements again."
        )
    with _faults(f'pin factory "{name}"'):
        return next(iter(found)).load()()


@contextmanager
def _faults(what: str) -> Iterator[None]:
    """Whatever a pin factory raises (each has errors of its own) is a device that can't be had just now."""
    try:
        yield
    except DeviceUnplugged:
        raise
    except Exception as error:
        raise DeviceUnplugged(f"{what}: {type(error).__name__}: {error}") from error


class _Pin:
    def __init__(self, factory: Any, pin: int, *, active_high: bool) -> None:
        self.name = f"GPIO {pin}"
        self._active_high = active_high
        self._pin: Any = factory.pin(pin)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        with suppress(Exception):  # whatever it says: it is given up, and opened anew if needed
            self._pin.when_changed = None
            self._pin.close()


class Input(_Pin):
    """A line that is read; pull: where it goes while nothing drives it.

    when_edge: gets whether it is active now and when the edge was (time.monotonic), from the factory's thread.
    """

    def __init__(
        self, factory: Any, pin: int, *, active_high: bool, pull: Pull, when_edge: Callable[[bool, float], None]
    ) -> None:
        super().__init__(factory, pin, active_high=active_high)
        self._factory = factory
        self._when_edge = when_edge
        self._pin.input_with_pull(pull)
        self._pin.edges = "both"
        self._pin.when_changed = self._changed  # gpiozero keeps a weak reference alone

    def is_active(self) -> bool:
        with _faults(self.name):
            return bool(self._pin.state) == self._active_high

    def _changed(self, ticks: float, level: int) -> None:
        # The kernel's own time of the edge: a burst that reaches Python late still shows its true gaps.
        age_s = max(0.0, self._factory.ticks_diff(self._factory.ticks(), ticks))
        self._when_edge(bool(level) == self._active_high, time.monotonic() - age_s)


class Output(_Pin):
    """A line that is driven; inactive from the start, and again when it is closed."""

    def __init__(self, factory: Any, pin: int, *, active_high: bool) -> None:
        super().__init__(factory, pin, active_high=active_high)
        self._pin.output_with_state(not active_high)

    def drive(self, *, active: bool) -> None:
        with _faults(self.name):
            self._pin.state = active == self._active_high

    def close(self) -> None:
        with suppress(Exception):  # as above
            self._pin.state = not self._active_high
        super().close()
