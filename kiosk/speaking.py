"""What is said aloud of a view: the question, then what can be answered, each with the number of its button. Pure."""

from collections.abc import Iterator

from hardware.speech.interface import Utterance
from kiosk.numbering import Meaning
from kiosk.texts import in_language, text
from kiosk.views import Ask, StillThere, Thanks, View
from survey.questions import SCALES, Kind, Question, choices_in

_FACES = (Kind.SMILEY4, Kind.SMILEY5)


def spoken(view: View) -> list[Utterance]:
    """Nothing for what is not to be heard, or is just being answered."""
    match view:
        case Ask(aloud=True, pressed=None):
            return [(said, view.language) for said in _of_question(view)]
        case StillThere(ask) if ask.aloud:
            return [(text(ask.language, f"still_there.{'pressed' if ask.buttons else 'spoken'}"), ask.language)]
        case Thanks(aloud=True):
            return [(text(view.language, "thanks.title"), view.language)]
    return []


def _of_question(view: Ask) -> Iterator[str]:
    question, language = view.question, view.language
    if view.struck:
        is_marked = view.struck in choices_in(view.marked)
        choice = _called(question, view.struck, language)
        yield text(language, "spoken.marked" if is_marked else "spoken.unmarked", choice=choice)
    elif not (question.choices and view.buttons and view.buttons[0] != 1):  # no further page of its choices
        yield in_language(question.text, language)
        if question.kind in (Kind.MULTIPLE, Kind.TEXT):
            yield text(language, f"spoken.{question.kind}")
        elif view.buttons and view.buttons[0] is None:
            yield text(language, "spoken.screen")
        if view.buttons and view.buttons[0] is not None:
            yield text(language, "spoken.buttons")
    yield from _by_button(view) if view.buttons else _by_touch(view)


def _by_button(view: Ask) -> Iterator[str]:
    for button, meaning in enumerate(view.buttons, 1):
        if said := _meant(view.question, meaning, view.language):
            yield f"{button}: {said}."


def _by_touch(view: Ask) -> Iterator[str]:
    """With the number that stands on the key; faces that begin a visit have the number of their button."""
    question = view.question
    has_numbers = question.kind in (Kind.NPS, Kind.CES) or (view.first and question.kind in _FACES)
    for value in range(1, len(question.choices) + 1) if question.choices else SCALES.get(question.kind, ()):
        if said := _called(question, value, view.language):
            yield f"{value}: {said}." if has_numbers else f"{said}."


def _meant(question: Question, meaning: Meaning, language: str) -> str:
    match meaning:
        case None:
            return ""
        case "more":
            return text(language, "spoken.more")
        case "done" | "skip":
            return text(language, f"ask.{meaning}")
        case int():
            return _called(question, meaning, language)


def _called(question: Question, value: int, language: str) -> str:
    """What a value, or a choice by its number, is called; the steps between the ends of a long scale have no names."""
    kind = question.kind
    if question.choices:
        return in_language(question.choices[value - 1].text, language)
    if kind in (*_FACES, Kind.YES_NO):
        return text(language, f"{kind}.{value}")
    ends = {SCALES[kind][0]: "worst", SCALES[kind][-1]: "best"}
    return text(language, f"{kind}.{ends[value]}") if value in ends else ""
