"""The keys by which everybody can make the question suit them: lower down, larger, aloud. Always in one place."""

from typing import Any

from kivy.clock import Clock
from kivy.uix.boxlayout import BoxLayout

from kiosk.screens import look
from kiosk.screens.fonts import letters_for
from kiosk.screens.signs import LETTERS, LOUDER, REACH, VOICE, Sign
from kiosk.screens.widgets import Key
from kiosk.texts import text
from kiosk.views import Ask, LargerChosen, LouderChosen, LowReachChosen, SpeechChosen

LEAST_WIDTH, HEIGHT, AIR = 96, 80, 10  # units
SIGN, ABOVE = 36, 8  # units: the sign, and the air above it
ALONE, HEIGHT_LARGER, SIGN_ALONE = 80, 72, 52  # units: a key without a word, between larger letters, and its sign

Suit = LowReachChosen | LargerChosen | SpeechChosen | LouderChosen


class AccessKey(Key):
    """A sign with its word below it, as wide as that; without one it stands alone."""

    def __init__(self, sign: str, **kwargs: Any) -> None:
        super().__init__(plain=True, bold=True, steps=look.SMALL, air=AIR, size_hint=(None, None), **kwargs)
        self._sign = Sign(sign=sign)
        self.add_widget(self._sign)
        self.bind(chosen=self._show_chosen)
        arrange_soon = Clock.create_trigger(lambda _: self._arrange(), -1)
        self.bind(pos=arrange_soon, size=arrange_soon, text=self._measure)
        look.scale.bind(u=self._measure, larger=self._measure)
        self._show_chosen()
        self._measure()

    def _show_chosen(self, *_: object) -> None:
        self._sign.tone = "paper" if self.chosen else "quiet"

    def _measure(self, *_: object) -> None:
        height = look.px(HEIGHT_LARGER if look.scale.larger else HEIGHT)
        if not self.text:
            self.size = look.px(ALONE), height
            return
        words = letters_for(self.text, bold=True).measure(look.letters_px(self.steps[0]))
        width = words.get_extents(self.text)[0] + 4 + 2 * look.px(AIR)
        self.size = max(look.px(LEAST_WIDTH), width), height

    def _arrange(self) -> None:
        side = look.px(SIGN if self.text else SIGN_ALONE)
        self._sign.size = side, side
        top = self.top - look.px(ABOVE) if self.text else round(self.center_y + side / 2)
        self._sign.pos = round(self.center_x - side / 2), top - side
        self.room = [0, look.px(ABOVE + SIGN - 2), 0]


class AccessKeys(BoxLayout):
    """on_suit: a Suit. Without a voice there is no key for it, and Louder only while it speaks; the staff have none.

    The signs stand alone where the words have no room: between larger letters, low on a tall window; and with Louder
    on any tall one, low, or beside a goal.
    """

    __events__ = ("on_suit",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._low = AccessKey(REACH, name="low reach")
        self._larger = AccessKey(LETTERS, name="larger")
        self._louder = AccessKey(LOUDER, name="louder")
        self._voice = AccessKey(VOICE, name="aloud")
        self._low.bind(on_press=lambda _: self.dispatch("on_suit", LowReachChosen()))
        self._larger.bind(on_press=lambda _: self.dispatch("on_suit", LargerChosen()))
        self._louder.bind(on_press=lambda _: self.dispatch("on_suit", LouderChosen()))
        self._voice.bind(on_press=lambda _: self.dispatch("on_suit", SpeechChosen()))

    def show(self, view: Ask) -> None:
        self._low.chosen, self._larger.chosen, self._voice.chosen = view.low_reach, view.larger, bool(view.aloud)
        is_low_on_tall = look.scale.portrait and view.low_reach
        has_less_room = look.scale.portrait or view.low_reach or view.goal
        is_alone = view.larger or is_low_on_tall or bool(view.aloud and has_less_room)
        words = {self._low: "low_reach", self._larger: "larger", self._louder: "louder", self._voice: "aloud"}
        for key, word in words.items():
            key.text = "" if is_alone else text(view.language, f"ask.{word}")
        voice = [] if view.aloud is None else [self._louder, self._voice] if view.aloud else [self._voice]
        keys = [] if view.staff else [self._low, self._larger, *voice]
        if self.children[::-1] != keys:
            self.clear_widgets()
            for key in keys:
                self.add_widget(key)

    def on_suit(self, chosen: Suit) -> None:
        """For whoever listens."""
