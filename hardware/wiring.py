"""Which pins of the board the settings name, and whether so much can be wired to them: pure, from words to numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hardware.errors import UnfitPins

BCM = [str(number) for number in range(2, 28)]  # what the header offers; 0 and 1 are for the memory of a HAT
NUMBER = "the number after GPIO, 2 to 27, not the position on the header (GPIO 17 is at position 11)"
LOW, HIGH = "low", "high"


@dataclass(frozen=True, slots=True)
class Lines:
    """pins: BCM numbers in order. active_high: whether a line at 3.3 V means pressed, lit, broken; else at 0 V."""

    pins: tuple[int, ...]
    active_high: bool


# By setting and kind of device: the level that means something where the setting does not say it, and how many pins.
EXPECTED = {
    ("buttons", "gpio"): (LOW, 99),
    ("lights", "gpio"): (HIGH, 99),
    ("buzzer", "gpio"): (HIGH, 1),
    ("counter", "beam"): (LOW, 1),
    ("counter", "pir"): (HIGH, 1),
}


def lines(key: str, setting: str) -> Lines:
    """The lines that a setting such as buttons = "gpio:17,27,22" names; key and kind are in EXPECTED.

    Raises UnfitPins, which names every fault.
    """
    kind, _, text = setting.partition(":")
    level, at_most = EXPECTED[key, kind]
    *words, last = (word.strip() for word in text.split(","))
    if last in (LOW, HIGH):
        level = last
    else:
        words.append(last)
    found = [*_faults(words)]
    if len(words) > at_most:
        found.append(f"{len(words)} pins are named, expected {at_most}")
    if found or not words:
        raise UnfitPins("; ".join(found) or f"no pin is named: give {NUMBER}")
    return Lines(tuple(int(word) for word in words), active_high=level == HIGH)


def faults(settings: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What is wrong with the pins of devices, by the setting that names each; a sentence each.

    What names no pins is left out.
    """
    users: dict[int, list[str]] = {}
    for key, setting in settings:
        if (key, setting.partition(":")[0]) not in EXPECTED:
            continue
        try:
            for pin in lines(key, setting).pins:
                users.setdefault(pin, []).append(key)
        except UnfitPins as error:
            yield f'{key} "{setting}": {error}.'
    for pin, keys in sorted(users.items()):
        if len(keys) > 1:
            yield f"GPIO {pin} is used by {' and by '.join(keys)}: move one of them to a free pin."


def _faults(words: list[str]) -> Iterator[str]:
    unfit = [word for word in words if word not in BCM]
    if unfit:
        named = ", ".join(f'"{word}"' for word in unfit)
        yield f"{named} {'is' if len(unfit) == 1 else 'are'} no BCM number: give {NUMBER}"
    for word in dict.fromkeys(word for word in words if words.count(word) > 1 and word not in unfit):
        yield f"GPIO {word} is named twice: each line needs a pin of its own"
