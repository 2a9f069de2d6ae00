"""Big keys with words on them: yes or no, one of several, or several of them and Done."""

from collections.abc import Callable

from kiosk.screens import look
from kiosk.screens.panels import Panel, fitting, lay_rows, rows_for
from kiosk.screens.widgets import Key
from kiosk.texts import in_language, text
from kiosk.views import Ask
from survey.questions import Kind, Value, choices_in

GAP, GAP_MANY, GAP_COLUMN = 24, 12, 16
HEIGHT, HEIGHT_ALONE, HEIGHT_COLUMN = 96, 160, 88  # of a key among rows; of a single row; in a column
BELOW = 24  # air between the keys and the foot
COMFORTABLE = 8  # from here on the keys move closer


class ChoiceKey(Key):
    """A key for one value."""

    value: Value = 0


class ChoicePanel(Panel):
    """Yes or no and a single choice: the touch is the answer."""

    def __init__(self, kind: Kind, answer: Callable[[Value], None]) -> None:
        super().__init__(answer)
        self._kind = kind
        self._keys: list[ChoiceKey] = []
        self._made: list[ChoiceKey] = []  # kept from question to question: widgets are built once

    def show(self, view: Ask, *, fresh: bool) -> None:
        words = self._words(view)
        self._use(len(words))
        for key, (name, value, said) in zip(self._keys, words, strict=True):
            key.name, key.value, key.text = name, value, said
            key.steps = look.NUMBER if self._kind is Kind.YES_NO else look.BUTTON
        rows = rows_for(len(words), self._columns())
        self.wanted = rows * self._height() + (rows - 1) * self._gap() + BELOW
        self.show_pressed(self._keys, view.pressed)
        self._arrange_soon()

    def press(self, key: ChoiceKey) -> None:
        self.answer(key.value)

    def arrange(self) -> None:
        if not self._keys:
            return
        columns, gap = self._columns(), look.px(self._gap())
        rows = rows_for(len(self._keys), columns)
        size = (
            fitting(self.width, columns, gap, self.width),
            fitting(self.height - look.px(BELOW), rows, gap, look.px(self._height())),
        )
        lay_rows(self._keys, self, columns=columns, gap=gap, size=size, top=self.top)

    def _words(self, view: Ask) -> list[tuple[str, Value, str]]:
        """Name, value and text of each key."""
        if self._kind is Kind.YES_NO:
            return [(f"value {value}", value, text(view.language, f"yes_no.{value}")) for value in (0, 1)]
        return [
            (f"choice {number}", number, in_language(choice.text, view.language))
            for number, choice in enumerate(view.question.choices, start=1)
        ]

    def _use(self, count: int) -> None:
        while len(self._made) < count:
            key = ChoiceKey()
            key.bind(on_press=self.press)
            self._made.append(key)
        if len(self._keys) != count:
            self.clear_widgets()
            self._keys = self._made[:count]
            for key in self._keys:
                self.add_widget(key)

    def _columns(self) -> int:
        count = len(self._keys)
        if look.scale.portrait:
            return 1 if count in (3, 4, 5, 6) else 2
        if count > COMFORTABLE:
            return 3 if count <= 12 else 4
        return 3 if count in (3, 5, 6) else 2

    def _gap(self) -> int:
        if len(self._keys) >= COMFORTABLE:
            return GAP_MANY
        return GAP_COLUMN if self._columns() == 1 else GAP

    def _height(self) -> int:
        if self._columns() == 1:
            return HEIGHT_COLUMN
        return HEIGHT_ALONE if len(self._keys) <= self._columns() else HEIGHT


class MultiplePanel(ChoicePanel):
    """Several choices: a touch marks or unmarks, Done answers with all that are marked."""

    takes_done = True

    def show(self, view: Ask, *, fresh: bool) -> None:
        super().show(view, fresh=fresh)
        if fresh:
            self._mark(0)
        if isinstance(view.pressed, int):
            self._mark(view.pressed)
        self.show_pressed(self._keys, None)

    def press(self, key: ChoiceKey) -> None:
        key.chosen = not key.chosen
        self.ready = self.finish() is not None
        self.dispatch("on_stir")

    def finish(self) -> Value | None:
        return sum(1 << (int(key.value) - 1) for key in self._keys if key.chosen) or None

    def _mark(self, value: int) -> None:
        numbers = set(choices_in(value))
        for key in self._keys:
            key.chosen = key.value in numbers
        self.ready = bool(numbers)
