"""What a day may be like without being unusual, from days like it: a beta-binomial forecast."""

from math import ceil, floor, sqrt
from statistics import NormalDist

import msgspec

from survey.figures.measures import Measure, worth
from survey.figures.spread import Days, design_effect, mean, variance

FAR = 3.0  # standard deviations; 0.27 % of usual days lie farther out, half of them on each side


class Expected(msgspec.Struct, frozen=True):
    """A day yet to come. mean, variance: of one answer's score (0..1). worth: see measures.worth.

    between: the variance of the day's true mean, as a share of the variance of an answer: how much days differ (rho),
    and how little is known of the mean. caution: by how much farther out than FAR a day must lie, as rho is not known
    but taken from few days.
    """

    mean: float
    variance: float
    worth: float
    between: float
    caution: float = 1.0

    @property
    def shape(self) -> tuple[float, float]:
        """The beta distribution that a day's true mean comes from, for yes/no answers."""
        both = self.worth / self.between - 1
        return self.mean * both, (1 - self.mean) * both

    def surprise(self, score: float, n: int) -> float:
        """How far a day's mean score of n answers lies from it, FAR being far; below 0 where it is worse.

        Most scores lie near the best, so that bad days lie farther out than good ones: that is taken out, or every
        chance looks like a slide. far = z + skewness / 6 * (z^2 - 1), solved for z, so that a worse day is never
        less of a surprise. Source: Cornish, E. A. and Fisher, R. A. (1938), first term, with the skewness of the
        beta-binomial.
        """
        far = (score - self.mean) / sqrt(self.variance * (1 + (n - 1) * self.between) / n)
        skewness = self._skewness(n * self.worth)
        moved = far + skewness / 6
        return 2 * moved / (1 + sqrt(max(0.0, 1 + 2 / 3 * skewness * moved))) / self.caution

    def _skewness(self, trials: float) -> float:
        good, bad = self.shape
        both = good + bad
        lean = (both + 2 * trials) * (bad - good) / (both + 2)
        return lean * sqrt((1 + both) / (trials * good * bad * (trials + both)))


def expected(measure: Measure, days: Days, rho: float, *, freedom: int) -> Expected:
    """What days like these lead to expect. Half an answer is added at each end, so that all alike is not certain.

    freedom: of how many days, less one for each weekday, rho was taken. Source of the caution: the expansion of
    Student's t, Cornish, E. A. and Fisher, R. A. (1938).
    """
    n = days.n
    return Expected(
        mean=(mean(measure, days.counts) * n + 0.5) / (n + 1),
        variance=(variance(measure, days.counts) * n + 0.25) / (n + 1),
        worth=worth(days.counts, measure.scores(len(days.counts))),
        between=min(0.99, rho + design_effect(days.squares, n, rho) / n),
        caution=1 + (FAR**2 + 1) / (4 * freedom),
    )


def usual_range(day: Expected, n: int) -> tuple[float, float]:
    """Between which mean scores (0..1) a usual day with n answers lies: half an answer beyond the rarest usual ones.

    Source: Skellam, J. G. (1948), A probability distribution derived from the binomial distribution, JRSS B 10,
    257-261, with the mean and variance of `day`; scores that are not yes or no count as the yes/no answers they are
    worth.
    """
    likely, tail = _likely(day, n), NormalDist().cdf(-FAR * day.caution)
    trials = len(likely) - 1
    low = _first_over(likely, tail) - 0.5
    high = trials - _first_over(likely[::-1], tail) + 0.5
    return max(0.0, low / trials), min(1.0, high / trials)


def chance(day: Expected, score: float, n: int) -> float:
    """How often a usual day with n answers lies as far out as this mean score, on either side: its p, 0 to 1.

    What lies out of the usual range has less than the 0.27 % beyond FAR; caution counts here as it does there.
    """
    likely = _likely(day, n)
    good = score * (len(likely) - 1)
    tail = min(sum(likely[: floor(good + 0.5) + 1]), sum(likely[ceil(good - 0.5) :]))
    if not 0 < tail < 0.5:
        return float(tail > 0)
    normal = NormalDist()
    return 2 * normal.cdf(normal.inv_cdf(tail) / day.caution)


def _likely(day: Expected, n: int) -> list[float]:
    """P(0), P(1) ... of the good ones among so many yes or no answers as n answers are worth."""
    return _beta_binomial(max(1, round(n * day.worth)), *day.shape)


def _first_over(likely: list[float], tail: float) -> int:
    """The first value that is not among the rarest `tail` at its end."""
    total = 0.0
    for value, p in enumerate(likely):
        total += p
        if total > tail:
            return value
    return len(likely) - 1


def _beta_binomial(trials: int, good: float, bad: float) -> list[float]:
    """P(0), ..., P(trials), by the ratio of neighbours, from the mean outwards, so that nothing overflows."""
    up = [(trials - k) * (good + k) / ((k + 1) * (bad + trials - k - 1)) for k in range(trials)]
    middle = round(trials * good / (good + bad))
    likely = [1.0] * (trials + 1)
    for k in range(middle, trials):
        likely[k + 1] = likely[k] * up[k]
    for k in range(middle, 0, -1):
        likely[k - 1] = likely[k] / up[k - 1]
    total = sum(likely)
    return [p / total for p in likely]
