"""How much more days differ than the chance of their answers explains (overdispersion).

Customers of one day share its queue, its staff and its weather, so their answers tell less than as many of different
days would. rho says how alike they are: 0 not at all, 1 entirely.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import mul

import msgspec

from survey.errors import NoAnswers
from survey.figures.figure import answers_in
from survey.figures.measures import Measure


class Days(msgspec.Struct, frozen=True):
    """Some days of one place, summed up as far as their spread needs it; a store can do the sums.

    counts: of all days together. squares: the sum over the days of n^2. by_day: the sum over the days of
    (sum of the day's scores)^2 / n; the scores are those of one measure.
    """

    counts: tuple[int, ...]
    days: int
    squares: int
    by_day: float

    @property
    def n(self) -> int:
        return sum(self.counts)


def days_of(measure: Measure, counts_by_day: Iterable[Sequence[int]]) -> Days:
    """Days without answers do not count as days. Raises NoAnswers if none has any."""
    counted = [counts for counts in counts_by_day if any(counts)]
    if not counted:
        raise NoAnswers("No day has answers.")
    steps = [*zip(*counted, strict=True)]  # column by column: a page of a year has thousands of days to add up
    scored = [[score * n for n in step] for step, score in zip(steps, measure.scores(len(steps)), strict=True) if score]
    n, of_day = [*map(sum, counted)], map(sum, zip(*scored, strict=True))
    by_day = sum(score**2 / answers for score, answers in zip(of_day, n, strict=True))
    return Days(tuple(map(sum, steps)), len(counted), sum(map(mul, n, n)), by_day)


def mean(measure: Measure, counts: Sequence[int]) -> float:
    """The mean of the scores, 0..1. Raises NoAnswers."""
    return _sum(counts, measure.scores(len(counts))) / answers_in(counts)


def variance(measure: Measure, counts: Sequence[int]) -> float:
    """Of the scores, which lie in 0..1. Raises NoAnswers."""
    scores, centre = measure.scores(len(counts)), mean(measure, counts)
    return sum(count * (s - centre) ** 2 for count, s in zip(counts, scores, strict=True)) / answers_in(counts)


def rho(measure: Measure, groups: Iterable[Days]) -> float:
    """How alike answers of one day are, 0..1: one number for all groups, each compared with its own mean alone.

    0 where no group has two days of answers that differ at all: nothing is known then (see the smallest histories in
    sync_server/insight). Source: moments; Pearson's X^2 of a group has the mean
    (days - 1) + rho * sum((1 - n_d / n) * (n_d - 1)).
    """
    excess, slack = map(sum, zip((0.0, 0.0), *(_beyond_chance(measure, group) for group in groups), strict=True))
    return min(1.0, max(0.0, excess / slack)) if slack > 0 else 0.0


@lru_cache(maxsize=4096)
def _beyond_chance(measure: Measure, group: Days) -> tuple[float, float]:
    """X^2 less its mean without rho, and what rho is multiplied with. From day to day one weekday in seven changes."""
    spread = variance(measure, group.counts)
    if not spread or group.days < 2:
        return 0.0, 0.0
    n, scores = group.n, _sum(group.counts, measure.scores(len(group.counts)))
    return (group.by_day - scores**2 / n) / spread - (group.days - 1), n - group.days - group.squares / n + 1


def design_effect(squares: float, n: int, rho: float) -> float:
    """By how much the variance of a mean of n answers grows: 1 + (n - 1) * rho for one day.

    squares: the sum over the days of n^2. Source: Kish, L. (1965), Survey sampling, for days of different sizes.
    """
    return 1 + (squares / n - 1) * rho


def _sum(counts: Sequence[int], scores: Sequence[float]) -> float:
    return float(sum(map(mul, counts, scores)))
