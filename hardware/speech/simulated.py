"""The twin of a voice. That of a headphone socket is hardware.simulated_evdev.SimulatedInput and its `switch`."""

from dataclasses import dataclass

from hardware.faults import Fault


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    language: str
    key: str
    volume: float


class SimulatedSpeech:
    """record: all that was said. now: what is being said, which ends when it is told to be quiet."""

    def __init__(self) -> None:
        self.fault = Fault("simulated speech")
        self.record: list[Said] = []
        self.now: Said | None = None
        self._volume = 1.0

    def say(self, text: str, *, language: str, key: str = "") -> None:
        self.now = Said(text, language, key, self._volume)
        self.record.append(self.now)

    def be_quiet(self) -> None:
        self.now = None

    def set_volume(self, share: float) -> None:
        self._volume = share

    def close(self) -> None:
        self.now = None
