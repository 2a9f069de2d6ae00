"""The twin of a voice. That of a headphone socket is hardware.simulated_evdev.SimulatedInput and its `switch`."""

from collections.abc import Callable, Sequence

from hardware.faults import Fault
from hardware.speech.interface import Utterance


class SimulatedSpeech:
    """record: each order, with its volume. now: what is being said."""

    def __init__(self) -> None:
        self.fault = Fault("simulated speech")
        self.record: list[tuple[tuple[Utterance, ...], int]] = []
        self.now: tuple[Utterance, ...] = ()
        self._percent = 100

    def start(self, *, when_changed: Callable[[bool], None]) -> None: ...

    def say(self, utterances: Sequence[Utterance]) -> None:
        self.now = tuple(utterances)
        self.record.append((self.now, self._percent))

    def set_volume(self, percent: int) -> None:
        self._percent = percent

    def close(self) -> None:
        self.now = ()
