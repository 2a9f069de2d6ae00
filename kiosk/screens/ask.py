"""The question: place and languages above, what to answer with below it, and at the foot the goal or the way out."""

from collections.abc import Callable

from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.screens import look
from kiosk.screens.access import AccessKey, Suit
from kiosk.screens.choices import ChoicePanel, MultiplePanel
from kiosk.screens.foot import Foot  # noqa: F401  named in ask.kv
from kiosk.screens.languages import Languages  # noqa: F401  named in ask.kv
from kiosk.screens.numbers import NumberPanel
from kiosk.screens.panels import Panel
from kiosk.screens.reading import reading
from kiosk.screens.smileys import SmileyPanel
from kiosk.screens.widgets import Key
from kiosk.screens.writing import WritingPanel
from kiosk.speaking import unlabelled
from kiosk.texts import in_language, text
from kiosk.views import Ask, LanguageChosen
from survey.questions import Kind, Value

MOST_NAMED, MOST_NAMED_TALL = 4, 3  # languages that have room for their names
ANSWERS = 96  # units: the key that leads from a long question to its answers
BETWEEN = "\u2003"  # what one button does and what the next one does


class Header(Widget):
    """Where this is, and the languages to choose from; staff: whose day it is that is asked about.

    Instead of the place what buttons do, where they answer and no key says it.
    In low reach the languages stand at the foot; with larger letters they do so too, and nothing is left here.
    """

    staff = BooleanProperty(defaultvalue=False)

    def show(self, view: Ask) -> None:
        self.staff = view.staff
        place = "" if view.larger else BETWEEN.join(unlabelled(view)) or view.place
        self.ids.place.text = text(view.language, "staff.own_day_sentence") if view.staff else place
        languages = () if view.low_reach or view.larger else view.languages
        most_named = MOST_NAMED_TALL if look.scale.portrait else MOST_NAMED
        self.ids.languages.show(view.language, languages, short=len(languages) > most_named)


class AskScreen(BoxLayout):
    """answer, mark, end, suit, stir: what a touch means; called at once, on the main thread.

    A question that larger letters leave no room for beside its answers is read first, on a page of its own.
    above_height: how high the goal is where it stands above the answers, because these lie low.
    """

    panel_height = NumericProperty(0)
    above_height = NumericProperty(0)
    first = BooleanProperty(defaultvalue=True)

    def __init__(
        self,
        *,
        answer: Callable[[Ask, Value], None],
        mark: Callable[[Ask, Value], None],
        end: Callable[[], None],
        suit: Callable[[LanguageChosen | Suit], None],
        stir: Callable[[], None],
    ) -> None:
        super().__init__()
        self._answer, self._mark, self._end, self._stir = answer, mark, end, stir
        self._panels: dict[Kind, Panel] = {}
        self._view: Ask | None = None
        self._is_read = False
        self._answers, self._again = Key(name="answers", chosen=True, bold=True), AccessKey("search", name="question")
        self._answers.bind(on_press=lambda _: self._turn(is_read=True))
        self._again.bind(on_press=lambda _: self._turn(is_read=False))
        foot, languages = self.ids.foot, (self.ids.header.ids.languages, self.ids.foot)
        foot.bind(on_skip=lambda _: self._skip(), on_done=lambda _: self._finish())
        foot.bind(on_suit=lambda _, chosen: suit(chosen), height=lambda *_: self._refresh_height())
        for each in languages:
            each.bind(on_language=lambda _, language: suit(LanguageChosen(language)))
        self.bind(size=lambda *_: self._refresh())

    def show(self, view: Ask, *, fresh: bool) -> None:
        """fresh: not the question that was on the screen until now."""
        self._view = view
        self._is_read = self._is_read and view.larger and not fresh
        self._answers.text = text(view.language, "ask.answer")
        self.first = view.first
        reading.turn_to(view.language)
        self.ids.header.show(view)
        panel = self._panel_for(view.question.kind)
        panel.width = self._inner_width  # also of one that stands behind its question
        panel.show(view, fresh=fresh)
        self._say(panel)
        _hold(self.ids.above, None)
        self.ids.foot.show(view, panel)
        if _has_goal_above(view):
            _hold(self.ids.above, self.ids.foot.goal)
        self._refresh_height()

    def _panel_for(self, kind: Kind) -> Panel:
        if kind not in self._panels:
            panel = self._panels[kind] = _build(kind, self._give)
            panel.bind(ready=lambda _, ready: setattr(self.ids.foot.done, "chosen", ready))
            panel.bind(said=lambda panel, _: self._say(panel), wanted=lambda *_: self._refresh_height())
            panel.bind(on_stir=lambda _: self._stir(), on_mark=lambda _, value: self._note(value))
        return self._panels[kind]

    def _say(self, panel: Panel) -> None:
        """The question, and what the panel has to say: at the foot or, with larger letters, behind the question."""
        if self._view is None:
            return
        question = in_language(self._view.question.text, self._view.language)
        self.ids.heading.text = f"{question} {panel.said}".strip() if self._view.larger else question
        self.ids.foot.hint.text = panel.said
        self._refresh_height()

    def _refresh(self) -> None:
        if self._view:
            self.show(self._view, fresh=False)

    def _refresh_height(self) -> None:
        if self._view is None:
            return
        u, panel, foot = look.scale.u, self._panels[self._view.question.kind], self.ids.foot
        self.above_height = foot.goal_height if _has_goal_above(self._view) else 0
        room = self.height - self.ids.header.height - self.above_height - foot.height
        is_apart = self._stands_apart(self._view, panel, room)
        _hold(self.ids.holder, panel if self._is_read or not is_apart else self._answers)
        _hold(self.ids.again, self._again if self._is_read and is_apart else None)
        if is_apart and not self._is_read:
            self.panel_height = look.px(ANSWERS)
            return
        heading = panel.least_heading * u
        if self._view.larger:
            heading = max(heading, min(self.ids.heading.wanted_height(self._inner_width), room - panel.least * u))
        room -= heading
        if self._view.low_reach:
            room = min(room, self.height // 2 - foot.height + panel.untouched * u)
        self.panel_height = max(0, min(panel.wanted * u, room))

    def _stands_apart(self, view: Ask, panel: Panel, room: float) -> bool:
        """Not while buttons answer: who listens need not read."""
        if not view.larger or view.buttons:
            return False
        question, size = in_language(view.question.text, view.language), min(look.READ_PX, look.px(look.LARGER[0]))
        wanted = self.ids.heading.height_of(question, self._inner_width, size)
        return bool(wanted > room - panel.least * look.scale.u)

    @property
    def _inner_width(self) -> float:
        return float(self.width - self.padding[0] - self.padding[2])

    def _turn(self, *, is_read: bool) -> None:
        self._is_read = is_read
        self._stir()
        self._refresh_height()

    def _give(self, value: Value) -> None:
        if self._view and self._view.pressed is None:
            self._answer(self._view, value)

    def _note(self, value: Value) -> None:
        if self._view:
            self._mark(self._view, value)

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


def _has_goal_above(view: Ask) -> bool:
    return view.first and view.low_reach and view.goal is not None


def _hold(holder: Widget, widget: Widget | None) -> None:
    """Puts a widget alone into its place."""
    if holder.children != ([widget] if widget else []):
        holder.clear_widgets()
        if widget:
            holder.add_widget(widget)
