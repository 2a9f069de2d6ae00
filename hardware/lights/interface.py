"""What a terminal sees of the lamps in its buttons and of its buzzer, whatever they hang on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

Mode = Literal["off", "invite", "thanks", "out_of_order"]


@dataclass(frozen=True, slots=True)
class Light:
    """What is to be seen, and heard.

    off: dark, as in closed hours. invite: all lamps are on. out_of_order: a flash now and then that staff notice.
    thanks: the lamp of `button` alone for a moment, with a `beep` or without; then what was shown before. Where there
    are several button boxes, only the one that counted the press (`source`, as Press has it) shows them.
    """

    mode: Mode
    button: int = 0
    beep: bool = False
    source: str = ""


class LightDevice(Protocol):
    def start(self, *, when_changed: Callable[[str], None]) -> None:
        """Begin, dark, in a thread of its own; a device that is not there yet is waited for.

        when_changed: gets "plugged" or "unplugged".
        """

    def show(self, light: Light) -> None:
        """From any thread; never waits. Thanks are not late: without the device they are left out."""

    def stop(self) -> None:
        """Dark again."""
