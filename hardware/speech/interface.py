"""What a terminal sees of its voice. No call waits or raises: what goes wrong is in `fault`, and once in the log."""

from collections.abc import Callable, Sequence
from typing import Protocol

from hardware.faults import Fault

Utterance = tuple[str, str]  # what is said, and in which language, such as fi


class Speech(Protocol):
    fault: Fault

    def start(self, *, when_changed: Callable[[bool], None]) -> None:
        """Find out, without a sound, whether it can be heard; it is thought so until told. From another thread."""

    def say(self, utterances: Sequence[Utterance]) -> None:
        """One after the other, instead of what is being said; none: be silent. From any thread, returns at once."""

    def set_volume(self, percent: int) -> None:
        """0..100; from the next utterance on. 100 is as loud as the sound card is set."""

    def close(self) -> None:
        """Be silent for good."""
