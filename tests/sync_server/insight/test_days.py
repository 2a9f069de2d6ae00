"""What is said of a day: that it is usual, or not, or that there is too little to say."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import pytest

from survey.figures import FAR, Measure
from survey.questions import Kind
from sync_server.insight.days import WEEKS, History, UsualDay, Verdict, history, slide, usual_day, usual_days
from sync_server.store import Store
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE

SATURDAY = date(2026, 11, 21)
USUAL, GOOD, BAD = (5, 3, 6, 26, 60), (0, 0, 0, 10, 90), (15, 9, 16, 20, 40)


def never(_: date) -> bool:
    return False


def weeks(number: int, *, weekday: date = SATURDAY) -> dict[date, Sequence[int]]:
    """The same weekday before, now a little better, now a little worse than usual."""
    days = (weekday - timedelta(weeks=back) for back in range(1, number + 1))
    return {day: ((6, 4, 7, 25, 58), (4, 2, 5, 27, 62))[back % 2] for back, day in enumerate(days)}


def quarter() -> dict[date, Sequence[int]]:
    """Every day up to the Saturday that is ever looked at."""
    history: dict[date, Sequence[int]] = {}
    for ahead in range(1, 8):
        history |= weeks(WEEKS + 4, weekday=SATURDAY + timedelta(days=ahead))
    return history


def judged(counts: Sequence[int], history: History, measure: Measure = Measure.SATISFIED) -> UsualDay:
    return usual_day(measure, SATURDAY, counts, history, is_holiday=never)


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        pytest.param(USUAL, Verdict.USUAL, id="as always"),
        pytest.param(BAD, Verdict.WORSE, id="60 instead of 86 satisfied"),
        pytest.param(GOOD, Verdict.BETTER, id="100 instead of 86"),
        pytest.param((1, 1, 2, 2, 4), Verdict.USUAL, id="6 of 10: the same share as a bad day, but few"),
        pytest.param((0, 0, 4, 2, 3), Verdict.TOO_FEW_ANSWERS, id="nine answers"),
    ],
)
def test_a_day_is_judged_by_the_same_weekday_and_by_how_many_answered(counts: Sequence[int], verdict: Verdict) -> None:
    assert judged(counts, weeks(12)).verdict is verdict


def test_the_usual_range_holds_what_is_usual_and_ends_where_a_day_is_not() -> None:
    day = judged(USUAL, weeks(12))
    assert day.days == 12
    assert day.low is not None and day.high is not None
    at_the_end = math.ceil(100 * day.low)
    assert judged((100 - at_the_end, 0, 0, 0, at_the_end), weeks(12)).verdict is Verdict.USUAL
    assert judged((101 - at_the_end, 0, 0, 0, at_the_end - 1), weeks(12)).verdict is Verdict.WORSE
    assert (day.low, day.high) == (0.705, 0.975)  # for 100 answers: 71 to 97 satisfied


def test_with_too_few_saturdays_it_says_so() -> None:
    other_days = weeks(12, weekday=SATURDAY - timedelta(days=1))
    assert judged(BAD, weeks(3) | other_days) == UsualDay(Verdict.TOO_FEW_DAYS, None, None, 3)
    assert judged(BAD, weeks(4) | other_days).verdict is Verdict.WORSE


def test_days_with_under_ten_answers_are_no_saturdays_to_go_by() -> None:
    few = dict.fromkeys(weeks(12), (0, 0, 1, 2, 6))
    assert judged(USUAL, few) == UsualDay(Verdict.TOO_FEW_DAYS, None, None, 0)


def test_what_is_older_than_a_quarter_is_forgotten() -> None:
    old = {day: GOOD for day in weeks(30) if day < SATURDAY - timedelta(weeks=WEEKS)}
    assert judged(USUAL, old).days == 0
    assert judged(USUAL, old | weeks(12)) == judged(USUAL, weeks(12))


def test_a_holiday_is_no_usual_day_neither_today_nor_before() -> None:
    closed_early = SATURDAY - timedelta(weeks=2)
    history = weeks(12) | {closed_early: (90, 0, 0, 0, 10)}

    def is_holiday(day: date) -> bool:
        return day == closed_early

    day = usual_day(Measure.SATISFIED, SATURDAY, BAD, history, is_holiday=is_holiday)
    assert (day.verdict, day.days) == (Verdict.WORSE, 11)
    assert judged(BAD, history).verdict is Verdict.USUAL  # one such day among twelve, and nothing is unusual any more
    itself = usual_day(Measure.SATISFIED, closed_early, BAD, weeks(16), is_holiday=is_holiday)
    assert itself.verdict is Verdict.HOLIDAY


def test_nps_and_index_have_a_usual_range_in_their_own_unit() -> None:
    tens = dict.fromkeys(weeks(12), (1, 1, 1, 2, 2, 5, 5, 11, 24, 20, 28))
    nps = judged((1, 1, 1, 2, 2, 5, 5, 11, 24, 20, 28), tens, Measure.NPS)
    index = judged(USUAL, weeks(12), Measure.INDEX)
    assert nps.low is not None and nps.high is not None and index.low is not None and index.high is not None
    assert -10 < nps.low < 20 < 40 < nps.high < 65
    assert 70 < index.low < 80 < 85 < index.high < 95


def test_weeks_a_little_worse_are_a_slide_though_no_day_is_unusual() -> None:
    days = quarter()
    first = SATURDAY - timedelta(days=13)
    for number in range(14):
        days[first + timedelta(days=number)] = (8, 5, 9, 25, 53)  # 78 instead of 86

    found = slide(Measure.SATISFIED, SATURDAY, days, is_holiday=never)

    assert found.verdict is Verdict.WORSE
    assert found.strength < -FAR
    assert judged(days[SATURDAY], days).verdict is Verdict.USUAL


def test_one_day_however_bad_is_no_slide() -> None:
    """It is told as the unusual day that it is."""
    days = quarter()
    days[SATURDAY] = (70, 20, 10, 0, 0)

    assert judged(days[SATURDAY], days).verdict is Verdict.WORSE
    assert slide(Measure.SATISFIED, SATURDAY, days, is_holiday=never).verdict is Verdict.USUAL


@pytest.mark.parametrize("unhappy", [5, 8, 11])
def test_where_nearly_all_were_satisfied_two_bad_weeks_are_a_slide_down(unhappy: int) -> None:
    """Of twelve answers a day, one in twenty unhappy before: skewness makes bad days less of a surprise, never good."""
    days: dict[date, Sequence[int]] = {}
    for back in range(7 * WEEKS + 28):
        bad = unhappy if back < 14 else int(back % 5 < 3)
        days[SATURDAY - timedelta(days=back)] = (bad, 0, 0, 0, 12 - bad)

    assert slide(Measure.SATISFIED, SATURDAY, days, is_holiday=never).verdict is Verdict.WORSE


def test_weeks_as_always_are_no_slide() -> None:
    found = slide(Measure.SATISFIED, SATURDAY, quarter(), is_holiday=never)
    assert found.verdict is Verdict.USUAL
    assert -FAR < found.strength < FAR


def test_without_weeks_before_the_last_four_there_is_no_slide_to_see() -> None:
    lately = {day: BAD for day in quarter() if day > SATURDAY - timedelta(days=28)}
    assert slide(Measure.SATISFIED, SATURDAY, lately, is_holiday=never).verdict is Verdict.TOO_FEW_DAYS


def test_the_history_is_that_of_the_locations_days_with_all_of_its_touchpoints(store: Store) -> None:
    cast.settle(store)
    cast.add_counts(store, "2026-11-14", [(CHECKOUT, "overall", 9, {5: 8, 1: 1}), (ENTRANCE, "overall", 10, {5: 2})])
    cast.add_counts(store, "2026-11-21", [(CHECKOUT, "overall", 9, {3: 4, -1: 7})])  # 7 set aside
    cast.add_counts(store, "2026-11-22", [(CHECKOUT, "overall", 9, {1: 1})])
    cast.add_counts(store, "2026-06-01", [(CHECKOUT, "overall", 9, {1: 1})])

    days = history(store, "kamppi", cast.HOW_WAS_IT, SATURDAY)

    assert cast.HOW_WAS_IT.kind is Kind.SMILEY5
    assert days == {date(2026, 11, 14): [1, 0, 0, 0, 10], SATURDAY: [0, 0, 4, 0, 0]}


def test_each_day_of_a_period_is_judged_as_it_is_by_itself() -> None:
    """The sums that move on from day to day are those that are made anew; also with gaps, holidays and few answers."""
    seeded = Random(5)
    days = [SATURDAY - timedelta(days=back) for back in range(160)]
    history = {day: [seeded.randint(0, 9), 3, seeded.randint(0, 30)] for day in days if seeded.random() < 0.9}

    def is_holiday(day: date) -> bool:
        return day.day == 6

    first = SATURDAY - timedelta(days=60)
    together = usual_days(Measure.INDEX, first, SATURDAY, history, is_holiday=is_holiday)

    assert list(together) == [first + timedelta(days=number) for number in range(61)]
    assert {day.verdict for day in together.values()} >= {Verdict.USUAL, Verdict.HOLIDAY, Verdict.TOO_FEW_ANSWERS}
    for day, judged in together.items():
        alone = usual_day(Measure.INDEX, day, history.get(day, ()), history, is_holiday=is_holiday)
        assert (judged.verdict, judged.days) == (alone.verdict, alone.days)
        assert (judged.low, judged.high) == (pytest.approx(alone.low), pytest.approx(alone.high))
