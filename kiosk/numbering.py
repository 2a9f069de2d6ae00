"""What each button means at a question that somebody hears: answers by number, the last one the way on or out. Pure."""

from typing import Literal

from survey.questions import SCALES, Kind, Question

Meaning = int | Literal["done", "more", "skip"] | None


def meanings(question: Question, buttons: int, page: int = 0) -> tuple[Meaning, ...]:
    """Of button 1, 2, 3... A number is the value that it gives; of several choices the number of the one it marks.

    More choices than buttons come in pages, and after the last page the first one again.
    """
    takes_several = question.kind is Kind.MULTIPLE
    numbers, room = _numbers(question, buttons), buttons - takes_several
    ways: tuple[Meaning, ...] = ("done",) if takes_several else ("skip",) if len(numbers) < buttons else ()
    if len(numbers) > room:
        on_page = room - 1
        begin = page * on_page % (-(-len(numbers) // on_page) * on_page)
        numbers, ways = numbers[begin : begin + on_page], ("more", *ways)
    return (*numbers, *[None] * (buttons - len(numbers) - len(ways)), *ways)


def _numbers(question: Question, buttons: int) -> range:
    """Empty where an answer can't be given by a number: text, and scales with more steps than there are buttons."""
    if question.choices:
        return range(1, len(question.choices) + 1)
    steps = SCALES.get(question.kind, range(0))
    return steps if len(steps) <= buttons else range(0)
