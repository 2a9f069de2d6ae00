"""Colours, sizes and letters of the terminal. Sizes are for a window of 1024 x 600 and grow with it."""

from collections.abc import Sequence
from pathlib import Path

from kivy.core.text import LabelBase
from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty, NumericProperty
from kivy.utils import get_color_from_hex

Colour = list[float]

INK_HEX = "#16211d"
INK: Colour = get_color_from_hex(INK_HEX)
PAPER: Colour = get_color_from_hex("#f6f3ec")
CARD: Colour = get_color_from_hex("#fffdf8")
QUIET: Colour = get_color_from_hex("#5d6a64")
LINE: Colour = get_color_from_hex("#e5dfd1")
EDGE: Colour = get_color_from_hex("#d8d2c4")
WHITE: Colour = get_color_from_hex("#ffffff")
GOOD: Colour = get_color_from_hex("#1c7a55")
NOTHING: Colour = [0, 0, 0, 0]

SWELL, SWELL_S = 1.06, 0.08
SWELL_AT_ONCE = 1.03  # in the very frame of the touch; an animation's own first step comes two frames later
FADE, FADE_S = 0.72, 0.2

SMALLEST_PX = 18  # what is smaller is not read at arm's length
HEADING = (60, 48, 38, 30)  # the first that fits; few sizes, because each keeps its own letters in memory
BUTTON = (28, 24, 21)
NUMBER = (36, 28)
LABEL = (21,)
FOOT = (22,)

TEXT_FONT, DISPLAY_FONT, SIGN_FONT = "hymy-text", "hymy-display", "hymy-signs"
INTER_FOLDERS = ("/usr/share/fonts/opentype/inter", "/usr/share/fonts/truetype/inter", "/usr/share/fonts/inter")


class Scale(EventDispatcher):
    """How large one unit is, in pixels, and which way the window stands."""

    u = NumericProperty(1.0)
    portrait = BooleanProperty(defaultvalue=False)

    def fit(self, width: float, height: float) -> None:
        across, down = (600, 1024) if width < height else (1024, 600)
        self.portrait = width < height
        self.u = min(width / across, height / down)


scale = Scale()


def px(units: float) -> float:
    return float(round(units * scale.u))


def letters_px(units: float) -> float:
    return max(SMALLEST_PX, px(units))


def blend(colour: Colour, other: Colour, share: float) -> Colour:
    """A colour on its way to another, share 0..1."""
    return [a + (b - a) * share for a, b in zip(colour, other, strict=True)]


def register_fonts(folders: Sequence[str] = INTER_FOLDERS) -> None:
    """Inter where Debian's fonts-inter is installed, else what comes with Kivy."""
    medium = _font(folders, "Inter-Medium.otf", otherwise="Roboto-Regular.ttf")
    bold = _font(folders, "Inter-SemiBold.otf", otherwise="Roboto-Bold.ttf")
    LabelBase.register(TEXT_FONT, medium, fn_bold=bold)
    LabelBase.register(DISPLAY_FONT, _font(folders, "InterDisplay-SemiBold.otf", otherwise="Roboto-Bold.ttf"))
    LabelBase.register(SIGN_FONT, _font(folders, "Inter-Medium.otf", otherwise="DejaVuSans.ttf"))


def _font(folders: Sequence[str], name: str, *, otherwise: str) -> str:
    files = (Path(folder) / name for folder in folders)
    return next((str(file) for file in files if file.is_file()), f"data/fonts/{otherwise}")
