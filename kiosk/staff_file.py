"""Where what the staff have set outlives a restart (kiosk.staff.Kept)."""

import logging
from pathlib import Path

import msgspec

from kiosk import small_file
from kiosk.staff import Kept

FILE = "staff.json"

log = logging.getLogger(__name__)


def load(folder: Path) -> Kept:
    """As nothing had been set, where there is no file, or a damaged one."""
    try:
        return small_file.read(folder / FILE, Kept) or Kept()
    except OSError as error:
        log.error("What the staff have set can't be read and is left aside: %s", error)
        return Kept()


def save(folder: Path, kept: Kept) -> None:
    """A disk that is full or read only keeps nothing: then it holds until the next restart."""
    try:
        small_file.write(folder / FILE, msgspec.json.encode(kept))
    except OSError as error:
        log.error("What the staff have set can't be kept: %s", error)
