"""The answer is kept: a mark, a word, a sentence. Nothing to touch; it goes by itself."""

from kivy.properties import ListProperty, NumericProperty
from kivy.uix.widget import Widget

from kiosk.texts import text
from kiosk.views import Thanks


class Tick(Widget):
    """A round mark: done."""

    across = NumericProperty(1)
    stroke = NumericProperty(1)
    points = ListProperty([0] * 6)


class ThanksScreen(Widget):
    def show(self, view: Thanks) -> None:
        self.ids.title.text = text(view.language, "thanks.title")
        self.ids.sentence.text = text(view.language, "thanks.sentence")
