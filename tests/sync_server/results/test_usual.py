"""A day and its hours beside the same weekdays before. How the range is worked out: insight/test_days.py."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from survey.questions import Kind, Question
from sync_server.insight.days import Verdict
from sync_server.results.today import Today, today
from sync_server.results.usual import Usual
from sync_server.store import Store, open_store
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE, KAMPPI

THURSDAY = date(2026, 11, 19)
NOW = cast.at("2026-11-19 17:55")
ODD, EVEN = {1: 4, 2: 2, 3: 5, 4: 27, 5: 62}, {1: 6, 2: 4, 3: 7, 4: 25, 5: 58}  # 89 and 83 of 100
BAD = {1: 15, 2: 9, 3: 16, 4: 20, 5: 40}


def give(store: Store, day: date, by_hour: Mapping[int, Mapping[int, int]], question_id: str = "overall") -> None:
    hours = [(CHECKOUT, question_id, hour, by_value) for hour, by_value in by_hour.items()]
    cast.add_counts(store, day.isoformat(), hours)


def thursdays(store: Store, number: int) -> None:
    for back in range(1, number + 1):
        give(store, THURSDAY - timedelta(weeks=back), {12: EVEN if back % 2 else ODD})


def of(store: Store) -> Today:
    return today(store, KAMPPI, NOW, "en")


def test_a_day_stands_beside_the_usual_range_of_its_weekday_in_percent(store: Store) -> None:
    thursdays(store, 12)
    give(store, THURSDAY, {12: BAD})

    found = of(store).usual

    assert (found.verdict, found.days) == (Verdict.WORSE, 12)
    assert (found.low, found.high) == pytest.approx((70.5, 97.5))  # of 100 answers: 71 to 97 satisfied


def test_the_weekdays_before_are_told_oldest_first_with_too_few_and_holidays_marked(store: Store) -> None:
    give(store, date(2026, 11, 14), {12: {5: 20}})
    give(store, date(2026, 11, 7), {12: {5: 9}})
    give(store, date(2026, 10, 31), {12: {5: 12}})  # All Saints' Day in Finland
    give(store, date(2026, 11, 13), {12: {1: 50}})  # a Friday

    before = today(store, KAMPPI, cast.at("2026-11-21 17:55"), "en").usual.before

    assert [(day.local_date, day.answers, day.figure is None, day.is_holiday) for day in before] == [
        ("2026-10-31", 12, False, True),
        ("2026-11-07", 9, True, False),
        ("2026-11-14", 20, False, False),
    ]


def test_with_too_few_weekdays_there_is_no_range(store: Store) -> None:
    thursdays(store, 3)
    give(store, THURSDAY, {12: BAD})

    found = of(store).usual

    assert (found.verdict, found.low, found.high, found.days) == (Verdict.TOO_FEW_DAYS, None, None, 3)


def test_an_hour_is_judged_by_the_same_hour_of_the_same_weekday(store: Store) -> None:
    for back in range(1, 13):
        give(store, THURSDAY - timedelta(weeks=back), {12: EVEN if back % 2 else ODD, 13: BAD, 14: EVEN})
    give(store, THURSDAY, {12: BAD, 13: BAD, 14: {5: 29}})

    hours = {hour.hour: hour for hour in of(store).hours}

    assert {number: hour.below for number, hour in hours.items() if hour.answers} == {12: True, 13: False, 14: False}
    assert hours[12].usual == pytest.approx((70.5, 97.5))
    assert hours[14].usual is None  # under 30 answers


def test_an_hour_counts_all_touchpoints(store: Store) -> None:
    thursdays(store, 12)
    give(store, THURSDAY, {12: EVEN})
    cast.add_counts(store, THURSDAY.isoformat(), [(ENTRANCE, "overall", 12, {1: 100})])

    (hour,) = [hour for hour in of(store).hours if hour.answers]

    assert (hour.answers, hour.below) == (200, True)


def test_the_nps_has_a_range_of_its_own_unit(place: Path | str) -> None:
    recommend = Question("recommend", Kind.NPS, {"en": "Would you recommend us?"})
    store = open_store(place)
    cast.settle(store, msgspec.structs.replace(cast.SURVEY, questions=(recommend,), follow_ups=()))
    for back in range(1, 13):
        give(store, THURSDAY - timedelta(weeks=back), {12: {0: 10 + back % 2, 8: 30, 10: 60}}, "recommend")
    give(store, THURSDAY, {12: {0: 60, 8: 30, 10: 10}}, "recommend")

    found = of(store).usual
    store.close()

    assert found.verdict is Verdict.WORSE
    assert found.low and found.high and 0 < found.low < 50 < found.high < 100


def test_where_no_touchpoint_stands_nothing_is_usual(store: Store) -> None:
    nowhere = KAMPPI._replace(location_id="nowhere")

    assert today(store, nowhere, NOW, "en").usual == Usual(Verdict.TOO_FEW_ANSWERS, None, None, 0, [])
