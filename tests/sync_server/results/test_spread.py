"""Stretches of days are added up as by survey.figures.days_of, which is checked by hand."""

from datetime import date, timedelta

import numpy as np
import pytest

from survey.figures import Measure, days_of, rho
from sync_server.results.given import Counts
from sync_server.results.periods import Period
from sync_server.results.spread import DaySums, days_in

FIRST = date(2026, 9, 2)  # a Wednesday


def on(number: int) -> date:
    return FIRST + timedelta(days=number)


def drawn(steps: int, days: int = 40) -> Counts:
    """Each fifth day without answers."""
    counts = np.random.default_rng(steps).poisson(3, size=(days, steps))
    counts[::5] = 0
    return counts


@pytest.mark.parametrize(("measure", "steps"), [(Measure.SATISFIED, 5), (Measure.INDEX, 4), (Measure.NPS, 11)])
def test_any_stretch_is_summed_up_as_its_days_one_by_one(measure: Measure, steps: int) -> None:
    counts = drawn(steps)
    sums = DaySums(measure, FIRST, counts)

    for first, last in ((0, 39), (3, 3), (6, 19), (38, 39)):
        expected = days_of(measure, counts[first : last + 1].tolist())
        found = sums.within(Period(on(first), on(last)))
        assert found and (found.counts, found.days, found.squares) == (expected.counts, expected.days, expected.squares)
        assert found.by_day == pytest.approx(expected.by_day)
    assert days_in(measure, counts) == sums.within(Period(FIRST, on(39)))


def test_days_beyond_those_that_are_known_have_no_answers() -> None:
    sums = DaySums(Measure.SATISFIED, FIRST, drawn(5))

    assert sums.within(Period(on(-30), on(100))) == sums.within(Period(FIRST, on(39)))
    assert sums.within(Period(on(5), on(5))) is None
    assert sums.within(Period(on(-9), on(-1))) is None
    assert sums.within(Period(on(40), on(50))) is None
    assert sums.within(Period(on(3), on(2))) is None
    assert sums.figure(Period(on(5), on(5)), 0.1) is None
    assert DaySums(Measure.SATISFIED, FIRST, drawn(5, days=0)).alike() == 0


def test_days_are_as_alike_as_those_of_each_weekday() -> None:
    counts = drawn(5)
    counts[7:14] *= [[20, 0, 0, 0, 1]]  # a bad week

    alike = DaySums(Measure.SATISFIED, FIRST, counts).alike()

    weekdays = [days_of(Measure.SATISFIED, counts[number::7].tolist()) for number in range(7)]
    assert alike == pytest.approx(rho(Measure.SATISFIED, weekdays))
    assert alike > 0.05
