"""Open text and the keyboard for it, in the layout of the question's language. Touches write, and whoever spells."""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.uix.stencilview import StencilView
from kivy.uix.widget import Widget

from kiosk.keyboards import Layout, layout_for, tail, typed, without_last_word
from kiosk.screens import look
from kiosk.screens.panels import Panel
from kiosk.screens.reading import reading
from kiosk.screens.widgets import Key, Words
from kiosk.texts import text
from kiosk.views import Ask
from survey.questions import MAX_TEXT, Value

GAP = 8
ROWS = 4
HEIGHT, HEIGHT_PORTRAIT = 392, 560  # with so many rows
KEY_HEIGHT, LEAST_KEY, LEAST_SHEET = 72, 66, 64
SPREAD_PORTRAIT = 32  # how far the keys reach into the margins of a narrow window, where they are small enough
ROUNDING, ROUNDING_SHARE = 14, 0.28  # of a key, in units; and at most of its width
AIR = 14  # between the sheet's edge and what is written
WRITTEN = (28,)
MOST_SHOWN = 240  # characters; more than any sheet holds
HEIGHT_LARGER, AIR_LARGER = 428, 0  # where letters are larger
SPREAD_LARGER, BESIDE_LARGER = 12, 4  # on a tall window: as above, and the gap between keys of a row
MOST_LARGER = 11  # there, larger letters of more keys have no room in a row
TWICE_S = 0.4  # two touches of shift that are no further apart keep the capitals
HELD_S = 2.0  # a finger that stays on erase takes a whole word, and each time as long another one (EN 301 549, 5.7)
STEADY_S = 0.5  # where a key that is touched twice is not to count again at once (EN 301 549, 5.8)
SPACE, SHIFT, BACK, LAYER = "space", "shift", "back", "layer"
SIGNS = {SHIFT: "⇧", BACK: "⌫"}
CAPS = "⇪"


class TypeKey(Key):
    """A key that types what stands on it, or does what its name says."""

    def __init__(self, name: str = "", **kwargs: Any) -> None:
        super().__init__(name=f"key {name}", text=SIGNS.get(name, name), steps=(26, 21), air=0, **kwargs)
        if name in SIGNS:
            self.font = look.SIGN_FONT


class HeldKey(TypeKey):
    """on_held: again and again as long as it is held."""

    __events__ = ("on_held",)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._again = Clock.create_trigger(self._repeat, HELD_S)

    def on_touch_down(self, touch: Any) -> bool:
        is_mine = super().on_touch_down(touch)
        if is_mine:
            touch.grab(self)
            self._again()
        return is_mine

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is self:
            touch.ungrab(self)
            self.release()
        return False

    def release(self) -> None:
        self._again.cancel()

    def on_held(self) -> None:
        """For whoever listens."""

    def _repeat(self, _: float) -> None:
        self._again()
        self.dispatch("on_held")


class Sheet(Widget):
    """What was written so far; of a long text the last lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._window = StencilView()
        self._words = Words(halign="left", exact=True)
        self._window.add_widget(self._words)
        self.add_widget(self._window)
        self.bind(pos=self._arrange, size=self._arrange)
        self._words.bind(texture_size=self._arrange)

    def show(self, written: str, hint: str) -> None:
        self._words.steps = look.steps(WRITTEN)[:1]
        self._words.halign = "right" if reading.from_right else "left"
        self._words.text = f"{tail(written, MOST_SHOWN)}|" if written else hint
        self._words.tone = "ink" if written else "quiet"

    def _arrange(self, *_: object) -> None:
        window, words = self._window, self._words
        air = look.px(AIR_LARGER if look.scale.larger else AIR)
        window.size = self.width - 2 * look.px(20), self.height - 2 * air
        window.pos = self.x + look.px(20), self.y + air
        words.size = window.width, words.texture_size[1]
        words.pos = window.x, max(window.y, window.top - words.height)


class WritingPanel(Panel):
    takes_done = True
    least_heading = 72  # the keys need the room
    untouched = LEAST_SHEET

    def __init__(self, answer: Callable[[Value], None]) -> None:
        super().__init__(answer)
        self._written = ""
        self._capital, self._caps, self._signs = False, False, False
        self._shifted_at_s = 0.0
        self._struck: tuple[str, float] = "", 0.0  # the key touched last, and when
        self._view: Ask | None = None
        self._layout: Layout = layout_for("")
        self._sheet = Sheet()
        self._letters: list[list[TypeKey]] = [[], [], []]  # all that were ever needed: widgets are built once
        self._rows: list[list[TypeKey]] = []  # what is there now
        self._beside = self._make(), self._make()
        self._shift, self._layer, self._space = TypeKey(SHIFT), TypeKey(LAYER), TypeKey(SPACE)
        self._back = HeldKey(BACK)
        for key in (self._shift, self._layer, self._space, self._back):
            key.bind(on_press=self._press)
        self._back.bind(on_held=lambda _: self._write(without_last_word(self._written)))
        self.fbind("parent", lambda *_: self._back.release())  # the visit may end while it is held

    def show(self, view: Ask, *, fresh: bool) -> None:
        self._view, self._layout = view, layout_for(view.language)
        if fresh or view.struck is not None:  # by a button
            self._written = str(view.marked or "")
            self._signs, self._capital, self._caps, self._shifted_at_s = False, not self._written, False, 0.0
            self._back.release()
        self.wanted = HEIGHT_PORTRAIT if look.scale.portrait else HEIGHT_LARGER if look.scale.larger else HEIGHT
        self._refresh()
        count = len(self._rows)
        self.wanted += (count - ROWS) * (KEY_HEIGHT + GAP)
        self.least = count * (LEAST_KEY + GAP) + LEAST_SHEET

    def finish(self) -> Value | None:
        return self._written.strip() or None

    def _make(self) -> TypeKey:
        key = TypeKey()
        key.bind(on_press=self._press)
        return key

    def _press(self, key: TypeKey) -> None:
        if self._is_twice(key):
            self.dispatch("on_stir")
        elif key is self._shift:
            self._turn_shift()
            self._write(self._written)
        elif key is self._layer:
            self._signs = not self._signs
            self._write(self._written)
        elif key is self._back:
            self._write(self._written[:-1])
        else:
            before = self._written
            written = typed(before, " " if key is self._space else key.text, self._layout.accents)
            self._capital = self._capital and written == before
            self._write(written)

    def _is_twice(self, key: TypeKey) -> bool:
        """By an unsteady finger, where the staff have set that such are waited for."""
        (name, at_s), now_s = self._struck, Clock.get_time()
        self._struck = key.name, now_s
        return bool(self._view and self._view.steady and key.name == name and now_s - at_s < STEADY_S)

    def _write(self, written: str) -> None:
        before, self._written = self._written, written
        if not written:
            self._back.release()
        self._refresh()
        if written == before:
            self.dispatch("on_stir")
        else:
            self.dispatch("on_mark", self._written)

    def _turn_shift(self) -> None:
        """Once: for one letter; twice: until it is touched again."""
        now_s = Clock.get_time()
        is_twice = now_s - self._shifted_at_s < TWICE_S
        self._caps = is_twice and not self._caps
        self._capital = not self._capital and not is_twice
        self._shifted_at_s = now_s

    def _refresh(self) -> None:
        if self._view is None:
            return
        language = self._view.language
        self._sheet.show(self._written, text(language, "ask.write"))
        self.ready = self.finish() is not None
        self.said = text(language, "ask.full") if len(self._written) >= MAX_TEXT else ""
        self._space.text = text(language, "keyboard.space")
        self._layer.text = text(language, "keyboard.letters" if self._signs else "keyboard.digits")
        self._shift.chosen, self._shift.text = self._capital or self._caps, CAPS if self._caps else SIGNS[SHIFT]
        self._hold([self._label(row, signs) for row, signs in zip(self._letters, self._wanted(), strict=True)])

    def _wanted(self) -> tuple[tuple[str, ...], ...]:
        if self._signs:
            return self._layout.signs
        if self._capital or self._caps:
            return tuple(tuple(sign.upper() for sign in row) for row in self._layout.letters)
        return self._layout.letters

    def _label(self, made: list[TypeKey], signs: tuple[str, ...]) -> list[TypeKey]:
        made += [self._make() for _ in range(len(signs) - len(made))]
        for key, sign in zip(made, signs, strict=False):
            key.text, key.name = sign, f"key {sign}"
        return made[: len(signs)]

    def _hold(self, letters: list[list[TypeKey]]) -> None:
        """Puts these letters, and the keys around them, in place of those that are there."""
        has_shift = self._layout.has_capitals and not self._signs
        left, right = self._beside
        for key, sign in zip(self._beside, self._layout.beside_space, strict=True):
            key.text, key.name = sign, f"key {sign}"
        letters[2] = [*([self._shift] if has_shift else []), *letters[2], self._back]
        if self._is_halved():
            letters = [half for row in letters for half in (row[: -(-len(row) // 2)], row[-(-len(row) // 2) :])]
        rows = [*letters, [self._layer, left, self._space, right]]
        if rows != self._rows:
            self._rows = rows
            before, now = set(self.children), {self._sheet, *(key for row in rows for key in row)}
            self.clear_widgets(list(before - now))
            for widget in now - before:
                self.add_widget(widget)
            self._arrange_soon()

    def _is_halved(self) -> bool:
        """Each row as two, one below the other: on a tall window there is height for it."""
        return bool(look.scale.larger and look.scale.portrait and self._layout.columns > MOST_LARGER)

    def arrange(self) -> None:
        gap = look.px(GAP)
        count = len(self._rows)
        height = min(look.px(KEY_HEIGHT), (self.height - look.px(LEAST_SHEET) - count * gap) / count)
        bottom = self.y
        for row in reversed(self._rows):
            self._lay(row, bottom, height, gap)
            bottom += height + gap
        self._sheet.pos = self.x, bottom
        self._sheet.size = self.width, self.top - bottom

    def _lay(self, row: list[TypeKey], bottom: float, height: float, gap: float) -> None:
        """Letters are as wide in all rows; shift, erase and space take the rest of theirs."""
        spread = 0.0
        if look.scale.portrait:
            spread = look.px(SPREAD_LARGER if look.scale.larger else SPREAD_PORTRAIT)
            gap = look.px(BESIDE_LARGER) if look.scale.larger else gap
        left, width, columns = self.x - spread, self.width + 2 * spread, self._layout.columns
        columns = -(-columns // 2) if self._is_halved() else columns
        letter = (width - (columns - 1) * gap) / columns
        widths = dict.fromkeys(row, letter)
        if self._layer in widths:
            widths[self._layer] = 2 * letter + gap
        rest = width - sum(widths.values()) - (len(row) - 1) * gap
        stretching = [key for key in row if key in (self._shift, self._back, self._space)]
        for key in stretching:
            widths[key] += rest / len(stretching)
        x = left if stretching else left + rest / 2
        for key in row:
            key.size = widths[key], height
            key.pos = x, bottom
            key.rounding = min(look.px(ROUNDING), ROUNDING_SHARE * letter)
            x = key.right + gap
