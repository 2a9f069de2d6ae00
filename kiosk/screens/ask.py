"""The question: place and languages above, what to answer with below it, and at the foot the goal or the way out."""

from collections.abc import Callable
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.screens import look
from kiosk.screens.choices import ChoicePanel, MultiplePanel
from kiosk.screens.goal import GoalFoot
from kiosk.screens.numbers import NumberPanel
from kiosk.screens.panels import Panel
from kiosk.screens.reading import reading
from kiosk.screens.smileys import SmileyPanel
from kiosk.screens.widgets import Pill
from kiosk.screens.writing import WritingPanel
from kiosk.texts import in_language, text, texts
from kiosk.texts.goal import goal_sentence
from kiosk.views import Ask
from survey.questions import Kind, Value

MOST_NAMED, MOST_NAMED_TALL = 4, 3  # languages that have room for their names


class LanguagePill(Pill):
    """short: by its code alone, where there are many."""

    short = BooleanProperty(defaultvalue=False)

    def __init__(self, language: str) -> None:
        super().__init__(name=f"language {language}")
        self._language = language
        self.bind(short=lambda *_: self._name())
        self._name()

    def _name(self) -> None:
        name = texts(self._language).get("language.name")
        self.text = name if name and not self.short else self._language.upper()


class Header(Widget):
    """Where this is, and the languages to choose from."""

    __events__ = ("on_language",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._languages: tuple[str, ...] = ()

    def show(self, place: str, language: str, languages: tuple[str, ...]) -> None:
        self.ids.place.text = place
        if languages != self._languages:
            self._languages = languages
            self._build(languages if len(languages) > 1 else ())
        for pill in self.ids.pills.children:
            pill.chosen = pill.name == f"language {language}"
            pill.short = len(languages) > (MOST_NAMED_TALL if look.scale.portrait else MOST_NAMED)

    def on_language(self, language: str) -> None:
        """For whoever listens."""

    def _build(self, languages: tuple[str, ...]) -> None:
        self.ids.pills.clear_widgets()
        for language in languages:
            pill = LanguagePill(language)
            pill.bind(on_press=lambda _, language=language: self.dispatch("on_language", language))
            self.ids.pills.add_widget(pill)


class VisitFoot(Widget):
    """The way out of a follow-up, and Done where the answer takes more than one touch."""

    __events__ = ("on_skip", "on_done")

    def show(self, language: str, panel: Panel) -> None:
        self.ids.skip.text = text(language, "ask.skip")
        self.ids.done.text = text(language, "ask.done")
        self.ids.done.opacity = float(panel.takes_done)
        self.ids.done.disabled = not panel.takes_done
        self.ids.done.chosen = panel.ready
        self.ids.hint.text = panel.said

    def on_skip(self) -> None:
        """For whoever listens."""

    def on_done(self) -> None:
        """For whoever listens."""


class AskScreen(BoxLayout):
    """answer, end, choose_language, stir: what a touch means; called at once, on the main thread."""

    panel_height = NumericProperty(0)
    first = BooleanProperty(defaultvalue=True)

    def __init__(
        self,
        *,
        answer: Callable[[Ask, Value], None],
        end: Callable[[], None],
        choose_language: Callable[[str], None],
        stir: Callable[[], None],
    ) -> None:
        super().__init__()
        self._answer, self._end, self._stir = answer, end, stir
        self._panels: dict[Kind, Panel] = {}
        self._view: Ask | None = None
        self._goal_foot = GoalFoot()
        self._visit_foot = VisitFoot()
        self._visit_foot.bind(on_skip=lambda _: self._skip(), on_done=lambda _: self._finish())
        self.ids.header.bind(on_language=lambda _, language: choose_language(language))
        self.bind(size=lambda *_: self._refresh())

    def show(self, view: Ask, *, fresh: bool) -> None:
        """fresh: not the question that was on the screen until now."""
        self._view = view
        self.first = view.first
        reading.turn_to(view.language)
        self.ids.header.show(view.place, view.language, view.languages)
        self.ids.heading.text = in_language(view.question.text, view.language)
        panel = self._panel_for(view.question.kind)
        panel.show(view, fresh=fresh)
        _hold(self.ids.holder, panel)
        self._show_foot(view, panel)
        self._refresh_height(panel)

    def _show_foot(self, view: Ask, panel: Panel) -> None:
        if not view.first:
            self._visit_foot.show(view.language, panel)
            _hold(self.ids.foot, self._visit_foot)
        elif view.goal:
            self._goal_foot.show(view.goal, goal_sentence(view.goal, view.today, view.language))
            _hold(self.ids.foot, self._goal_foot)
        else:
            _hold(self.ids.foot, None)

    def _panel_for(self, kind: Kind) -> Panel:
        if kind not in self._panels:
            panel = self._panels[kind] = _build(kind, self._give)
            panel.bind(ready=lambda _, ready: setattr(self._visit_foot.ids.done, "chosen", ready))
            panel.bind(said=lambda _, said: setattr(self._visit_foot.ids.hint, "text", said))
            panel.bind(on_stir=lambda _: self._stir())
        return self._panels[kind]

    def _refresh(self) -> None:
        if self._view:
            self.show(self._view, fresh=False)

    def _refresh_height(self, panel: Panel) -> None:
        around = self.ids.header.height + self.ids.foot.height + panel.least_heading * look.scale.u
        self.panel_height = max(0, min(panel.wanted * look.scale.u, self.height - around))

    def _give(self, value: Value) -> None:
        if self._view and self._view.pressed is None:
            self._answer(self._view, value)

    def _skip(self) -> None:
        if self._view and self._view.pressed is None:
            self._end()

    def _finish(self) -> None:
        panel = self._panels[self._view.question.kind] if self._view else None
        if panel and (value := panel.finish()) is not None:
            self._give(value)


def _build(kind: Kind, answer: Callable[[Value], None]) -> Panel:
    match kind:
        case Kind.SMILEY4 | Kind.SMILEY5:
            return SmileyPanel(kind, answer)
        case Kind.NPS | Kind.CES:
            return NumberPanel(kind, answer)
        case Kind.YES_NO | Kind.SINGLE:
            return ChoicePanel(kind, answer)
        case Kind.MULTIPLE:
            return MultiplePanel(kind, answer)
        case Kind.TEXT:
            return WritingPanel(answer)


def _hold(holder: Widget, widget: Widget | None) -> None:
    """Puts a widget alone into its place."""
    if holder.children != ([widget] if widget else []):
        holder.clear_widgets()
        if widget:
            holder.add_widget(widget)
