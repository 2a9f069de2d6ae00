"""A number for people: never without how sure it is and how many answers it rests on."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from survey.errors import NoAnswers

Z95 = 1.959963984540054  # two-sided 95 %
SHOW_FROM = 10  # fewer answers: only their number is shown
SURE_FROM = 30  # fewer: "preliminary"


class Figure(msgspec.Struct, frozen=True):
    """A number for people with its 95 % interval and how many answers it rests on."""

    value: float
    low: float
    high: float
    n: int

    @property
    def standing(self) -> Literal["too few", "preliminary", "sound"]:
        """What may be said of it: under 10 answers nothing, under 30 with caution."""
        if self.n < SHOW_FROM:
            return "too few"
        return "preliminary" if self.n < SURE_FROM else "sound"


def answers_in(counts: Sequence[int]) -> int:
    """How many they are. Raises NoAnswers if they add up to nothing."""
    n = sum(counts)
    if n <= 0:
        raise NoAnswers("There are no answers yet.")
    return n
