"""Colours, sizes and letters of the terminal. Sizes are for a window of 1024 x 600 and grow with it.

Colours and size change while it runs; what is drawn from them follows by Kivy's properties, and nothing is rebuilt.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty, ColorProperty, DictProperty, NumericProperty, StringProperty
from kivy.utils import get_color_from_hex

from survey.theme import DAY, Colours, Theme, readable_on

Colour = list[float]

LINE_SHARE = 0.2  # of the edge in a line that only parts things
STEPS = 8  # to the unit, so that all that lies on the grid of 8 units lies on whole pixels
LEAST_STEPS = 4

SWELL, SWELL_S = 1.06, 0.08
SWELL_AT_ONCE = 1.03  # in the very frame of the touch; an animation's own first step comes two frames later
FADE, FADE_S = 0.72, 0.2
MARK_S = 0.24  # the tick of thanks is drawn

SMALLEST_PX = 18  # what is smaller is not read at arm's length
HEADING = (60, 48, 38, 30)  # the first that fits; few sizes, because each keeps its own letters in memory
BUTTON = (28, 24, 21)
NUMBER = (36, 28)
LABEL = (21,)
FOOT = (22, 20)
SMALL = (20,)
LARGER = (53, 51, 44, 36, 28)  # for who needs larger letters: 53 and 51 are read from 45 cm (docs/accessibility.md)
READ_PX = 51  # as far on each of our displays: as many pixels, or LARGER[0] where that is less
NOTICE = (60, 53, 51)  # what tells that nothing can be asked is read from as far, without being asked for

TEXT_FONT, DISPLAY_FONT, SIGN_FONT = "hymy-text", "hymy-display", "hymy-signs"  # see fonts.py


class Palette(EventDispatcher):
    """The colours in use. line: parts things and tells nothing. chosen_ink: of words on the accent."""

    paper = ColorProperty()
    ink = ColorProperty()
    quiet = ColorProperty()
    card = ColorProperty()
    edge = ColorProperty()
    accent = ColorProperty()
    line = ColorProperty()
    chosen_ink = ColorProperty()

    def __init__(self) -> None:
        super().__init__()
        self.wear(DAY)

    def wear(self, colours: Colours) -> None:
        self.worn = colours
        for name, colour in msgspec.structs.asdict(colours).items():
            setattr(self, name, colour)
        self.line = blend(self.paper, self.edge, LINE_SHARE)
        self.chosen_ink = readable_on(colours.accent)


class Wardrobe(EventDispatcher):
    """What the chain gave: its theme, and the files of its pictures by name. dark: which half of the theme is worn."""

    logo = StringProperty("")
    pictures = DictProperty()
    dark = BooleanProperty(defaultvalue=False)

    def __init__(self) -> None:
        super().__init__()
        self._theme = Theme()
        self.bind(dark=lambda *_: self._change())

    def dress(self, theme: Theme, pictures: Mapping[str, Path]) -> None:
        self._theme, self.pictures = theme, {name: str(file) for name, file in pictures.items()}
        self._change()

    def _change(self) -> None:
        theme = self._theme
        colours.wear(theme.dark if self.dark else theme.day)
        self.logo = self.pictures.get(theme.logo_dark if self.dark else theme.logo, "")


class Scale(EventDispatcher):
    """How large one unit is, in pixels, which way the window stands, and whether somebody needs larger letters."""

    u = NumericProperty(1.0)
    portrait = BooleanProperty(defaultvalue=False)
    larger = BooleanProperty(defaultvalue=False)

    def fit(self, width: float, height: float) -> None:
        across, down = (600, 1024) if width < height else (1024, 600)
        self.portrait = width < height
        self.u = max(LEAST_STEPS, math.floor(STEPS * min(width / across, height / down))) / STEPS


class Motion(EventDispatcher):
    """reduced: whatever moves is at its end at once."""

    reduced = BooleanProperty(defaultvalue=False)


def px(units: float) -> float:
    return float(round(units * scale.u))


def letters_px(units: float) -> float:
    return max(SMALLEST_PX, px(units))


def steps(usual: Sequence[int]) -> Sequence[int]:
    """The sizes to try, in units: the usual ones, or larger ones in their place."""
    return (*(step for step in usual if step > LARGER[0]), *LARGER) if scale.larger else usual


def blend(colour: Colour, other: Colour, share: float) -> Colour:
    """A colour on its way to another, share 0..1."""
    return [a + (b - a) * share for a, b in zip(colour, other, strict=True)]


def colour(written: str) -> Colour:
    """From "#rrggbb"."""
    return [float(channel) for channel in get_color_from_hex(written)]


colours = Palette()
wardrobe = Wardrobe()
scale = Scale()
motion = Motion()
