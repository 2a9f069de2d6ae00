"""What a day may be like, against hand-worked and published cases, and against scipy."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from survey import figures
from survey.figures import Expected, Measure, chance, days_of, expected, usual_range

some_days = st.builds(
    Expected,
    mean=st.floats(0.02, 0.98),
    variance=st.just(0.1),
    worth=st.just(1.0),
    between=st.floats(0.0005, 0.3),
)


def test_what_is_expected_is_the_mean_and_how_far_days_and_means_go() -> None:
    # 8 and 4 of 10; half an answer at each end: 12.5 of 21; rho 0.05 and, of the mean, (1 + 9 * 0.05) / 20
    day = expected(Measure.SATISFIED, days_of(Measure.SATISFIED, [(2, 0, 8), (6, 0, 4)]), 0.05, freedom=25)
    assert (round(day.mean, 4), day.worth, day.between) == (0.5952, 1, pytest.approx(0.1225))
    # of 25 days: 1 + (3^2 + 1) / (4 * 25); Student's t of 25 has its 0.135 % beyond 3.33 instead of 3
    assert day.caution == 1.1
    assert stats.t.isf(stats.norm.sf(3), 25) == pytest.approx(3 * day.caution, rel=0.02)
    # variance of an answer (20 * 0.24 + 0.25) / 21, of a day of 50 that times (1 + 49 * 0.1225) / 50: 0.0337
    assert day.surprise(0.5952 - 0.1835, 50) == pytest.approx(-1 / 1.1, abs=0.05)


def test_ten_answers_of_which_anything_may_be_expected_are_usual_whatever_they_are() -> None:
    # good = bad = 1: none to all good of ten are equally likely, an eleventh each
    anything = Expected(mean=0.5, variance=0.25, worth=1, between=1 / 3)
    assert anything.shape == pytest.approx((1, 1))
    assert usual_range(anything, 10) == (0, 1)


def test_the_usual_range_ends_half_an_answer_beyond_the_rarest_usual_one() -> None:
    # hardly more than binomial, ten of 50 %: none and all have 1 in 1024 each, under 1.35 in 1000; 1 and 9 have more
    coins = Expected(mean=0.5, variance=0.25, worth=1, between=1e-9)
    assert usual_range(coins, 10) == pytest.approx((0.05, 0.95))
    # with less known of how days differ, 0 and 10 are usual too
    assert usual_range(msgspec.structs.replace(coins, caution=1.1), 10) == (0, 1)


def test_the_chance_of_a_day_is_that_of_one_so_far_out_on_either_side() -> None:
    coins = Expected(mean=0.5, variance=0.25, worth=1, between=1e-9)
    # none of ten has 1 in 1024, and so have all of them; one or none 11 in 1024
    assert [chance(coins, good / 10, 10) for good in (0, 1, 5, 9, 10)] == pytest.approx(
        [2 / 1024, 22 / 1024, 1, 22 / 1024, 2 / 1024], rel=1e-4
    )
    # with less known of how days differ, as many standard deviations are less far: 3.097 / 1.1
    careful = msgspec.structs.replace(coins, caution=1.1)
    assert chance(careful, 0, 10) == pytest.approx(2 * stats.norm.sf(stats.norm.isf(1 / 1024) / 1.1), rel=1e-4)
    assert chance(coins, 0, 5_000) == 0  # 0.5 ^ 5000 is less than there are numbers for


@given(some_days, st.integers(1, 600), st.floats(0, 1), st.floats(1, 2))
def test_what_is_out_of_the_usual_range_has_the_chance_of_it(
    day: Expected, n: int, score: float, caution: float
) -> None:
    day = msgspec.structs.replace(day, caution=caution)
    low, high = usual_range(day, n)

    p = chance(day, score, n)

    at_the_edge = min(abs(score - low), abs(score - high)) < 1e-9
    assert at_the_edge or (p <= 2 * stats.norm.sf(figures.FAR) * (1 + 1e-9)) == (not low <= score <= high)


@given(some_days, st.integers(1, 600))
def test_the_usual_range_is_scipys(day: Expected, n: int) -> None:
    low, high = usual_range(day, n)
    first, last = math.ceil(low * n - 1e-6), math.floor(high * n + 1e-6)
    likely = stats.betabinom(n, *day.shape)
    # what lies outside of it at either end is as rare as promised, and one more would not be
    slip, tail = 1e-9, stats.norm.sf(figures.FAR)
    assert likely.cdf(first - 1) <= tail + slip
    assert likely.cdf(first) > tail - slip
    assert likely.sf(last) <= tail + slip
    assert likely.sf(last - 1) > tail - slip


@given(some_days, st.integers(1, 600))
def test_the_skewness_taken_out_is_scipys(day: Expected, n: int) -> None:
    skewness = float(stats.betabinom(n, *day.shape).stats(moments="s"))
    z = day.surprise(day.mean, n)
    assert z + skewness / 6 * (z**2 - 1) == pytest.approx(0, abs=1e-6)


@given(some_days, st.integers(10, 600))
def test_a_worse_day_is_never_less_of_a_surprise(day: Expected, n: int) -> None:
    surprises = [day.surprise(good / n, n) for good in range(n + 1)]
    assert surprises == sorted(surprises) and surprises[0] < surprises[-1]


def test_a_surprise_is_as_rare_as_it_says_also_far_out() -> None:
    day = Expected(mean=0.95, variance=0.0475, worth=1, between=0.01)
    # of twelve, where nearly all are satisfied; half of a value's own chance counts to either side
    likely = stats.betabinom(12, *day.shape)
    exact = [float(stats.norm.ppf(likely.cdf(good - 1) + likely.pmf(good) / 2)) for good in (6, 8, 10, 12)]
    assert [day.surprise(good / 12, 12) for good in (6, 8, 10, 12)] == pytest.approx(exact, abs=0.45)


def test_more_answers_make_the_usual_range_narrower_down_to_how_days_differ() -> None:
    day = Expected(mean=0.8, variance=0.16, worth=1, between=0.01)
    widths = [high - low for low, high in (usual_range(day, n) for n in (10, 100, 1000, 10_000))]
    assert widths == sorted(widths, reverse=True)
    # six standard deviations of 0.4 * sqrt(0.01) are 0.24
    assert widths[-1] == pytest.approx(0.24, abs=0.01)


def test_answers_in_between_count_as_the_yes_and_no_that_they_are_worth() -> None:
    faces = [(5, 5, 20, 40, 30)] * 8
    sure = expected(Measure.INDEX, days_of(Measure.INDEX, faces), 0.01, freedom=1000)
    low, high = usual_range(sure, 100)
    # the spread of a day: three standard deviations to either side
    sd = math.sqrt(sure.variance * (1 + 99 * sure.between) / 100)
    assert (high - low) / 2 == pytest.approx(3 * sd, rel=0.06)


def test_days_all_alike_do_not_make_one_bad_answer_unusual() -> None:
    day = expected(Measure.SATISFIED, days_of(Measure.SATISFIED, [(0, 0, 30)] * 5), 0, freedom=4)
    low, high = usual_range(day, 30)
    assert low < 29 / 30
    assert high == 1


def test_a_slide_weighs_the_newest_day_most() -> None:
    # 0.2 * 3 + 0.8 * (0.2 * 2 + 0.8 * 0.2 * 1) = 1.048; its variance 0.04 * (1 + 0.64 + 0.64^2) = 0.081984
    assert figures.ewma([1, 2, 3]) == pytest.approx(1.048 / math.sqrt(0.081984))
    assert figures.ewma([]) == 0


@pytest.mark.parametrize(
    ("surprises", "limit"),
    [([0.27 / 0.1], 2.7), ([0, 0.36 / 0.1], 2.68), ([0.62] * 100, 2.7)],
    ids=["the first day", "the second", "in the long run"],
)
def test_a_slide_is_as_strong_as_the_published_limits(surprises: list[float], limit: float) -> None:
    # Montgomery, Introduction to statistical quality control, EWMA of weight 0.1 and L = 2.7: 0.27, 0.36 ... 0.62
    assert figures.ewma(surprises, weight=0.1) == pytest.approx(limit, abs=0.01)
