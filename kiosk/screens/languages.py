"""The languages to choose from: by their names, or by their codes alone where there is no room for those."""

from collections.abc import Sequence
from typing import Any

from kivy.properties import BooleanProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.screens.widgets import Pill
from kiosk.texts import language_name


class LanguagePill(Pill):
    """short: by its code alone."""

    short = BooleanProperty(defaultvalue=False)

    def __init__(self, language: str) -> None:
        super().__init__(name=f"language {language}")
        self._language = language
        self.bind(short=lambda *_: self._name())
        self._name()

    def _name(self) -> None:
        self.text = self._language.upper() if self.short else language_name(self._language)


class Languages(BoxLayout):
    """Side by side; nothing where there is no choice."""

    __events__ = ("on_language",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._languages: tuple[str, ...] = ()
        self._made: dict[str, LanguagePill] = {}  # widgets are built once: scale and colours hold on to them for good

    def show(self, language: str, languages: tuple[str, ...], *, short: bool) -> None:
        if languages != self._languages:
            self._languages = languages
            self._build(languages if len(languages) > 1 else ())
        for pill in self.children:
            pill.chosen = pill.name == f"language {language}"
            pill.short = short

    def on_language(self, language: str) -> None:
        """For whoever listens."""

    def _build(self, languages: Sequence[str]) -> None:
        self.clear_widgets()
        for language in languages:
            if language not in self._made:
                pill = self._made[language] = LanguagePill(language)
                pill.bind(on_press=lambda _, language=language: self.dispatch("on_language", language))
            self.add_widget(self._made[language])
