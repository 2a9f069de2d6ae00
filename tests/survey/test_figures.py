"""Figures against hand-worked and published cases, and the promises that hold for all counts."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey import figures
from survey.errors import NoAnswers, UnfitCounts
from survey.figures import Figure

some_counts = st.lists(st.integers(0, 400), min_size=2, max_size=11).filter(any)
nps_counts = st.lists(st.integers(0, 400), min_size=11, max_size=11).filter(any)


def rounded(figure: Figure, digits: int = 2) -> tuple[float, float, float, int]:
    return round(figure.value, digits), round(figure.low, digits), round(figure.high, digits), figure.n


@pytest.mark.parametrize(
    ("counts", "value"),
    [
        pytest.param([17, 16, 60, 126], 78.23, id="four faces, published as 78"),
        pytest.param([4, 2, 12, 23, 51], 81.25, id="five faces, published as 81"),
        pytest.param([1, 0], 0, id="two steps, the worst"),
        pytest.param([0, 0, 1, 0, 0], 50, id="the middle of five"),
        pytest.param([1] * 11, 50, id="eleven steps, all alike"),
    ],
)
def test_the_index_lies_where_the_published_examples_lie(counts: list[int], value: float) -> None:
    assert round(figures.smiley_index(counts).value, 2) == value


def test_the_index_is_as_sure_as_the_spread_of_its_answers_allows() -> None:
    # five faces, 4/2/12/23/51: widest spread 92 * 0.8125 * 0.1875 = 14.016, theirs 6.328: worth 92 * 14.266 / 6.578
    assert rounded(figures.smiley_index([4, 2, 12, 23, 51])) == (81.25, 75.26, 86.06, 92)


def test_an_index_of_answers_all_alike_is_not_certain() -> None:
    # ten of ten: Wilson's low is 10 / (10 + 1.96^2) = 0.7225; ten in the middle: as sure as 110 yes or no
    assert rounded(figures.smiley_index([0, 0, 0, 0, 10])) == (100, 72.25, 100, 10)
    assert rounded(figures.smiley_index([0, 0, 10, 0, 0])) == (50, 40.82, 59.18, 10)


def test_an_index_of_yes_and_no_is_a_share() -> None:
    index, share = figures.smiley_index([20, 80]), figures.share(80, 100)
    assert (index.value, index.low, index.high) == pytest.approx((100 * share.value, 100 * share.low, 100 * share.high))


@pytest.mark.parametrize(
    ("good", "n", "expected"),
    [
        # Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3
        pytest.param(81, 263, (0.3080, 0.2553, 0.3662, 263), id="81 of 263"),
        pytest.param(15, 148, (0.1014, 0.0624, 0.1605, 148), id="15 of 148"),
        pytest.param(0, 20, (0.0, 0.0, 0.1611, 20), id="none of 20"),
        pytest.param(1, 29, (0.0345, 0.0061, 0.1718, 29), id="1 of 29"),
    ],
)
def test_a_share_has_the_published_wilson_interval(
    good: int, n: int, expected: tuple[float, float, float, int]
) -> None:
    assert rounded(figures.share(good, n), 4) == expected


def test_satisfied_are_the_two_best_faces() -> None:
    assert figures.satisfied([4, 2, 12, 23, 51]) == figures.share(74, 92)


def test_easy_are_the_three_best_of_seven() -> None:
    assert figures.ces([1, 2, 3, 4, 5, 6, 7]) == figures.share(18, 28)


def test_nps_is_promoters_less_detractors_with_the_adjusted_wald_interval() -> None:
    # 60 promoters, 25 passive, 15 detractors; adjusted 60.75 and 15.75 of 103: 43.69 +- 196 * sqrt(0.5518 / 103)
    counts = [1, 1, 2, 2, 3, 3, 3, 10, 15, 20, 40]
    assert rounded(figures.nps(counts)) == (45, 29.34, 58.04, 100)


def test_nps_counts_six_as_a_detractor_and_seven_and_eight_as_neither() -> None:
    values = [figures.nps([int(step == answer) for step in range(11)]).value for answer in range(11)]
    assert values == [-100] * 7 + [0, 0, 100, 100]


@pytest.mark.parametrize(
    "figure",
    [figures.smiley_index, figures.satisfied, figures.ces, figures.nps, lambda counts: figures.share(0, sum(counts))],
    ids=["index", "satisfied", "ces", "nps", "share"],
)
def test_a_figure_of_nothing_is_refused(figure) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NoAnswers):
        figure([0] * 11)


def test_a_part_that_is_more_than_its_whole_is_refused() -> None:
    with pytest.raises(UnfitCounts):
        figures.share(401, 400)


@pytest.mark.parametrize(
    ("n", "standing"),
    [(9, "too few"), (10, "preliminary"), (29, "preliminary"), (30, "sound")],
    ids=lambda value: str(value),
)
def test_a_figure_says_how_far_it_may_be_trusted(n: int, standing: str) -> None:
    assert figures.share(0, n).standing == standing


@given(some_counts)
def test_the_index_lies_within_its_interval_and_the_interval_within_the_scale(counts: list[int]) -> None:
    figure = figures.smiley_index(counts)
    assert 0 <= figure.low <= figure.value + 1e-9
    assert figure.value - 1e-9 <= figure.high <= 100
    assert figure.n == sum(counts)


@given(nps_counts)
def test_nps_lies_within_its_interval_and_the_interval_within_the_scale(counts: list[int]) -> None:
    figure = figures.nps(counts)
    assert -100 <= figure.low <= figure.value <= figure.high <= 100
    assert figure.n == sum(counts)


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_share_lies_within_its_interval_and_the_interval_within_0_and_1(good: int, n: int) -> None:
    figure = figures.share(min(good, n), n)
    assert 0 <= figure.low <= figure.value + 1e-12
    assert figure.value - 1e-12 <= figure.high <= 1


@given(some_counts)
def test_the_index_of_a_scale_turned_around_is_100_less(counts: list[int]) -> None:
    there, back = figures.smiley_index(counts), figures.smiley_index(counts[::-1])
    assert isclose(there.value, 100 - back.value, abs_tol=1e-9)
    assert isclose(there.low, 100 - back.high, abs_tol=1e-9)


@given(some_counts)
def test_ten_times_the_answers_make_a_figure_surer(counts: list[int]) -> None:
    few, many = figures.smiley_index(counts), figures.smiley_index([10 * count for count in counts])
    assert many.high - many.low <= few.high - few.low
