"""How the terminal is, for the staff and for IT on the telephone: rows, its name as a QR code, buttons under test."""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.properties import StringProperty
from kivy.uix.widget import Widget

from kiosk.screens import look
from kiosk.screens.qr import QrCode  # noqa: F401  named in diagnostics.kv
from kiosk.screens.widgets import text_width
from kiosk.texts import text
from kiosk.views import Diagnostics, Ended, Row, Touch

ROW = 40  # units; a text that takes two lines has two rows


class Line(Widget):
    """A label and what is so. rows: how many it takes."""

    label = StringProperty("")
    text = StringProperty("")

    @property
    def rows(self) -> int:
        return 1 + any(text_width(words.text, words) > words.width for words in self.children)


class Table(Widget):
    """Lines from the top, as high as goes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._lines: list[Line] = []  # kept from look to look: widgets are built once
        self._arrange_soon = Clock.create_trigger(lambda _: self._arrange(), -1)
        self.bind(pos=self._arrange_soon, size=self._arrange_soon)

    def show(self, rows: tuple[Row, ...]) -> None:
        self._lines += [Line() for _ in range(len(rows) - len(self._lines))]
        if len(self.children) != len(rows):
            self.clear_widgets()
            for line in self._lines[: len(rows)]:
                self.add_widget(line)
        for line, row in zip(self._lines, rows, strict=False):
            line.label, line.text = row.label, row.text
        self._arrange_soon()

    def _arrange(self) -> None:
        lines = self.children[::-1]
        for line in lines:
            line.width = self.width
        height = min(look.px(ROW), self.height // max(1, sum(line.rows for line in lines)))
        top = self.top
        for line in lines:
            line.height = height * line.rows
            top -= line.height
            line.pos = self.x, top


class DiagnosticsScreen(Widget):
    def __init__(self, report: Callable[[Touch], None]) -> None:
        super().__init__()
        self.ids.back.bind(on_press=lambda _: report(Ended()))

    def show(self, view: Diagnostics) -> None:
        language, ids = view.language, self.ids
        ids.title.text, ids.back.text = text(language, "diagnostics.title"), text(language, "pin.back")
        ids.table.show(view.rows)
        ids.code.code, ids.name.text = view.code, view.name
        keys = ("code", "buttons") if view.has_buttons else ("code",)
        ids.sentence.text = "\n".join(text(language, f"diagnostics.{key}") for key in keys)
        newest, *earlier = view.presses or (None,)
        ids.newest.text = "" if newest is None else text(language, "diagnostics.pressed", button=newest)
        ids.earlier.text = "   ".join(map(str, earlier))
