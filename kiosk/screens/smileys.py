"""Four or five faces with a word each: side by side on a wide window; on a tall one, or with larger letters, in rows,
the best on top.
"""

from collections.abc import Callable
from typing import Any

from kivy.properties import NumericProperty, StringProperty

from kiosk.screens import faces, look
from kiosk.screens.faces import Face, Features
from kiosk.screens.fonts import letters_for
from kiosk.screens.panels import Panel, fitting, lay_rows
from kiosk.screens.widgets import Touchable, Words
from kiosk.texts import text
from kiosk.views import Ask
from survey.questions import Kind, Value

FACES: dict[Kind, tuple[Features, ...]] = {
    Kind.SMILEY4: (faces.WORST, faces.POOR, faces.GOOD, faces.BEST),
    Kind.SMILEY5: faces.FACES,
}
ACROSS = {Kind.SMILEY4: 184, Kind.SMILEY5: 160}
LABEL_HEIGHT = 88  # two lines, and the space above and below them
ROW, ROW_GAP = {Kind.SMILEY4: 112, Kind.SMILEY5: 88}, {Kind.SMILEY4: 24, Kind.SMILEY5: 16}
ROW_WIDTH, BELOW, BESIDE = 424, 24, 28
ROW_LARGER, LEAST_ROW, GAP_LARGER, WIDTH_LARGER, BELOW_LARGER = 136, 64, 8, 656, 8


class FaceKey(Touchable):
    """A face and its word; both can be touched. inset: of the face in a row, in pixels."""

    text = StringProperty("")
    inset = NumericProperty(0)

    def __init__(self, features: Features, value: int, **kwargs: Any) -> None:
        super().__init__(name=f"value {value}", **kwargs)
        self.value = value
        self._face = Face(features)
        self._words = Words(tone="quiet")
        self.add_widget(self._face)
        self.add_widget(self._words)
        self.bind(pos=self._arrange, size=self._arrange, swell=self._face.setter("swell"), fade=self._fade)
        self.bind(text=self._words.setter("text"), inset=self._arrange)
        look.scale.bind(larger=self._arrange)

    def _arrange(self, *_: object) -> None:
        if _is_in_rows():
            side = min(self.size)
            self._face.pos, self._face.size = (self.x + self.inset, self.y), (side, side)
            self._words.pos = self._face.right + look.px(BESIDE), self.y
            self._words.size = self.right - self._words.x, side
            self._words.steps, self._words.halign, self._words.valign = look.BUTTON, "left", "middle"
        else:
            side = min(self.width, self.height - look.px(LABEL_HEIGHT))
            self._face.pos, self._face.size = (round(self.center_x - side / 2), self.top - side), (side, side)
            self._words.pos, self._words.size = self.pos, (self.width, self.height - side - look.px(10))
            self._words.steps, self._words.halign, self._words.valign = look.LABEL, "center", "top"

    @property
    def wanted_width(self) -> float:
        """Of face and word in a row, in the largest letters that it takes."""
        letters = letters_for(self.text, self._words.font).measure(look.letters_px(look.steps(look.BUTTON)[0]))
        wanted: float = min(self.size) + look.px(BESIDE) + float(letters.get_extents(self.text)[0])
        return wanted

    def _fade(self, *_: object) -> None:
        self._face.fade = self.fade
        self._words.opacity = 1 - self.fade


class SmileyPanel(Panel):
    def __init__(self, kind: Kind, answer: Callable[[Value], None]) -> None:
        super().__init__(answer)
        self._kind = kind
        self._keys = [FaceKey(features, value) for value, features in enumerate(FACES[kind], start=1)]
        for key in self._keys:
            key.bind(on_press=lambda key: self.answer(key.value))
            self.add_widget(key)

    def show(self, view: Ask, *, fresh: bool) -> None:
        row, gap = self._row()
        count = len(self._keys)
        in_rows = count * (row + gap) - gap + self._below()
        self.wanted = in_rows if _is_in_rows() else ACROSS[self._kind] + LABEL_HEIGHT
        self.least = count * (LEAST_ROW + gap) - gap + self._below()
        for key in self._keys:
            key.text = text(view.language, f"{self._kind}.{key.value}")
        self.show_pressed(self._keys, view.pressed)
        self._arrange_soon()  # the words say where the rows begin

    def arrange(self) -> None:
        count = len(self._keys)
        if _is_in_rows():
            row, gap = map(look.px, self._row())
            width = look.px(WIDTH_LARGER if look.scale.larger else ROW_WIDTH)
            size = min(self.width, width), fitting(self.height - look.px(self._below()), count, gap, row)
            lay_rows(self._keys[::-1], self, columns=1, gap=gap, size=size, top=self.top)
            widest = max(key.wanted_width for key in self._keys)
            for key in self._keys:
                key.inset = max(0, round((size[0] - widest) / 2))
            return
        side = fitting(self.width, count, look.px(32), look.px(ACROSS[self._kind]))
        gap = min(look.px(56), (self.width - count * side) // (count - 1))
        lay_rows(
            self._keys,
            self,
            columns=count,
            gap=gap,
            size=(side, min(self.height, side + look.px(LABEL_HEIGHT))),
            top=self.top,
        )

    def _row(self) -> tuple[int, int]:
        """How high a row is at most, and the gap between two, in units."""
        return (ROW_LARGER, GAP_LARGER) if look.scale.larger else (ROW[self._kind], ROW_GAP[self._kind])

    def _below(self) -> int:
        return BELOW_LARGER if look.scale.larger else BELOW


def _is_in_rows() -> bool:
    return bool(look.scale.portrait or look.scale.larger)
