"""Differences and the spread of days against hand-worked and published cases, and against statsmodels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from survey import figures
from survey.errors import NoAnswers
from survey.figures import Figure, Measure, days_of, difference, share

# Benjamini and Hochberg (1995), section 3.2: fifteen p-values; at 0.05 the first four hold.
PUBLISHED_P = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719]
PUBLISHED_P += [0.6528, 0.7590, 1.0]

some_shares = st.tuples(st.integers(0, 300), st.integers(1, 300)).map(lambda pair: share(min(pair), pair[1]))
some_faces = st.lists(st.integers(0, 60), min_size=5, max_size=5)


@pytest.mark.parametrize(
    ("of", "to", "value", "low", "high"),
    [
        # Newcombe (1998), Interval estimation for the difference between independent proportions, table II, method 10
        pytest.param((56, 70), (48, 80), 0.2, 0.0524, 0.3339, id="56 of 70, 48 of 80"),
        pytest.param((9, 10), (3, 10), 0.6, 0.1705, 0.8090, id="9 of 10, 3 of 10"),
        pytest.param((5, 56), (0, 29), 0.0893, -0.0381, 0.1926, id="5 of 56, none of 29"),
        pytest.param((10, 10), (0, 20), 1, 0.6791, 1, id="all of 10, none of 20"),
    ],
)
def test_two_shares_differ_as_published(
    of: tuple[int, int], to: tuple[int, int], value: float, low: float, high: float
) -> None:
    found = difference(share(*of), share(*to))
    assert (round(found.value, 4), round(found.low, 4), round(found.high, 4)) == (value, low, high)


@given(st.integers(0, 200), st.integers(1, 200), st.integers(0, 200), st.integers(1, 200))
def test_two_shares_differ_as_statsmodels_says(good: int, n: int, other_good: int, other_n: int) -> None:
    good, other_good = min(good, n), min(other_good, other_n)
    found = difference(share(good, n), share(other_good, other_n))
    oracle = confint_proportions_2indep(good, n, other_good, other_n, method="newcomb")
    assert (found.low, found.high) == pytest.approx(oracle, abs=1e-9)


def test_two_nps_differ_by_the_root_of_both_intervals() -> None:
    # 45 (29.34 to 58.04) and 10 (-6.25 to 25.67): below sqrt(15.66^2 + 15.67^2), above sqrt(13.04^2 + 16.25^2)
    first = figures.nps([0, 0, 0, 0, 0, 0, 15, 0, 25, 0, 60])
    second = figures.nps([0, 0, 0, 0, 0, 0, 30, 0, 30, 0, 40])
    found = difference(first, second)
    assert [round(number, 1) for number in (found.value, found.low, found.high)] == [35, 12.8, 55.8]


def test_two_indices_differ_by_the_root_of_both_intervals() -> None:
    found = difference(Figure(80, 74, 86, 90), Figure(70, 62, 78, 90))
    assert (found.value, found.low, found.high) == (10, 0, 20)
    assert round(found.p, 9) == 0.05


@given(some_shares, some_shares)
def test_p_is_under_5_percent_just_where_the_interval_leaves_out_0(of: Figure, to: Figure) -> None:
    found = difference(of, to)
    assert found.low <= found.value <= found.high
    assert 0 <= found.p <= 1
    assert (found.p < 0.05 - 1e-9) <= (found.low > 0 or found.high < 0) <= (found.p < 0.05 + 1e-9)


@given(some_shares, some_shares)
def test_a_difference_turned_around_is_the_same(of: Figure, to: Figure) -> None:
    there, back = difference(of, to), difference(to, of)
    assert (there.value, there.low, there.high, there.p) == pytest.approx((-back.value, -back.high, -back.low, back.p))


def test_of_many_differences_those_hold_that_hold_in_the_published_example() -> None:
    assert figures.holding(PUBLISHED_P, false_share=0.05) == [True] * 4 + [False] * 11
    assert figures.holding(PUBLISHED_P[::-1], false_share=0.05) == [False] * 11 + [True] * 4
    assert figures.holding([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_of_many_differences_those_hold_that_statsmodels_names(chances: list[float]) -> None:
    assert figures.holding(chances) == list(multipletests(chances, alpha=0.09, method="fdr_bh")[0])


def test_days_that_differ_make_answers_alike() -> None:
    # 8 and 4 of 10: X^2 = 2 * 10 * 0.2^2 / 0.24 = 3.333, of days 1; (3.333 - 1) / (2 * 1/2 * 9) = 0.259
    days = days_of(Measure.SATISFIED, [(2, 0, 8), (0, 0, 0), (6, 0, 4)])
    assert (days.days, days.n, days.squares) == (2, 20, 200)
    assert round(figures.rho(Measure.SATISFIED, [days]), 3) == 0.259
    # each day 10 answers: 1 + 9 * 0.259
    assert round(figures.design_effect(days.squares, days.n, 7 / 27), 3) == 3.333


def test_answers_are_alike_by_the_days_of_all_groups_each_around_its_own_mean() -> None:
    # both groups have the same days but for the level; together twice the excess and twice the slack
    low, high = (days_of(Measure.SATISFIED, [(good, 0, 10 - good) for good in days]) for days in ((2, 6), (4, 8)))
    assert round(figures.rho(Measure.SATISFIED, [low, high]), 3) == 0.259


@pytest.mark.parametrize(
    "days", [[(5, 0, 5)], [(5, 0, 5), (5, 0, 5)], [(0, 0, 10), (0, 0, 90)]], ids=["one", "the same", "all alike"]
)
def test_days_that_tell_nothing_of_spread_leave_answers_unlike(days: list[tuple[int, ...]]) -> None:
    assert figures.rho(Measure.SATISFIED, [days_of(Measure.SATISFIED, days)]) == 0


def test_days_without_answers_are_refused() -> None:
    with pytest.raises(NoAnswers):
        days_of(Measure.NPS, [[0] * 11])


@pytest.mark.parametrize("measure", Measure)
def test_a_design_effect_of_four_makes_an_interval_twice_as_wide(measure: Measure) -> None:
    counts = [900] * {Measure.NPS: 11, Measure.EASY: 7}.get(measure, 5)
    one, four = measure.figure(counts), measure.figure(counts, design_effect=4)
    assert (four.value, four.n) == (one.value, one.n)
    assert (four.high - four.low) / (one.high - one.low) == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("measure", Measure)
def test_a_measure_is_the_mean_of_its_scores_in_its_unit(measure: Measure) -> None:
    counts = [1, 5, 2, 3, 8, 3, 9, 4, 5, 20, 11][: {Measure.NPS: 11, Measure.EASY: 7}.get(measure, 5)]
    scores = measure.scores(len(counts))
    mean = sum(score * count for score, count in zip(scores, counts, strict=True)) / sum(counts)
    assert measure.in_unit(mean) == pytest.approx(measure.figure(counts).value)


def test_a_shrunken_score_lies_between_its_own_value_and_the_mean() -> None:
    # (80 * 75 + 95 * 25) / (75 + 25)
    assert figures.shrunken(95, 25, mean=80) == 83.75
    assert figures.shrunken(95, 0, mean=80) == 80
