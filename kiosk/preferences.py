"""How a terminal is set by its staff: kept across restarts (kiosk/staff.py), in force from the next visit on."""

import msgspec

VOLUME, VOLUME_STEP = 60, 20


class Preferences(msgspec.Struct, frozen=True):
    """language: the one that a visit begins with, empty for the survey's first. volume: of the voice, 0..100.

    low_reach, larger, steady: see Ask; at most one of the first two.
    """

    language: str = ""
    low_reach: bool = False
    larger: bool = False
    steady: bool = False
    volume: int = VOLUME
