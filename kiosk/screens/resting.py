"""Outside the opening hours: dark, with the name alone, and no light that draws anybody across the street."""

from kivy.uix.widget import Widget

from kiosk.views import Closed


class RestingScreen(Widget):
    def show(self, view: Closed) -> None:
        self.ids.name.text = view.place
