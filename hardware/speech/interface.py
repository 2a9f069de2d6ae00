"""What a terminal sees of its voice. No call waits or raises: what goes wrong is in `fault`, and once in the log."""

from typing import Protocol

from hardware.faults import Fault


class Speech(Protocol):
    fault: Fault

    def say(self, text: str, *, language: str, key: str = "") -> None:
        """Begin to say it; what was being said ends there. language: such as fi. key: names a recording of the text."""

    def be_quiet(self) -> None:
        """End what is being said."""

    def set_volume(self, share: float) -> None:
        """From the next sentence on; 1 is as loud as the sound card is set."""

    def close(self) -> None:
        """Be quiet for good."""
