"""Letters for every script: Inter for Latin, Cyrillic and Greek, Noto for Arabic, DejaVu where Arabic is mixed.

SDL takes a text's letters from one file alone, and keeps with that file which way it is written; so whatever is read
from the right has fonts of its own. Where a font is not installed, one that comes with Kivy stands in.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from kivy.core.text import Label as Measure
from kivy.core.text import LabelBase

from kiosk.screens.look import DISPLAY_FONT, SIGN_FONT, TEXT_FONT
from kiosk.screens.scripts import has_letters_from_right

ARABIC_FONT, MIXED_FONT, DISPLAY = "hymy-arabic", "hymy-mixed", "-display"
FOLDERS = (
    "/usr/share/fonts/opentype/inter",
    "/usr/share/fonts/truetype/inter",
    "/usr/share/fonts/inter",
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/truetype/dejavu",
)
ROBOTO, ROBOTO_BOLD, DEJAVU = "data/fonts/Roboto-Regular.ttf", "data/fonts/Roboto-Bold.ttf", "data/fonts/DejaVuSans.ttf"
ALSO_IN_ARABIC = frozenset(" \n!,-.0123456789:«»")  # of what Noto's Arabic has besides its letters
BEH = "\u0628"  # narrower where it joins another

log = logging.getLogger(__name__)


class Letters(NamedTuple):
    """The names are those of Kivy's Label."""

    font_name: str
    font_direction: str = "ltr"
    font_script_name: str = "Latn"
    bold: bool = False

    def measure(self, font_size: float) -> Measure:
        """A label whose get_extents tells how wide and high a text is."""
        measure = Measure(font_size=font_size, **self._asdict())
        if self.font_direction == "rtl" and not _joins(measure):
            measure.text = BEH
            measure.refresh()
            measure.texture.bind()  # drawn: only then does Kivy tell SDL the direction, on which the width depends
        return measure


def letters_for(text: str, font: str = TEXT_FONT, *, bold: bool = False) -> Letters:
    """font: what the text is set in where it is read from the left."""
    if not has_letters_from_right(text):
        return Letters(font, bold=bold)
    from_right = ARABIC_FONT if _is_arabic_alone(text) else MIXED_FONT
    return Letters(from_right + (DISPLAY if font == DISPLAY_FONT else ""), "rtl", "Arab", bold)


def register_fonts(folders: Sequence[str] = FOLDERS) -> None:
    missing: list[str] = []

    def find(name: str, *, otherwise: str) -> str:
        files = (Path(folder) / name for folder in folders)
        if found := next((str(file) for file in files if file.is_file()), ""):
            return found
        missing.append(name)
        return otherwise

    medium, bold = find("Inter-Medium.otf", otherwise=ROBOTO), find("Inter-SemiBold.otf", otherwise=ROBOTO_BOLD)
    LabelBase.register(TEXT_FONT, medium, fn_bold=bold)
    LabelBase.register(DISPLAY_FONT, find("InterDisplay-SemiBold.otf", otherwise=ROBOTO_BOLD))
    LabelBase.register(SIGN_FONT, medium if medium != ROBOTO else DEJAVU)
    bold = find("DejaVuSans-Bold.ttf", otherwise=DEJAVU)
    _register_from_right(MIXED_FONT, DEJAVU, bold)
    arabic = find("NotoSansArabicUI-Regular.ttf", otherwise=DEJAVU)
    _register_from_right(ARABIC_FONT, arabic, find("NotoSansArabicUI-Bold.ttf", otherwise=bold))
    if missing:
        log.warning(
            "These fonts are not installed, and others stand in for them: %s. "
            "Install Debian's fonts-inter, fonts-noto-ui-core and fonts-dejavu-core.",
            ", ".join(missing),
        )


def _joins(measure: Measure) -> bool:
    return bool(measure.get_extents(BEH + BEH)[0] < 2 * measure.get_extents(BEH)[0])


def _register_from_right(name: str, regular: str, bold: str) -> None:
    LabelBase.register(name, regular, fn_bold=bold)
    LabelBase.register(name + DISPLAY, bold)


def _is_arabic_alone(text: str) -> bool:
    return all(sign in ALSO_IN_ARABIC or "\u0600" <= sign <= "\u06ff" for sign in text)
