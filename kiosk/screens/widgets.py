"""What every screen is made of: words that fit their place, keys that answer where the finger comes down."""

import math
from collections.abc import Sequence
from typing import Any

from kivy.animation import Animation
from kivy.clock import Clock
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.image import Image
from kivy.uix.label import Label
from kivy.uix.widget import Widget

from kiosk.screens import look
from kiosk.screens.fonts import letters_for
from kiosk.screens.scripts import broken, turned


class Words(Label):
    """Text in the first of a few sizes (in units) that fits its place, over as many lines as it takes.

    tone: which of the palette's colours; any other would be overwritten when the palette changes.
    font: what they are set in where they are read from the left (fonts.py). fitting: whether all of it is seen, and no
    word is broken. exact: in these sizes also where letters are larger. drawn: how high its lines are, in pixels.
    """

    tone = OptionProperty("ink", options=["ink", "quiet", "edge", "chosen_ink", "paper"])
    steps = ListProperty(look.LABEL)
    font = StringProperty(look.TEXT_FONT)
    balanced = BooleanProperty(defaultvalue=False)
    exact = BooleanProperty(defaultvalue=False)
    drawn = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        self.fitting = True
        self._fit_soon = Clock.create_trigger(self._fit, -1)
        super().__init__(**kwargs)
        for name in ("text", "size", "steps", "font", "bold", "exact"):
            self.fbind(name, self._fit_soon)
        look.scale.bind(u=self._fit_soon, larger=self._fit_soon)
        self._fit_soon()

    def texture_update(self, *arguments: object) -> None:
        """Letters from the right are shaped by SDL line by line, so their lines are broken here."""
        if not self.markup:
            self._label.text = "\n".join(self._turned()) if self.font_direction == "rtl" else self.text
        super().texture_update(*arguments)

    def _turned(self) -> list[str]:
        width = self.text_size[0] or self.width
        measure = letters_for(self.text, self.font, bold=self.bold).measure(self.font_size)
        return [turned(line) for line in broken(self.text, width, lambda words: measure.get_extents(words)[0])]

    def _fit(self, *_: object) -> None:
        letters = letters_for(self._plain(), self.font)
        self.font_name, self.font_direction, self.font_script_name = letters[:3]
        self.text_size = self.width, None
        for step in self.steps if self.exact else look.steps(self.steps):
            self.font_size = look.letters_px(step)
            self.texture_update()
            self.fitting = self._fits()
            if self.fitting:
                break
        self.drawn = self.texture_size[1]
        if self.balanced:
            self._balance()
        if self.valign != "middle":
            self.text_size = self.text_size[0], self.height

    def _balance(self) -> None:
        """Lines of about one length: as narrow as goes without a line more."""
        height, width = self.texture_size[1], self.width
        if height < 2 * self.font_size:
            return
        while self.texture_size[1] == height and width > self.width / 2:
            width -= self.width / 16
            self.text_size = width, None
            self.texture_update()
        self.text_size = width + self.width / 16, None

    def _fits(self) -> bool:
        longest = max((text_width(word, self) for word in self._plain().split()), default=0)
        return bool(self.texture_size[1] <= self.height + 1 and longest <= self.width + 1)

    def wanted_height(self, width: float) -> int:
        """What it takes at the first of its sizes in so wide a place, in pixels."""
        return self.height_of(self._plain(), width, look.letters_px(look.steps(self.steps)[0]))

    def height_of(self, words: str, width: float, size: float) -> int:
        """What others would take in so wide a place, their letters so high; all in pixels, whole ones."""
        letters = letters_for(words, self.font, bold=self.bold).measure(size)
        lines = broken(words, width, lambda some: float(letters.get_extents(some)[0]))
        height: float = len(lines) * letters.get_extents(words)[1] * self.line_height + 2
        return math.ceil(height)

    def _plain(self) -> str:
        return str(self.text).replace("[b]", "").replace("[/b]", "") if self.markup else str(self.text)


class Heading(Words):
    """The question, or what a screen has to say."""


def text_width(text: str, like: Words) -> float:
    """In pixels, in the letters of a label."""
    return float(letters_for(text, like.font, bold=like.bold).measure(like.font_size).get_extents(text)[0])


def words_fit(text: str, font_size: float, room: tuple[float, float]) -> bool:
    """Whether a text is seen whole in a room so wide and high, with no word broken."""
    letters = letters_for(text).measure(font_size)

    def measure(words: str) -> float:
        return float(letters.get_extents(words)[0])

    lines = broken(text, room[0], measure)
    return len(lines) * letters.get_extents(text)[1] <= room[1] and max(map(measure, lines)) <= room[0]


class Touchable(Widget):
    """Reports a touch as it comes down. name: what a simulated customer calls it, e.g. `value 4`."""

    __events__ = ("on_press",)
    name = StringProperty("")
    swell = NumericProperty(1.0)
    fade = NumericProperty(0.0)

    def on_touch_down(self, touch: Any) -> bool:
        if self.disabled or not self.collide_point(*touch.pos):
            return False
        self.dispatch("on_press")
        return True

    def on_press(self) -> None:
        """For whoever listens."""


class Key(Touchable):
    """A rounded key with a word on it. plain: for what matters less, as the paper; chosen, as the ink.

    exact: see Words. room: what the words leave free at the left, top and right, in pixels; halign: of the words.
    """

    text = StringProperty("")
    steps = ListProperty(look.BUTTON)
    font = StringProperty(look.TEXT_FONT)
    exact = BooleanProperty(defaultvalue=False)
    bold = BooleanProperty(defaultvalue=False)
    chosen = BooleanProperty(defaultvalue=False)
    plain = BooleanProperty(defaultvalue=False)
    inset = NumericProperty(0)
    rounding = NumericProperty(0)
    border = NumericProperty(2)
    air = NumericProperty(12)
    room = ListProperty([0, 0, 0])
    halign = StringProperty("center")


class Pill(Key):
    """A small round key, as wide as its word; its place for the finger is taller than what is drawn."""

    text_width = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("text", self._measure)
        look.scale.bind(u=self._measure, larger=self._measure)
        self._measure()

    def _measure(self, *_: object) -> None:
        words = letters_for(self.text, bold=True).measure(look.letters_px(look.steps(self.steps)[0]))
        self.text_width = words.get_extents(self.text)[0] + 2


class Logo(Image):
    """The chain's own, in a place as wide as it needs; without one, or where it can't be read, no place at all."""

    shown = BooleanProperty(defaultvalue=False)


def show_pressed(keys: Sequence[Any], pressed: Any | None) -> None:
    """The pressed one swells, the others fade; with none pressed all are as they were."""
    for key in keys:
        Animation.cancel_all(key, "swell", "fade")
        if pressed is None:
            key.swell, key.fade = 1.0, 0.0
        elif look.motion.reduced:
            key.swell, key.fade = (look.SWELL, 0.0) if key is pressed else (1.0, look.FADE)
        elif key is pressed:
            key.swell, key.fade = look.SWELL_AT_ONCE, 0.0
            Animation(swell=look.SWELL, duration=look.SWELL_S, t="out_quad").start(key)
        else:
            Animation(fade=look.FADE, duration=look.FADE_S).start(key)
