"""Which lamps are on, and for how long: pure, from what is shown and since when.

Lamps are on or off. Dimming or breathing means software PWM on most pins, and that costs a waiting terminal more than
all else it does.
"""

from dataclasses import dataclass

from hardware.lights.interface import Light

THANKS_S = 0.3
BEEP_S = 0.1
FLASH_S = 0.1
FLASH_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class Picture:
    """lamps: the buttons whose lamps are on. lasts_s: until the next picture; None: until something else is shown."""

    lamps: frozenset[int]
    sound: bool
    lasts_s: float | None


DARK = Picture(frozenset(), sound=False, lasts_s=None)


def picture(light: Light, *, lamps: int, age_s: float) -> Picture | None:
    """What `light` looks like `age_s` after it began, with that many lamps; None: it is over."""
    match light.mode:
        case "invite":
            return Picture(frozenset(range(1, lamps + 1)), sound=False, lasts_s=None)
        case "thanks":
            return _thanks(light, age_s)
        case "out_of_order":
            phase_s = age_s % FLASH_EVERY_S
            if phase_s < FLASH_S:
                return Picture(frozenset({1}), sound=False, lasts_s=FLASH_S - phase_s)
            return Picture(frozenset(), sound=False, lasts_s=FLASH_EVERY_S - phase_s)
        case "off":
            return DARK


def _thanks(light: Light, age_s: float) -> Picture | None:
    lamps = frozenset({light.button})
    if light.beep and age_s < BEEP_S:
        return Picture(lamps, sound=True, lasts_s=BEEP_S - age_s)
    return Picture(lamps, sound=False, lasts_s=THANKS_S - age_s) if age_s < THANKS_S else None
