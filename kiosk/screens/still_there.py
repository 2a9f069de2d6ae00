"""Asked over the question before it goes. The question stays as it was; a touch anywhere is time enough."""

from kivy.uix.widget import Widget

from kiosk.texts import text
from kiosk.views import StillThere


class StillThereScreen(Widget):
    def show(self, view: StillThere) -> None:
        language = view.ask.language
        self.ids.title.text = text(language, "still_there.title")
        self.ids.sentence.text = text(language, "still_there.sentence")
        self.ids.more.text = text(language, "still_there.more")
