"""What each button means at a question that somebody hears: answers by number, the last one the way on or out. Pure."""

from itertools import pairwise
from typing import Literal

import msgspec

from kiosk.keyboards import ERASE, SPACE
from survey.questions import SCALES, Kind, Question


class Sign(msgspec.Struct, frozen=True):
    """What is written next, a letter or a space; or that the last one is erased (kiosk.keyboards)."""

    sign: str


class Group(msgspec.Struct, frozen=True):
    """More than one thing under a button: the next press says which of them."""

    items: tuple[int | Sign, ...]


Meaning = int | Sign | Group | Literal["back", "done", "more", "skip"] | None


def meanings(
    question: Question, buttons: int, page: int = 0, group: Group | None = None, *, alphabet: str = ""
) -> tuple[Meaning, ...]:
    """Of button 1, 2, 3... A number is the value that it gives; of several choices the number of the one it marks.

    More choices than buttons come in pages, and after the last page the first one again. A scale with more steps comes
    in groups, so that no step is nearer than another, and so do letters; group: the one that was chosen.
    """
    if group:
        return (*_shared_out(group.items, buttons - 1), "back")
    if question.kind is Kind.TEXT:
        letters, others = tuple(map(Sign, alphabet)), Group((Sign(SPACE), Sign(ERASE)))
        return (*_shared_out(letters, buttons - 2), others, "done")
    if len(steps := SCALES.get(question.kind, ())) > buttons:
        return (*_shared_out(tuple(steps), buttons - 1), "skip")
    takes_several = question.kind is Kind.MULTIPLE
    numbers = range(1, len(question.choices) + 1) if question.choices else SCALES[question.kind]
    room = buttons - takes_several
    ways: tuple[Meaning, ...] = ("done",) if takes_several else ("skip",) if len(numbers) < buttons else ()
    if len(numbers) > room:
        on_page = room - 1
        begin = page * on_page % (-(-len(numbers) // on_page) * on_page)
        numbers, ways = numbers[begin : begin + on_page], ("more", *ways)
    return (*numbers, *[None] * (buttons - len(numbers) - len(ways)), *ways)


def _shared_out(items: tuple[int | Sign, ...], buttons: int) -> tuple[Meaning, ...]:
    """Over so many buttons, the longer groups first; what would be a group of its own is itself."""
    groups = min(buttons, len(items))
    size, longer = divmod(len(items), groups)
    ends = [number * size + min(number, longer) for number in range(groups + 1)]
    shares = [items[begin:end] for begin, end in pairwise(ends)]
    return (*(share[0] if len(share) == 1 else Group(share) for share in shares), *[None] * (buttons - groups))
