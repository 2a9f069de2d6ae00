"""No question can be asked: out of order, or not ready yet. Said plainly; what IT needs stands small at the foot."""

from kivy.uix.widget import Widget

from kiosk.texts import FALLBACK, text
from kiosk.views import NotReady, OutOfOrder


class NoticeScreen(Widget):
    def show(self, view: OutOfOrder | NotReady) -> None:
        if isinstance(view, OutOfOrder):
            self._say(
                text(view.language, "out_of_order.title"), text(view.language, "out_of_order.sentence"), view.place
            )
        else:
            self._say(text(FALLBACK, "not_ready.title"), text(FALLBACK, view.reason), view.detail)

    def _say(self, title: str, sentence: str, detail: str) -> None:
        self.ids.title.text, self.ids.sentence.text, self.ids.detail.text = title, sentence, detail
