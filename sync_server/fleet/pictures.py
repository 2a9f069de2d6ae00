"""Pictures that terminals show: PNG files named by a chain's files, small enough to be sent to each of them."""

import struct
from collections.abc import Iterable
from pathlib import Path

from survey.exchange import MAX_PICTURE_BYTES
from survey.questions import Survey

SUFFIX = ".png"  # a name that ends otherwise is that of a sign, which every terminal has
MOST_PIXELS = 1024  # across and down: what a terminal's screen can use
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def pictures_of(survey: Survey) -> list[str]:
    """The files that its choices name."""
    named = {choice.picture for question in survey.questions for choice in question.choices}
    return sorted(name for name in named if name.endswith(SUFFIX))


def read_pictures(folder: Path, names: Iterable[str], faults: list[str]) -> dict[str, bytes]:
    """Name -> content of the files in this folder. faults: gets a sentence for each that can't be used."""
    found: dict[str, bytes] = {}
    for name in sorted(set(names)):
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            faults.append(f"The picture {name} can't be read: {error.strerror}.")
            continue
        if fault := _fault(content):
            faults.append(f"The picture {name} {fault}")
        found[name] = content
    return found


def _fault(content: bytes) -> str:
    if not content.startswith(_SIGNATURE) or len(content) < 33:
        return "is no PNG; save it as one."
    if len(content) > MAX_PICTURE_BYTES:
        return f"takes {len(content):,} bytes; make it smaller than {MAX_PICTURE_BYTES:,}, each terminal fetches it."
    width, height = struct.unpack(">II", content[16:24])
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        return f"is {width} x {height} pixels; make it {MOST_PIXELS} x {MOST_PIXELS} at most."
    return ""
