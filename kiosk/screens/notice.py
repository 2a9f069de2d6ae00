"""No question can be asked: out of order, paused, or not ready yet. Said plainly; what IT needs stands small below."""

from kivy.uix.widget import Widget

from kiosk.screens.marks import CROSS, DOTS, PAUSE
from kiosk.texts import FALLBACK, text
from kiosk.views import NotReady, OutOfOrder, Paused


class NoticeScreen(Widget):
    def show(self, view: OutOfOrder | Paused | NotReady) -> None:
        match view:
            case NotReady(reason, detail):
                self._say(DOTS, text(FALLBACK, "not_ready.title"), text(FALLBACK, reason), detail)
            case Paused(language, place):
                self._say(PAUSE, text(language, "paused.title"), text(language, "paused.sentence"), place)
            case OutOfOrder(language, place):
                self._say(CROSS, text(language, "out_of_order.title"), text(language, "out_of_order.sentence"), place)

    def _say(self, sign: str, title: str, sentence: str, detail: str) -> None:
        self.ids.mark.sign = sign
        self.ids.title.text, self.ids.sentence.text, self.ids.detail.text = title, sentence, detail
