"""What is measured: the index, shares, NPS, each with its 95 % interval.

design_effect: by how much days that differ widen an interval (survey/figures/spread.py); 1 for a single day.
"""

from collections.abc import Sequence
from enum import StrEnum
from math import sqrt

from survey.errors import NoAnswers, UnfitCounts
from survey.figures.figure import Z95, Figure, answers_in


class Measure(StrEnum):
    """What can be compared over days and places: each the mean of a score that every answer has."""

    SATISFIED = "satisfied"
    EASY = "easy"
    INDEX = "index"
    NPS = "nps"

    def figure(self, counts: Sequence[int], *, design_effect: float = 1.0) -> Figure:
        """In the measure's own unit. Raises NoAnswers."""
        return _FIGURES[self](counts, design_effect=design_effect)

    def scores(self, steps: int) -> tuple[float, ...]:
        """What an answer on each step of the scale adds to the mean, 0 (worst) to 1, worst first."""
        match self:
            case Measure.INDEX:
                return _linear(steps)
            case Measure.NPS:
                return (0.0,) * 7 + (0.5,) * 2 + (1.0,) * 2
            case _:
                best = _BEST[self]
                return (0.0,) * (steps - best) + (1.0,) * best

    def in_unit(self, score: float) -> float:
        """A mean of scores in the measure's own unit: a share 0..1, the index 0..100, NPS -100..100."""
        low, high = _UNITS[self]
        return low + (high - low) * score


def smiley_index(counts: Sequence[int], *, design_effect: float = 1.0) -> Figure:
    """Where the answers lie on the scale, 0 (all worst) to 100 (all best).

    counts: 2 to 11 steps. Raises NoAnswers if they add up to nothing.
    Source: linear weights; Wilson's interval of a share, of as many answers as say as much (`worth`): an interval
    from the variance alone held the truth 88 times in 100 at n = 10, this one 96 times.
    """
    n = answers_in(counts)
    scores = _linear(len(counts))
    mean = _mean(counts, scores)
    low, high = _wilson(mean, n * worth(counts, scores) / design_effect)
    return Figure(100 * mean, 100 * low, 100 * high, n)


def share(good: int, n: int, *, design_effect: float = 1.0) -> Figure:
    """good of n as 0..1, with Wilson's interval. Raises NoAnswers for n = 0, UnfitCounts for a part beyond the whole.

    Source: Wilson, E. B. (1927), Probable inference, JASA 22, 209-212.
    """
    if n <= 0:
        raise NoAnswers("A share of no answers.")
    if not 0 <= good <= n:
        raise UnfitCounts(f"{good} of {n} is no share.")
    return Figure(good / n, *_wilson(good / n, n / design_effect), n)


def satisfied(counts: Sequence[int], *, design_effect: float = 1.0) -> Figure:
    """CSAT: share (0..1) of the two best faces. Raises NoAnswers."""
    return _best_of(counts, _BEST[Measure.SATISFIED], design_effect)


def ces(counts: Sequence[int], *, design_effect: float = 1.0) -> Figure:
    """Customer effort: share (0..1) of 5, 6 and 7 on the scale 1..7. Raises NoAnswers."""
    return _best_of(counts, _BEST[Measure.EASY], design_effect)


def nps(counts: Sequence[int], *, design_effect: float = 1.0) -> Figure:
    """Net promoter score, -100..100, from the answers 0..10. Raises NoAnswers.

    Promoters gave 9 or 10, detractors 0 to 6. Source of the interval: adjusted Wald,
    3/4 added to promoters and to detractors, 3 to n; of one or two answers it is stretched to hold the value.
    """
    n = answers_in(counts)
    promoters, detractors = sum(counts[9:]), sum(counts[:7])
    up, down, all_of_them = promoters / design_effect + 0.75, detractors / design_effect + 0.75, n / design_effect + 3
    middle = (up - down) / all_of_them
    half = Z95 * sqrt(((up + down) / all_of_them - middle**2) / all_of_them)
    value = 100 * (promoters - detractors) / n
    low, high = max(-100.0, 100 * (middle - half)), min(100.0, 100 * (middle + half))
    return Figure(value, min(low, value), max(high, value), n)


def worth(counts: Sequence[int], scores: Sequence[float]) -> float:
    """How many yes/no answers say as much about the mean as one of these does; at least 1, for yes/no just 1.

    Yes and no lie as far apart as a mean allows; answers in between lie closer, and each says more. A quarter of an
    answer's spread is added to both, so that a few answers alike do not look certain.
    """
    mean = _mean(counts, scores)
    spread = sum(count * (score - mean) ** 2 for score, count in zip(scores, counts, strict=True))
    return (sum(counts) * mean * (1 - mean) + 0.25) / (spread + 0.25)


def _mean(counts: Sequence[int], scores: Sequence[float]) -> float:
    return sum(score * count for score, count in zip(scores, counts, strict=True)) / sum(counts)


def _linear(steps: int) -> tuple[float, ...]:
    return tuple(step / (steps - 1) for step in range(steps))


def _best_of(counts: Sequence[int], best: int, design_effect: float) -> Figure:
    return share(sum(counts[-best:]), answers_in(counts), design_effect=design_effect)


def _wilson(p: float, n: float) -> tuple[float, float]:
    centre = p + Z95**2 / (2 * n)
    half = Z95 * sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2))
    scale = 1 + Z95**2 / n
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


_BEST = {Measure.SATISFIED: 2, Measure.EASY: 3}
_FIGURES = {Measure.SATISFIED: satisfied, Measure.EASY: ces, Measure.INDEX: smiley_index, Measure.NPS: nps}
_UNITS = {Measure.SATISFIED: (0, 1), Measure.EASY: (0, 1), Measure.INDEX: (0, 100), Measure.NPS: (-100, 100)}
