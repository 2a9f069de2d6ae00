"""What the staff can do here: their own day, diagnostics, out of service; and how the terminal is set."""

from collections.abc import Callable
from typing import Any

from kivy.properties import StringProperty
from kivy.uix.widget import Widget

from kiosk.preferences import VOLUME_STEP
from kiosk.screens import look
from kiosk.screens.grid import Grid  # noqa: F401  named in staff.kv
from kiosk.screens.widgets import Pill, Words
from kiosk.texts import language_name, text
from kiosk.views import (
    Ended,
    ItemChosen,
    LanguageChosen,
    LargerChosen,
    LowReachChosen,
    StaffMenu,
    SteadyChosen,
    Touch,
    VolumeChosen,
)


class Setting(Widget):
    """A line with what is set at its left and the keys for it at its right; below it on a tall window."""

    label = StringProperty("")

    def hold(self, *keys: Any) -> None:
        self.ids.row.clear_widgets()
        for key in keys:
            self.ids.row.add_widget(key)


class Level(Words):
    """How much, between the keys for less and more."""


class StaffScreen(Widget):
    def __init__(self, report: Callable[[Touch], None]) -> None:
        super().__init__()
        self._report = report
        self._view: StaffMenu | None = None
        self._languages: tuple[str, ...] = ()
        self._level = Level()
        self._less = Pill(name="volume down", text="−", steps=look.BUTTON)
        self._more = Pill(name="volume up", text="+", steps=look.BUTTON)
        self._low, self._larger = Pill(name="low reach"), Pill(name="larger")
        self.ids.volume.hold(self._less, self._level, self._more)
        self.ids.always.hold(self._low, self._larger)
        self._at_once, self._steady = Pill(name="at once"), Pill(name="steady")
        self.ids.twice.hold(self._at_once, self._steady)
        self._at_once.bind(on_press=lambda _: report(SteadyChosen(steady=False)))
        self._steady.bind(on_press=lambda _: report(SteadyChosen(steady=True)))
        self._less.bind(on_press=lambda _: self._turn(-VOLUME_STEP))
        self._more.bind(on_press=lambda _: self._turn(VOLUME_STEP))
        self._low.bind(on_press=lambda _: report(LowReachChosen()))
        self._larger.bind(on_press=lambda _: report(LargerChosen()))
        self.ids.own_day.bind(on_press=lambda _: report(ItemChosen("own_day")))
        self.ids.diagnostics.bind(on_press=lambda _: report(ItemChosen("diagnostics")))
        self.ids.pause.bind(on_press=lambda key: report(ItemChosen(key.name)))
        self.ids.back.bind(on_press=lambda _: report(Ended()))

    def show(self, view: StaffMenu) -> None:
        self._view = view
        language, ids = view.language, self.ids
        ids.title.text, ids.back.text = text(language, "staff.title"), text(language, "pin.back")
        ids.own_day.text, ids.diagnostics.text = text(language, "staff.own_day"), text(language, "staff.diagnostics")
        ids.pause.name = "resume" if view.paused else "pause"
        ids.pause.text, ids.pause.chosen = text(language, f"staff.{ids.pause.name}"), view.paused
        for setting in ("language", "always", "twice", "volume"):
            ids[setting].label = text(language, f"staff.{setting}")
        self._show_languages(view)
        self._show_volume(view.volume)
        self._low.text, self._low.chosen = text(language, "ask.low_reach"), view.low_reach
        self._larger.text, self._larger.chosen = text(language, "ask.larger"), view.larger
        self._at_once.text, self._at_once.chosen = text(language, "staff.at_once"), not view.steady
        self._steady.text, self._steady.chosen = text(language, "staff.steady"), view.steady

    def _show_languages(self, view: StaffMenu) -> None:
        if view.languages != self._languages:
            self._languages = view.languages
            self.ids.language.hold(*map(self._language_key, view.languages))
        for pill in self.ids.language.ids.row.children:
            pill.chosen = pill.name == f"language {view.language}"

    def _language_key(self, language: str) -> Pill:
        pill = Pill(name=f"language {language}", text=language_name(language))
        pill.bind(on_press=lambda _: self._report(LanguageChosen(language)))
        return pill

    def _show_volume(self, volume: int | None) -> None:
        self.ids.volume.opacity = float(volume is not None)
        self._less.disabled, self._more.disabled = volume is None, volume is None
        self._level.text = "" if volume is None else f"{volume} %"

    def _turn(self, by: int) -> None:
        if self._view and self._view.volume is not None:
            self._report(VolumeChosen(min(max(self._view.volume + by, 0), 100)))
