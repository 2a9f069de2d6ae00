"""Numbered keys with a word at either end: 0 to 10 (would you recommend us), 1 to 7 (how easy was it)."""

from collections.abc import Callable

from kiosk.screens import look
from kiosk.screens.panels import Panel, fitting, lay_rows, rows_for
from kiosk.screens.widgets import Key, Words
from kiosk.texts import text
from kiosk.views import Ask
from survey.questions import SCALES, Kind, Value

GAP = {Kind.NPS: 12, Kind.CES: 32}
GAP_PORTRAIT = 16
ACROSS = {Kind.NPS: 96, Kind.CES: 112}
HEIGHT = 112
COLUMNS_PORTRAIT = {Kind.NPS: 6, Kind.CES: 4}
ENDS_HEIGHT = 64
BELOW = 24
HEIGHT_LARGER, LINE_LARGER = 88, 68  # with larger letters each end has a line of its own; two on a tall window


class NumberKey(Key):
    def __init__(self, value: int) -> None:
        super().__init__(name=f"value {value}", text=str(value), steps=look.NUMBER, air=4)
        self.value = value


class NumberPanel(Panel):
    def __init__(self, kind: Kind, answer: Callable[[Value], None]) -> None:
        super().__init__(answer)
        self._kind = kind
        self._keys = [NumberKey(value) for value in SCALES[kind]]
        for key in self._keys:
            key.bind(on_press=lambda key: self.answer(key.value))
            self.add_widget(key)
        self._worst = Words(tone="quiet", halign="left")
        self._best = Words(tone="quiet", halign="right")
        self.add_widget(self._worst)
        self.add_widget(self._best)

    def show(self, view: Ask, *, fresh: bool) -> None:
        rows = rows_for(len(self._keys), self._columns())
        height, ends = self._heights()
        self.wanted = self.least = rows * height + (rows - 1) * self._gap() + ends * (1 + look.scale.larger) + BELOW
        low, high = self._keys[0].value, self._keys[-1].value
        self._worst.text = f"{low} = {text(view.language, f'{self._kind}.worst')}"
        self._best.text = f"{high} = {text(view.language, f'{self._kind}.best')}"
        self.show_pressed(self._keys, view.pressed)

    def arrange(self) -> None:
        columns, gap = self._columns(), look.px(self._gap())
        width = fitting(self.width, columns, gap, look.px(ACROSS[self._kind]))
        rows = rows_for(len(self._keys), columns)
        height, ends = map(look.px, self._heights())
        size = width, height
        lay_rows(self._keys, self, columns=columns, gap=gap, size=size, top=self.top)
        bottom = self.top - rows * size[1] - (rows - 1) * gap - look.px(8)
        left, right = self._keys[0].x, self._keys[columns - 1].right
        width = right - left if look.scale.larger else (right - left) / 2 - look.px(16)
        for words, x in ((self._worst, left), (self._best, right - width)):
            words.size = width, ends
            words.pos = x, bottom - ends
            bottom -= ends * look.scale.larger

    def _heights(self) -> tuple[int, int]:
        """Of a key, and of what stands at an end, in units."""
        if look.scale.larger:
            return HEIGHT_LARGER, LINE_LARGER * (1 + look.scale.portrait)
        return HEIGHT, ENDS_HEIGHT

    def _gap(self) -> int:
        return GAP_PORTRAIT if look.scale.portrait else GAP[self._kind]

    def _columns(self) -> int:
        return COLUMNS_PORTRAIT[self._kind] if look.scale.portrait else len(self._keys)
