"""Whether two figures differ, and which of many differences hold."""

from collections.abc import Sequence
from math import erfc, sqrt

import msgspec

from survey.figures.figure import Z95, Figure

FALSE_SHARE = 0.09  # of the differences that are marked, so many may be none: one in ten, and a little room
WEIGHT = 75  # answers at the chain's mean that a shrunken score begins with: docs/figures.md, "Shrunken score"


class Difference(msgspec.Struct, frozen=True):
    """One figure less another, in their unit, with its 95 % interval.

    p: how often chance alone brings a difference as large or larger; under 0.05 just where the interval leaves out 0.
    """

    value: float
    low: float
    high: float
    p: float


def difference(of: Figure, to: Figure) -> Difference:
    """of - to, two figures of one measure that rest on different answers.

    Source: of shares Newcombe, R. G. (1998), Interval estimation for the difference between independent proportions,
    Statistics in Medicine 17, 873-890, method 10; the same for every measure with an interval of its own:
    Zou, G. Y. and Donner, A. (2008), Construction of confidence limits about effect measures, ibid. 27, 1693-1702.
    """
    value = of.value - to.value
    below = sqrt((of.value - of.low) ** 2 + (to.high - to.value) ** 2)
    above = sqrt((of.high - of.value) ** 2 + (to.value - to.low) ** 2)
    towards_0 = below if value > 0 else above
    return Difference(value, value - below, value + above, erfc(abs(value) * Z95 / towards_0 / sqrt(2)) if value else 1)


def holding(chances: Sequence[float], *, false_share: float = FALSE_SHARE) -> list[bool]:
    """Which of many differences hold, given the p of each: of those at most false_share are none, in the long run.

    Source: Benjamini, Y. and Hochberg, Y. (1995), Controlling the false discovery rate, JRSS B 57, 289-300.
    """
    limit = 0.0
    for rank, p in enumerate(sorted(chances), start=1):
        if p <= false_share * rank / len(chances):
            limit = p
    return [p <= limit for p in chances]


def shrunken(value: float, n: int, *, mean: float, weight: float = WEIGHT) -> float:
    """RS = (mean * weight + value * n) / (weight + n): what a list is sorted by, so that few answers do not lead it.

    mean: of all that are in the list. It is no figure: it is shown as "shrunken score" or not at all.
    """
    return (mean * weight + value * n) / (weight + n)
