"""A slow slide: days of which none is unusual, and which all lie on one side."""

from collections.abc import Iterable
from math import sqrt

SLIDE_WEIGHT = 0.2  # of the newest day


def ewma(surprises: Iterable[float], *, weight: float = SLIDE_WEIGHT) -> float:
    """The weighted mean of days' surprises (Expected.surprise), oldest first, in standard deviations of such a mean.

    0 for no days. Beyond FAR to either side it is a slide. Source: Roberts, S. W. (1959), Control chart tests
    based on geometric moving averages, Technometrics 1, 239-250, with the limits that widen from the first day on.
    """
    smooth, variance = 0.0, 0.0
    for surprise in surprises:
        smooth = weight * surprise + (1 - weight) * smooth
        variance = weight**2 + (1 - weight) ** 2 * variance
    return smooth / sqrt(variance) if variance else 0.0
