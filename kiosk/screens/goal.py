"""The foot that says why it is asked: the goal in a sentence and a bar. From question to thanks it stays in place."""

from typing import Any

from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from kiosk.screens import look
from survey.exchange import Goal


class GoalBar(Widget):
    """Where the location stands, if that is known, and the mark where it wants to be."""

    target = NumericProperty(0)
    current = NumericProperty(None, allownone=True)


class GoalFoot(Widget):
    """aside: how much of its lowest row belongs to others, in pixels from the right."""

    aside = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._said = ""
        look.colours.bind(ink=lambda *_: self._colour())

    def show(self, goal: Goal, sentence: str) -> None:
        """sentence: what is between [b] and [/b] stands out."""
        self._said = sentence
        self.ids.bar.target, self.ids.bar.current = goal.target, goal.current if goal.as_of else None
        self._colour()

    def _colour(self) -> None:
        strong = f"[b][color={look.colours.worn.ink}]"
        self.ids.sentence.text = self._said.replace("[b]", strong).replace("[/b]", "[/color][/b]")
