"""Big keys with words on them: yes or no, one of several, or several of them and Done.

Where so many have no room at their least height, the last key of a page leads to the next one.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from kivy.uix.widget import Widget

from kiosk.numbering import Meaning
from kiosk.screens import look
from kiosk.screens.choice_key import ChoiceKey, Place, words_px
from kiosk.screens.panels import Panel, fitting, lay_rows, numbered, rows_for
from kiosk.screens.reading import reading
from kiosk.screens.widgets import Key, words_fit
from kiosk.texts import in_language, text
from kiosk.views import Ask
from survey.questions import Kind, Value, choices_in

GAP, GAP_MANY, GAP_MOST, GAP_COLUMN = 24, 12, 8, 16
HEIGHT, HEIGHT_ALONE, HEIGHT_COLUMN = 96, 160, 88  # of a key among rows; of a single row; in a column
HEIGHT_ABOVE, HEIGHT_ABOVE_ALONE = 136, 184  # of a key with a picture above its words
LEAST_HEIGHT = 64
ROW_LARGER, TWO_LINES_LARGER = 76, 140  # with larger letters: of a key with one line of words, and with two
SLACK_LARGER, ROWS_LARGER = 20, 3  # how much higher such keys are where there is room; rows that the question leaves
BELOW = 24  # air between the keys and the foot
COMFORTABLE = 8  # from here on the keys move closer


class Grid(NamedTuple):
    """How the keys stand. height: of a key, least: below which it does not go, gap: between two; in units."""

    columns: int
    height: int
    gap: int
    place: Place = "none"  # of the pictures
    least: int = LEAST_HEIGHT


def grid_for(count: int, *, portrait: bool, low: bool, has_pictures: bool) -> Grid:
    """For 2 to 20 keys. Pictures stand above the words where the keys are few enough to be that tall.

    low: there is half the room; the keys lie wider side by side.
    """
    gap = GAP if count < COMFORTABLE else GAP_MANY if count <= 12 else GAP_MOST
    place: Place = "beside" if has_pictures else "none"
    if low and count > 2:
        columns = 2 if portrait else 3 if count <= 6 else 4
        return Grid(columns, HEIGHT, min(gap, GAP_MANY), place)
    if portrait and 3 <= count <= 6:
        return Grid(1, HEIGHT_COLUMN, GAP_COLUMN, place)
    if has_pictures and count <= (2 if portrait else COMFORTABLE):
        columns = count if count <= 4 else rows_for(count, 2)
        return Grid(columns, HEIGHT_ABOVE_ALONE if count <= columns else HEIGHT_ABOVE, gap, "above")
    columns = 2 if portrait or count in (2, 4, 7, 8) else 3 if count <= 12 else 4
    return Grid(columns, HEIGHT_ALONE if count <= columns else HEIGHT, gap, place)


class ChoicePanel(Panel):
    """Yes or no and a single choice: the touch is the answer."""

    def __init__(self, kind: Kind, answer: Callable[[Value], None]) -> None:
        super().__init__(answer)
        self._kind = kind
        self._is_low = False
        self._keys: list[ChoiceKey] = []
        self._made: list[ChoiceKey] = []  # kept from question to question: widgets are built once
        self._page = 0
        self._buttons: tuple[Meaning, ...] = ()
        self._sought = 0  # the number of a choice to turn to
        self._language = ""
        self._more = Key(name="more", plain=True, steps=look.LABEL)
        self._more.bind(on_press=lambda _: self._turn())
        self._nothing = Widget()  # in place of the choices that the last page has not
        reading.fbind("from_right", self._arrange_soon)
        look.wardrobe.fbind("pictures", self._arrange_soon)

    def show(self, view: Ask, *, fresh: bool) -> None:
        self._is_low, self._language = view.low_reach, view.language
        if fresh:
            self._page = 0
        if view.buttons != self._buttons:
            self._buttons = view.buttons
            self._sought = next((number for number in view.buttons if isinstance(number, int)), 0)
        words = self._words(view)
        self._use(len(words))
        pictures = [choice.picture for choice in view.question.choices] or [""] * len(words)
        for key, picture, (name, value, said) in zip(self._keys, pictures, words, strict=True):
            key.name, key.value, key.text, key.picture = name, value, said, picture
            key.takes_mark = self.takes_done
        self._want()
        self.show_pressed(self._keys, view.pressed)
        self._arrange_soon()

    def press(self, key: ChoiceKey) -> None:
        self.answer(key.value)

    def arrange(self) -> None:
        if not self._keys:
            return
        self._want()  # with larger letters it depends on the width
        shown, grid = self._page_of_keys()
        gap = look.px(grid.gap)
        size = (
            fitting(self.width, grid.columns, gap, self.width),
            fitting(self._height(), rows_for(len(shown), grid.columns), gap, look.px(grid.height)),
        )
        place, steps = self._setting(grid.place, size)
        for key in self._keys:
            key.place, key.steps = place, steps
        self._hold(shown)
        lay_rows(
            shown,
            self,
            columns=grid.columns,
            gap=gap,
            size=size,
            top=self.top,
            from_right=reading.from_right,
        )

    def _want(self) -> None:
        grid = self._grid(len(self._keys))
        rows = rows_for(len(self._keys), grid.columns)
        self.wanted = rows * grid.height + (rows - 1) * grid.gap + BELOW
        few = min(rows, ROWS_LARGER if grid.least < TWO_LINES_LARGER else 2)
        self.least = few * grid.least + (few - 1) * grid.gap + BELOW

    def _page_of_keys(self) -> tuple[list[Widget], Grid]:
        """What lies in each place: all of the keys, or some on each page and in the corner the one to the next."""
        count, grid = len(self._keys), self._grid(len(self._keys))
        most = self._places(grid)
        if count <= most:
            return list(self._keys), grid
        needed = rows_for(count, rows_for(count, most - 1)) + 1
        roomier = self._grid(needed)
        grid = roomier if needed <= self._places(roomier) else grid
        on_page = rows_for(needed, grid.columns) * grid.columns - 1
        pages = rows_for(count, on_page)
        if self._sought:
            self._page, self._sought = (self._sought - 1) // on_page, 0
        self._page %= pages
        more = text(self._language, "ask.more", page=self._page + 1, pages=pages)
        self._more.text = numbered(more, self._buttons, "more")
        keys = self._keys[self._page * on_page : (self._page + 1) * on_page]
        return [*keys, *[self._nothing] * (on_page - len(keys)), self._more], grid

    def _places(self, grid: Grid) -> int:
        """How many keys have room at their least height; before it is laid out there is none."""
        gap = look.px(grid.gap)
        return max(2, grid.columns * int((self._height() + gap) // (look.px(grid.least) + gap)))

    def _height(self) -> float:
        return float(self.height - look.px(BELOW))

    def _turn(self) -> None:
        self._page += 1
        self._arrange_soon()
        self.dispatch("on_stir")

    def _grid(self, count: int) -> Grid:
        has_pictures = any(key.illustration.is_seen for key in self._keys)
        if look.scale.larger:
            return self._grid_larger(count, "beside" if has_pictures else "none")
        return grid_for(count, portrait=look.scale.portrait, low=self._is_low, has_pictures=has_pictures)

    def _grid_larger(self, count: int, place: Place) -> Grid:
        """As many columns as leave all words their size, on one line if that goes."""
        for columns, least in ((2, ROW_LARGER), (1, ROW_LARGER), (1, TWO_LINES_LARGER)):
            size = fitting(self.width, columns, look.px(GAP_MOST), self.width), look.px(least)
            room = words_px("none", size, takes_mark=self.takes_done)
            if all(words_fit(key.text, look.letters_px(look.LARGER[0]), room) for key in self._keys):
                break
        height = HEIGHT_ALONE if count <= columns else least + SLACK_LARGER
        return Grid(columns, height, GAP_MOST, place, least)

    def _setting(self, place: Place, size: tuple[float, float]) -> tuple[Place, tuple[int, ...]]:
        """Where the pictures stand and how large the letters are, the same for all keys: the first that fits.

        Where words leave a picture no room, they stand alone; larger letters go before pictures.
        """
        steps = look.steps(look.NUMBER if self._kind is Kind.YES_NO else look.BUTTON)
        places: tuple[Place, ...] = ("none",) if place == "none" else (place, "beside", "none")
        settings = [(tried, step) for tried in places for step in steps]
        if look.scale.larger:
            settings.sort(key=lambda setting: -setting[1])
        for tried, step in settings:
            room = words_px(tried, size, takes_mark=self.takes_done)
            if all(words_fit(key.text, look.letters_px(step), room) for key in self._keys):
                return tried, (step,)
        return "none", (steps[-1],)

    def _words(self, view: Ask) -> list[tuple[str, Value, str]]:
        """Name, value and text of each key."""
        if self._kind is Kind.YES_NO:
            words = ((value, text(view.language, f"yes_no.{value}")) for value in (0, 1))
            return [(f"value {value}", value, numbered(said, view.buttons, value)) for value, said in words]
        return [
            (f"choice {number}", number, numbered(in_language(choice.text, view.language), view.buttons, number))
            for number, choice in enumerate(view.question.choices, start=1)
        ]

    def _use(self, count: int) -> None:
        while len(self._made) < count:
            key = ChoiceKey()
            key.bind(on_press=self.press)
            self._made.append(key)
        self._keys = self._made[:count]

    def _hold(self, shown: Sequence[Widget]) -> None:
        if self.children[::-1] != (held := [widget for widget in shown if widget is not self._nothing]):
            self.clear_widgets()
            for widget in held:
                self.add_widget(widget)


class MultiplePanel(ChoicePanel):
    """Several choices: a touch marks or unmarks, Done answers with all that are marked."""

    takes_done = True

    def show(self, view: Ask, *, fresh: bool) -> None:
        super().show(view, fresh=fresh)
        self.said = text(view.language, "ask.several")
        if (fresh or view.struck) and isinstance(view.marked, int):
            self._mark(view.marked)
        if isinstance(view.pressed, int):
            self._mark(view.pressed)
        self.show_pressed(self._keys, None)

    def press(self, key: ChoiceKey) -> None:
        key.chosen = not key.chosen
        self.ready = self.finish() is not None
        self.dispatch("on_mark", self._marked())

    def finish(self) -> Value | None:
        return self._marked() or None

    def _marked(self) -> int:
        return sum(1 << (int(key.value) - 1) for key in self._keys if key.chosen)

    def _mark(self, value: int) -> None:
        numbers = set(choices_in(value))
        for key in self._keys:
            key.chosen = key.value in numbers
        self.ready = bool(numbers)
