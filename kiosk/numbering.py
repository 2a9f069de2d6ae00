"""What each button means at a question that somebody hears: answers by number, the last one the way on or out. Pure."""

from itertools import pairwise
from typing import Literal

import msgspec

from survey.questions import SCALES, Kind, Question


class Group(msgspec.Struct, frozen=True):
    """More than one thing under a button: the next press says which of them."""

    items: tuple[int, ...]


Meaning = int | Group | Literal["back", "done", "more", "skip"] | None


def meanings(question: Question, buttons: int, page: int = 0, group: Group | None = None) -> tuple[Meaning, ...]:
    """Of button 1, 2, 3... A number is the value that it gives; of several choices the number of the one it marks.

    More choices than buttons come in pages, and after the last page the first one again. A scale with more steps comes
    in groups, so that no step is nearer than another; group: the one that was chosen.
    """
    if len(steps := SCALES.get(question.kind, ())) > buttons:
        return _grouped(group.items, buttons, "back") if group else _grouped(tuple(steps), buttons, "skip")
    takes_several = question.kind is Kind.MULTIPLE
    numbers = range(1, len(question.choices) + 1) if question.choices else SCALES.get(question.kind, range(0))
    room = buttons - takes_several
    ways: tuple[Meaning, ...] = ("done",) if takes_several else ("skip",) if len(numbers) < buttons else ()
    if len(numbers) > room:
        on_page = room - 1
        begin = page * on_page % (-(-len(numbers) // on_page) * on_page)
        numbers, ways = numbers[begin : begin + on_page], ("more", *ways)
    return (*numbers, *[None] * (buttons - len(numbers) - len(ways)), *ways)


def _grouped(items: tuple[int, ...], buttons: int, way: Meaning) -> tuple[Meaning, ...]:
    """In as many groups as there is room for, the longer ones first; whatever would be a group of its own is itself."""
    room = min(buttons - 1, len(items))
    size, longer = divmod(len(items), room)
    ends = [number * size + min(number, longer) for number in range(room + 1)]
    groups = [items[begin:end] for begin, end in pairwise(ends)]
    shown = [group[0] if len(group) == 1 else Group(group) for group in groups]
    return (*shown, *[None] * (buttons - 1 - room), way)
