"""What stands below the answers: the goal, or the way out and Done; and always the keys that suit everybody.

Where the window is too narrow for one row of keys there are two, or three.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from kivy.clock import Clock
from kivy.properties import BooleanProperty
from kivy.uix.widget import Widget

from kiosk.screens import look
from kiosk.screens.access import AccessKeys, Suit
from kiosk.screens.goal import GoalFoot
from kiosk.screens.languages import Languages
from kiosk.screens.panels import Panel, numbered
from kiosk.screens.widgets import Pill, Words
from kiosk.texts import text
from kiosk.texts.goal import goal_sentence
from kiosk.views import Ask

ROW, AIR, GAP = 80, 8, 16
ROW_OF_GOAL, ABOVE_GOAL = 88, 24  # above the keys of a tall window; of a wide one, beside them
LEAST_HINT = 144
ASIDE = 32  # between the goal and the keys beside it


class Row(NamedTuple):
    left: Sequence[Widget] = ()
    right: Sequence[Widget] = ()


class Foot(Widget):
    """goal: to be shown above the answers where these lie low.

    full: in low reach, or with larger letters, the languages stand here too, and the hint has no room.
    """

    __events__ = ("on_skip", "on_done", "on_language", "on_suit")
    full = BooleanProperty(defaultvalue=False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(size_hint_y=None, **kwargs)
        self.goal = GoalFoot()
        self._languages, self._access = Languages(), AccessKeys()
        self._skip, self.done = Pill(name="skip"), Pill(name="done", plain=False)
        self.hint = Words(tone="quiet")
        self._skip.bind(on_press=lambda _: self.dispatch("on_skip"))
        self.done.bind(on_press=lambda _: self.dispatch("on_done"))
        self._languages.bind(on_language=lambda _, language: self.dispatch("on_language", language))
        self._access.bind(on_suit=lambda _, chosen: self.dispatch("on_suit", chosen))
        self._arrange_soon = Clock.create_trigger(lambda _: self._arrange(), -1)
        self.bind(pos=self._arrange_soon, size=self._arrange_soon)
        self.hint.bind(text=self._arrange_soon)
        look.scale.bind(u=self._arrange_soon, portrait=self._arrange_soon)

    @property
    def aside(self) -> float:
        """How wide the keys are that lie beside the goal, with the air before them."""
        return _width(self._access) + look.px(ASIDE) if self._access.children else 0.0

    @property
    def goal_height(self) -> float:
        return look.px(2 * AIR + ROW + (ROW_OF_GOAL if look.scale.portrait else 0))

    def show(self, view: Ask, panel: Panel) -> None:
        language = view.language
        self.full = view.low_reach or view.larger
        self._access.show(view)
        self._languages.show(language, view.languages if self.full else (), short=True)
        skip = text(language, "pin.back" if view.staff else "ask.skip")
        self._skip.text = numbered(skip, view.buttons, "skip")
        self.done.text, self.done.chosen = numbered(text(language, "ask.done"), view.buttons, "done"), panel.ready
        self.hint.text = panel.said
        if view.goal:
            self.goal.aside = 0 if view.low_reach else self.aside
            self.goal.show(view.goal, goal_sentence(view.goal, view.today, language))
        ways = [*([] if view.first else [self._skip]), *([self.done] if panel.takes_done else [])]
        has_goal = view.first and view.goal and not self.full and not ways
        self._hold(*([self.goal] if has_goal else []), self._languages, self._access, *ways)
        self._arrange_soon()

    def on_skip(self) -> None:
        """For whoever listens."""

    def on_done(self) -> None:
        """For whoever listens."""

    def on_language(self, language: str) -> None:
        """For whoever listens."""

    def on_suit(self, chosen: Suit) -> None:
        """For whoever listens."""

    def _hold(self, *widgets: Widget) -> None:
        if [child for child in self.children[::-1] if child is not self.hint] != list(widgets):
            self.clear_widgets()
            for widget in widgets:
                self.add_widget(widget)

    def _arrange(self) -> None:
        rows = self._rows()
        has_goal = self.goal.parent is self
        above = (ROW_OF_GOAL if look.scale.portrait else ABOVE_GOAL) if has_goal else 0
        self.height = look.px(len(rows) * ROW + above + 2 * AIR)
        for number, row in enumerate(rows):
            self._lay(row, self.y + look.px(AIR + number * ROW))
        if has_goal:
            self.goal.pos, self.goal.size = self.pos, self.size

    def _rows(self) -> list[Row]:
        """From the lowest up: as few as go."""
        languages, access = _held(self._languages), _held(self._access)
        skip = [self._skip] if self._skip.parent is self else []
        done = [self.done] if self.done.parent is self else []
        for rows in (
            [Row([*languages, *skip], [*done, *access])],
            [Row(languages, access), Row(skip, done)],
            [Row((), access), Row(languages), Row(skip, done)],
        ):
            if all(map(self._fits, rows)):
                break
        return [row for row in rows if row.left or row.right]

    def _fits(self, row: Row) -> bool:
        has_hint = self.hint.text and self.done in row.right and not self.full  # the keys need the room more
        hint = [look.px(LEAST_HINT)] if has_hint else []
        widths = [*map(_width, (*row.left, *row.right)), *hint]
        return sum(widths) + look.px(GAP) * (len(widths) - 1) <= float(self.width)

    def _lay(self, row: Row, bottom: float) -> None:
        left, right, gap = self.x, self.right, look.px(GAP)
        for widget in row.left:
            self._place(widget, left, bottom)
            left = widget.right + gap
        for widget in reversed(row.right):
            self._place(widget, right - _width(widget), bottom)
            right = widget.x - gap
        if self.done in row.right:
            self.hint.pos, self.hint.size = (left, bottom), (max(0, right - left), look.px(ROW))
            self._hold_hint(has_room=self.hint.width >= look.px(LEAST_HINT) and not look.scale.larger)

    def _hold_hint(self, *, has_room: bool) -> None:
        if has_room and self.hint.parent is None:
            self.add_widget(self.hint)
        elif not has_room and self.hint.parent:
            self.remove_widget(self.hint)

    def _place(self, widget: Widget, x: float, bottom: float) -> None:
        widget.width = _width(widget)
        widget.pos = round(x), round(bottom + (look.px(ROW) - widget.height) / 2)


def _held(box: Languages | AccessKeys) -> list[Widget]:
    return [box] if box.children else []


def _width(widget: Widget) -> float:
    """A row's own comes a frame too late."""
    if isinstance(widget, Pill):
        return float(widget.width)
    return float(sum(inner.width for inner in widget.children) + widget.spacing * (len(widget.children) - 1))
