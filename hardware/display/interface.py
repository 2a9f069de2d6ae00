"""What a terminal sees of its display. No call raises: what goes wrong is in `fault`, and once in the log."""

from typing import Protocol

from hardware.faults import Fault


class Display(Protocol):
    fault: Fault

    def set_brightness(self, share: float) -> None:
        """0 is the darkest that is still on, 1 the brightest; nothing happens where it can't be dimmed."""

    def switch_off(self) -> None: ...

    def switch_on(self) -> None: ...
