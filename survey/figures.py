"""How a figure is computed, and how sure it is. Formulas and sources: docs/figures.md.

counts are answers per value, worst first, one number for each step of the scale.
"""

from collections.abc import Sequence
from math import sqrt
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


def smiley_index(counts: Sequence[int]) -> Figure:
    """Where the answers lie on the scale, 0 (all worst) to 100 (all best).

    counts: 2 to 11 steps. Raises NoAnswers if they add up to nothing.
    Source: linear weights; interval from the variance of the counts (t replaced by z), kept within 0..100;
    with all answers alike the variance says nothing, so the interval is that of a share of 0 or 1 (Wilson).
    """
    n = _n(counts)
    steps = len(counts) - 1
    weights = [100 * step / steps for step in range(len(counts))]
    mean = sum(weight * count for weight, count in zip(weights, counts, strict=True)) / n
    if n in counts:
        # one more answer might have been elsewhere: as unsure as a share of which none was otherwise
        unsure = 100 * (1 - share(n, n).low)
        return Figure(mean, max(0.0, mean - unsure), min(100.0, mean + unsure), n)
    spread = sum(count * (weight - mean) ** 2 for weight, count in zip(weights, counts, strict=True))
    half = Z95 * sqrt(spread / (n - 1) / n)
    return Figure(mean, max(0.0, mean - half), min(100.0, mean + half), n)


def share(good: int, n: int) -> Figure:
    """good of n as 0..1, with Wilson's interval. Raises NoAnswers for n = 0.

    Source: Wilson, E. B. (1927), Probable inference, JASA 22, 209-212.
    """
    if n <= 0:
        raise NoAnswers("A share of no answers.")
    p = good / n
    centre = p + Z95**2 / (2 * n)
    half = Z95 * sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2))
    scale = 1 + Z95**2 / n
    return Figure(p, max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale), n)


def satisfied(counts: Sequence[int]) -> Figure:
    """CSAT: share (0..1) of the two best faces. Raises NoAnswers."""
    return share(sum(counts[-2:]), _n(counts))


def ces(counts: Sequence[int]) -> Figure:
    """Customer effort: share (0..1) of 5, 6 and 7 on the scale 1..7. Raises NoAnswers."""
    return share(sum(counts[-3:]), _n(counts))


def nps(counts: Sequence[int]) -> Figure:
    """Net promoter score, -100..100, from the answers 0..10. Raises NoAnswers.

    Promoters gave 9 or 10, detractors 0 to 6. Source of the interval: adjusted Wald,
    3/4 added to promoters and to detractors, 3 to n; of one or two answers it is stretched to hold the value.
    """
    n = _n(counts)
    promoters, detractors = sum(counts[9:]), sum(counts[:7])
    up, down, all_of_them = promoters + 0.75, detractors + 0.75, n + 3
    middle = (up - down) / all_of_them
    half = Z95 * sqrt(((up + down) / all_of_them - middle**2) / all_of_them)
    value = 100 * (promoters - detractors) / n
    low, high = max(-100.0, 100 * (middle - half)), min(100.0, 100 * (middle + half))
    return Figure(value, min(low, value), max(high, value), n)


def _n(counts: Sequence[int]) -> int:
    n = sum(counts)
    if n <= 0:
        raise NoAnswers("There are no answers yet.")
    return n
