"""The answer is kept: a mark, a word, a sentence, and at the foot why it mattered. It goes by itself."""

from kivy.uix.widget import Widget

from kiosk.texts import text
from kiosk.views import Thanks


class ThanksScreen(Widget):
    def show(self, view: Thanks, *, aside: float) -> None:
        """aside: what the question's keys took beside the goal, which stays where it was."""
        self.ids.title.text = text(view.language, "thanks.title")
        self.ids.sentence.text = text(view.language, "thanks.sentence")
        self.ids.foot.opacity = float(view.goal is not None and not view.larger)
        self.ids.foot.aside = aside
        if view.goal:
            why = "" if view.larger else text(view.language, "thanks.goal", target=view.goal.target)
            self.ids.foot.show(view.goal, why)
        self.ids.mark.draw_by_hand()
