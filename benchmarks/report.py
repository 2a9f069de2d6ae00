"""A measured figure beside what is to be reached."""

import statistics
from collections.abc import Sequence
from typing import NamedTuple


class Measured(NamedTuple):
    """limit: None where the figure is only told. at_least: more is better."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def is_reached(self) -> bool:
        return self.limit is None or (self.value >= self.limit if self.at_least else self.value <= self.limit)

    def __str__(self) -> str:
        line = f"{self.what:<58} {self.value:>10.3f} {self.unit:<16}"
        if self.limit is None:
            return line.rstrip()
        sign = ">=" if self.at_least else "<="
        return f"{line} to reach {sign} {self.limit:g}: {'reached' if self.is_reached else 'NOT REACHED'}"


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which so many percent lie."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
