"""What is said aloud of a view: the question, then what can be answered, each with the number of its button. Pure."""

from collections.abc import Iterator
from typing import Literal

from hardware.speech.interface import Utterance
from kiosk.keyboards import ERASE, SPACE
from kiosk.numbering import Group, Meaning, Sign
from kiosk.texts import in_language, text
from kiosk.views import Ask, StillThere, Thanks, View
from survey.questions import MAX_TEXT, SCALES, Kind, Question, Value, choices_in

_FACES = (Kind.SMILEY4, Kind.SMILEY5)
_LONG = (Kind.NPS, Kind.CES)


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


def unlabelled(view: Ask) -> list[str]:
    """What stands on the display of the buttons that mean what no key there does."""
    long = view.question.kind in _LONG
    return [
        f"{button}: {_meant(view.question, meaning, view.language, 'ask')}"
        for button, meaning in enumerate(view.buttons, 1)
        if isinstance(meaning, Group | Sign) or meaning in ("back", "more") or (long and isinstance(meaning, int))
    ]


def _of_question(view: Ask) -> Iterator[str]:
    question, language = view.question, view.language
    if view.volume is not None:
        yield text(language, "spoken.volume", percent=view.volume)
    if view.struck is not None:
        yield _of_press(view, view.struck)
    elif not _is_further(view):
        yield in_language(question.text, language)
        if question.kind is Kind.MULTIPLE:
            yield text(language, "spoken.multiple")
        if view.buttons and question.kind in _LONG:
            yield _scale(question.kind, language)
        if question.kind is Kind.TEXT:
            yield text(language, "spoken.spell" if view.buttons else "spoken.text")
        elif view.buttons:
            yield text(language, "spoken.buttons")
    yield from _by_button(view) if view.buttons else _by_touch(view)


def _of_press(view: Ask, struck: Value) -> str:
    """A choice and whether it is marked now; a letter; after a space, or what erases, all that is written."""
    language, marked = view.language, view.marked
    if isinstance(struck, int):
        is_marked = isinstance(marked, int) and struck in choices_in(marked)
        choice = _called(view.question, struck, language)
        return text(language, "spoken.marked" if is_marked else "spoken.unmarked", choice=choice)
    if len(written := str(marked or "")) >= MAX_TEXT:
        return text(language, "ask.full")
    if struck not in (SPACE, ERASE):
        return f"{struck}."
    return text(language, "spoken.written", written=written) if written else text(language, "spoken.erased")


def _is_further(view: Ask) -> bool:
    """Whether the buttons have come to another page of its choices, or into a group of its steps or letters."""
    return "back" in view.buttons or bool(view.question.choices and view.buttons and view.buttons[0] != 1)


def _scale(kind: Kind, language: str) -> str:
    worst, best = text(language, f"{kind}.worst"), text(language, f"{kind}.best")
    return text(language, "spoken.scale", low=SCALES[kind][0], worst=worst, high=SCALES[kind][-1], best=best)


def _by_button(view: Ask) -> Iterator[str]:
    """Where answers are numbers too, "button" keeps the two apart."""
    for button, meaning in enumerate(view.buttons, 1):
        number = text(view.language, "spoken.button", button=button) if view.question.kind in _LONG else button
        if said := _meant(view.question, meaning, view.language):
            yield f"{number}: {said}."


def _by_touch(view: Ask) -> Iterator[str]:
    """With the number that stands on the key; faces that begin a visit have the number of their button."""
    question = view.question
    has_numbers = question.kind in _LONG or (view.first and question.kind in _FACES)
    for value in range(1, len(question.choices) + 1) if question.choices else SCALES.get(question.kind, ()):
        if said := _called(question, value, view.language):
            yield f"{value}: {said}." if has_numbers else f"{said}."


def _meant(question: Question, meaning: Meaning, language: str, part: Literal["ask", "spoken"] = "spoken") -> str:
    """part: of the texts; a range is said in words."""
    match meaning:
        case None:
            return ""
        case "more" | "back":
            return text(language, f"spoken.{meaning}")
        case Sign(sign):
            return {SPACE: text(language, "keyboard.space"), ERASE: text(language, "keyboard.erase")}.get(sign, sign)
        case "done" | "skip":
            return text(language, f"ask.{meaning}")
        case Group(items):
            first, last = (_meant(question, item, language) for item in (items[0], items[-1]))
            return text(language, f"{part}.pair" if len(items) == 2 else f"{part}.range", first=first, last=last)
        case int():
            return str(meaning) if question.kind in _LONG else _called(question, meaning, language)


def _called(question: Question, value: int, language: str) -> str:
    """What a value, or a choice by its number, is called; the steps between the ends of a long scale have no names."""
    kind = question.kind
    if question.choices:
        return in_language(question.choices[value - 1].text, language)
    if kind in (*_FACES, Kind.YES_NO):
        return text(language, f"{kind}.{value}")
    ends = {SCALES[kind][0]: "worst", SCALES[kind][-1]: "best"}
    return text(language, f"{kind}.{ends[value]}") if value in ends else ""
