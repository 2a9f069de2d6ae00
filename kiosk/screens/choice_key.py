"""A key for one of several choices: its words, a picture beside or above them, and whether it is marked."""

import logging
from typing import Any, Literal

from kivy.clock import Clock
from kivy.properties import BooleanProperty, OptionProperty, StringProperty
from kivy.uix.image import Image
from kivy.uix.widget import Widget

from kiosk.screens import look
from kiosk.screens.reading import reading
from kiosk.screens.signs import MARKED, UNMARKED, Sign
from kiosk.screens.widgets import Key
from survey.questions import Value
from survey.signs import PICTURE_SUFFIX

Place = Literal["none", "beside", "above"]
PAD, PAD_SHARE = 20, 0.22  # units from the key's edge, and at most so much of the key's height
BESIDE, BESIDE_SHARE = 44, 0.55  # how large a picture is, in units; and at most of the key's height
ABOVE, ABOVE_SHARE = 72, 0.36
MARK, MARK_SHARE = 32, 0.5
AIR, BELOW = 12, 8  # beside the words, and together above and below them

log = logging.getLogger(__name__)


class Illustration(Widget):
    """One of the signs, or a picture of the chain's own; nothing where that is missing or can't be read.

    name: as Choice.picture has it.
    """

    name = StringProperty("")
    tone = StringProperty("ink")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._sign = Sign()
        self._image = Image(fit_mode="contain", mipmap=True)
        self.bind(name=self._choose, tone=self._sign.setter("tone"))
        look.wardrobe.fbind("pictures", self._choose)
        for inner in (self._sign, self._image):
            self.bind(pos=inner.setter("pos"), size=inner.setter("size"))

    @property
    def is_seen(self) -> bool:
        return bool(self.children)

    def _choose(self, *_: object) -> None:
        is_file = self.name.endswith(PICTURE_SUFFIX)
        self._sign.sign = "" if is_file else self.name
        self._image.source = look.wardrobe.pictures.get(self.name, "") if is_file else ""
        if is_file and self._image.texture is None:
            _tell_once(self.name)
        self.clear_widgets()
        if self._sign.is_known:
            self.add_widget(self._sign)
        elif self._image.texture:
            self.add_widget(self._image)


class ChoiceKey(Key):
    """value: what it answers. picture: as Choice.picture has it; place: where that goes. takes_mark: as in a list."""

    picture = StringProperty("")
    place = OptionProperty("none", options=["none", "beside", "above"])
    takes_mark = BooleanProperty(defaultvalue=False)
    value: Value = 0

    def __init__(self, **kwargs: Any) -> None:
        self.illustration, self._mark = Illustration(), Sign(sign=UNMARKED)
        super().__init__(exact=True, **kwargs)
        self.bind(picture=self.illustration.setter("name"), chosen=self._show_chosen)
        arrange_soon = Clock.create_trigger(lambda _: self._arrange(), -1)
        for name in ("pos", "size", "place", "takes_mark"):
            self.fbind(name, arrange_soon)
        reading.fbind("from_right", arrange_soon)
        look.scale.fbind("u", arrange_soon)
        arrange_soon()

    def _show_chosen(self, *_: object) -> None:
        self._mark.sign = MARKED if self.chosen else UNMARKED
        self._mark.tone = self.illustration.tone = "chosen_ink" if self.chosen else "ink"

    def _arrange(self) -> None:
        self._hold(self.illustration, is_held=self.place != "none")
        self._hold(self._mark, is_held=self.takes_mark)
        side = picture_px(self.place, self.height)
        before, after = room_px(self.place, self.height, takes_mark=self.takes_mark)
        from_right = reading.from_right
        over = pad_px(self.height) + side if self.place == "above" else 0
        self.room = [after, over, before] if from_right else [before, over, after]
        self.halign = "center" if before == after else "right" if from_right else "left"
        self.illustration.size = side, side
        if self.place == "above":
            self.illustration.pos = round(self.center_x - side / 2), self.top - over
        else:
            self._set_at_end(self.illustration, left=not from_right)
        self._mark.size = [mark_px(self.height)] * 2
        self._set_at_end(self._mark, left=from_right)
        if self.place == "above":
            self._mark.top = self.top - pad_px(self.height)

    def _set_at_end(self, widget: Widget, *, left: bool) -> None:
        pad = pad_px(self.height)
        x = self.x + pad if left else self.right - pad - widget.width
        widget.pos = x, round(self.center_y - widget.height / 2)

    def _hold(self, widget: Widget, *, is_held: bool) -> None:
        if is_held and widget.parent is None:
            self.add_widget(widget)
        elif not is_held and widget.parent:
            self.remove_widget(widget)


def pad_px(key_height: float) -> float:
    return float(round(min(look.px(PAD), PAD_SHARE * key_height)))


def mark_px(key_height: float) -> float:
    return float(round(min(look.px(MARK), MARK_SHARE * key_height)))


def picture_px(place: Place, key_height: float) -> float:
    """How wide and high a picture is."""
    match place:
        case "beside":
            return float(round(min(look.px(BESIDE), BESIDE_SHARE * key_height)))
        case "above":
            return float(round(min(look.px(ABOVE), ABOVE_SHARE * key_height)))
    return 0.0


def room_px(place: Place, key_height: float, *, takes_mark: bool) -> tuple[float, float]:
    """What the words leave free where the line begins, and where it ends, besides the air of every key."""
    if place == "above" or not (takes_mark or place == "beside"):
        return 0.0, 0.0
    pad, air = pad_px(key_height) - look.px(AIR), look.px(AIR)
    before = pad + picture_px(place, key_height) + air if place == "beside" else max(0.0, pad)
    return before, pad + mark_px(key_height) + air if takes_mark else 0.0


def words_px(place: Place, size: tuple[float, float], *, takes_mark: bool) -> tuple[float, float]:
    """How wide and high the words of a key of that size may be."""
    width, height = size
    over = pad_px(height) + picture_px(place, height) if place == "above" else 0
    between = 2 * look.px(AIR) + sum(room_px(place, height, takes_mark=takes_mark))
    return width - between, height - over - look.px(BELOW)


_told: set[str] = set()


def _tell_once(name: str) -> None:
    if name not in _told:
        _told.add(name)
        log.warning("The picture %r is not here yet, or can't be read; the words stand alone.", name)
