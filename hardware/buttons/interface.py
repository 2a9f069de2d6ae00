"""What a terminal sees of its buttons, whatever they hang on.

A press is the device's until the terminal calls `kept`: before that it comes again after a fault, after that never.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

BOX = "box:"  # how the source of a button box's press begins


@dataclass(frozen=True, slots=True)
class Press:
    """One press of a button; (source, seq) is its name.

    source: who counted it, "box:<id>/<session>" or "gpio:<session>"; its presses are numbered 1, 2, 3...
    button: 1 is the worst face.
    age_ms: how long before it was handed over it was made.
    """

    source: str
    seq: int
    button: int
    age_ms: int


class ButtonDevice(Protocol):
    def start(
        self,
        *,
        when_pressed: Callable[[Press], None],
        when_changed: Callable[[str], None],
        last_seq: Callable[[str], int],
    ) -> None:
        """Begin to listen, in a thread of its own; a device that is not there yet is waited for.

        when_pressed: gets each press once and in order; if it raises, the press is handed over again.
        when_changed: gets "plugged" or "unplugged"; "stuck" when a button is held for longer than anybody presses, and
        "plugged" when it is released.
        last_seq: the newest seq of a source that the journal holds, 0 if none.
        """

    def kept(self, press: Press) -> None:
        """The press is durable: the device may forget it. From any thread; never waits for the device."""

    def stop(self) -> None:
        """Stop listening. What was not kept is handed over again after the next start."""
