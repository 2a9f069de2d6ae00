"""Keys of one size in rows, on whole pixels."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from kiosk.screens import look
from kiosk.screens.panels import fitting, lay_rows, rows_for

GAP = 16


class Grid(Widget):
    """Lays what is in it row by row, in the order in which it was added."""

    columns = NumericProperty(1)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        arrange_soon = Clock.create_trigger(lambda _: self._arrange(), -1)
        self.bind(pos=arrange_soon, size=arrange_soon, columns=arrange_soon, children=arrange_soon)

    def _arrange(self) -> None:
        keys, columns, gap = self.children[::-1], int(self.columns), look.px(GAP)
        rows = rows_for(len(keys), columns)
        size = fitting(self.width, columns, gap, self.width), fitting(self.height, rows, gap, self.height)
        lay_rows(keys, self, columns=columns, gap=gap, size=size, top=self.top)
