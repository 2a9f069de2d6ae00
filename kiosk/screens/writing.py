"""Open text and the keyboard for it: letters with å ä ö, or digits and signs. Only touches write."""

from collections.abc import Callable
from typing import Any

from kivy.uix.stencilview import StencilView
from kivy.uix.widget import Widget

from kiosk.screens import look
from kiosk.screens.panels import Panel
from kiosk.screens.widgets import Key, Words
from kiosk.texts import text
from kiosk.views import Ask
from survey.questions import MAX_TEXT, Value

LETTERS = ("qwertyuiopå", "asdfghjklöä", "zxcvbnm,.")
DIGITS = ("1234567890%", "-/:;()&€@+*", "\"'!?=#_,.")
COLUMNS = 11
GAP = 8
HEIGHT, HEIGHT_PORTRAIT = 392, 560
KEY_HEIGHT, LEAST_SHEET = 72, 64
AIR = 14  # between the sheet's edge and what is written
SPACE, SHIFT, BACK, LAYER = "space", "shift", "back", "layer"


class TypeKey(Key):
    """A key that types what stands on it, or does what its name says. columns: how wide it is."""

    def __init__(self, name: str, columns: int = 1) -> None:
        super().__init__(name=f"key {name}", text=name, steps=(26, 21), air=2)
        self.columns = columns


class Sheet(Widget):
    """What was written so far; of a long text the last lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._window = StencilView()
        self._words = Words(halign="left", steps=(28,))
        self._window.add_widget(self._words)
        self.add_widget(self._window)
        self.bind(pos=self._arrange, size=self._arrange)
        self._words.bind(texture_size=self._arrange)

    def show(self, written: str, hint: str) -> None:
        self._words.text = f"{written}|" if written else hint
        self._words.tone = "ink" if written else "quiet"

    def _arrange(self, *_: object) -> None:
        window, words = self._window, self._words
        window.size = self.width - 2 * look.px(20), self.height - 2 * look.px(AIR)
        window.pos = self.x + look.px(20), self.y + look.px(AIR)
        words.size = window.width, words.texture_size[1]
        words.pos = window.x, max(window.y, window.top - words.height)


class WritingPanel(Panel):
    takes_done = True

    def __init__(self, answer: Callable[[Value], None]) -> None:
        super().__init__(answer)
        self._written = ""
        self._capital = False
        self._hint = ""
        self._sheet = Sheet()
        self._rows = [[TypeKey(sign) for sign in row] for row in LETTERS]
        self._shift, self._back = TypeKey(SHIFT), TypeKey(BACK)
        self._shift.text, self._back.text = "⇧", "⌫"
        self._shift.font = self._back.font = look.SIGN_FONT
        self._rows[2] = [self._shift, *self._rows[2], self._back]
        self._layer, self._space = TypeKey(LAYER, columns=2), TypeKey(SPACE, columns=9)
        self._rows.append([self._layer, self._space])
        self._digits = False
        self.add_widget(self._sheet)
        for key in (key for row in self._rows for key in row):
            key.bind(on_press=self._press)
            self.add_widget(key)

    def show(self, view: Ask, *, fresh: bool) -> None:
        if fresh:
            self._written, self._digits, self._capital = "", False, True
        self.wanted = HEIGHT_PORTRAIT if look.scale.portrait else HEIGHT
        self._hint = text(view.language, "ask.write")
        self._space.text = text(view.language, "keyboard.space")
        self._letters_text = text(view.language, "keyboard.letters")
        self._digits_text = text(view.language, "keyboard.digits")
        self._refresh()

    def finish(self) -> Value | None:
        return self._written.strip() or None

    def _press(self, key: TypeKey) -> None:
        if key is self._shift:
            self._capital = not self._capital
        elif key is self._layer:
            self._digits = not self._digits
        elif key is self._back:
            self._written = self._written[:-1]
        else:
            sign = " " if key is self._space else key.text
            self._written = (self._written + sign)[:MAX_TEXT]
            self._capital = False
        self._refresh()
        self.dispatch("on_stir")

    def _refresh(self) -> None:
        self._sheet.show(self._written, self._hint)
        self.ready = self.finish() is not None
        self._layer.text = self._letters_text if self._digits else self._digits_text
        self._shift.chosen = self._capital and not self._digits
        for row, letters, digits in zip(self._rows, LETTERS, DIGITS, strict=False):
            signs = digits if self._digits else letters
            typing = [key for key in row if key not in (self._shift, self._back)]
            for key, sign in zip(typing, signs, strict=True):
                key.text = sign.upper() if self._capital and not self._digits else sign
                key.name = f"key {key.text}"

    def arrange(self) -> None:
        gap = look.px(GAP)
        column = (self.width - (COLUMNS - 1) * gap) / COLUMNS
        height = min(look.px(KEY_HEIGHT), (self.height - look.px(LEAST_SHEET) - 4 * gap) / 4)
        bottom = self.y
        for row in reversed(self._rows):
            x = self.x
            for key in row:
                key.size = key.columns * column + (key.columns - 1) * gap, height
                key.pos = x, bottom
                x = key.right + gap
            bottom += height + gap
        self._sheet.pos = self.x, bottom
        self._sheet.size = self.width, self.top - bottom
