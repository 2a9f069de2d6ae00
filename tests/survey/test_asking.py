"""Which question begins a visit, and which comes after which answer."""

from datetime import date, timedelta

import pytest

from survey.asking import Lot, changes_by_itself, following, lot_of, opening
from survey.questions import DAILY, FollowUp, Kind, Opening, Question, Survey
from survey.schedule import LocalTime, Span, When

OVERALL = Question("overall", Kind.SMILEY5, {})
FOUND, EASY, WHY = (Question(name, Kind.YES_NO, {}) for name in ("found", "easy", "why"))
LUNCH = When(times=(Span(11 * 60, 14 * 60),))
FRIDAY = date(2026, 11, 27)


def at(hour: int, on: date = FRIDAY) -> LocalTime:
    return LocalTime(on, hour * 60)


def a_survey(*rules: Opening | FollowUp, daily: tuple[str, ...] = ()) -> Survey:
    openings = tuple(rule for rule in rules if isinstance(rule, Opening))
    follow_ups = tuple(rule for rule in rules if isinstance(rule, FollowUp))
    return Survey("shop", 1, ("en",), (OVERALL, FOUND, EASY, WHY), follow_ups, openings, daily)


def never(rule: str) -> float:
    raise AssertionError("no lot is drawn where a rule holds for all")


def drawn(number: float) -> Lot:
    return lambda rule: number


def test_without_openings_a_visit_begins_with_the_shared_question() -> None:
    assert opening(a_survey(), at(12), is_open=True, lot=never) == OVERALL


def test_the_first_opening_in_force_begins_the_visit() -> None:
    survey = a_survey(Opening("found", when=LUNCH), Opening("easy"))
    assert opening(survey, at(12), is_open=True, lot=never) == FOUND
    assert opening(survey, at(14), is_open=True, lot=never) == EASY


def test_an_opening_can_wait_for_the_location_to_be_open() -> None:
    survey = a_survey(Opening("found", when=When(during_opening=True)))
    assert opening(survey, at(12), is_open=True, lot=never) == FOUND
    assert opening(survey, at(12), is_open=False, lot=never) == OVERALL


@pytest.mark.parametrize(("lot", "asked"), [(0.0, FOUND), (0.299, FOUND), (0.3, OVERALL), (0.999, OVERALL)])
def test_an_opening_begins_its_share_of_the_visits(lot: float, asked: Question) -> None:
    assert opening(a_survey(Opening("found", share=0.3)), at(12), is_open=True, lot=drawn(lot)) == asked


@pytest.mark.parametrize("share", [0.1, 0.3, 0.8])
def test_a_share_is_kept_over_the_visits_of_a_terminal_within_noise(share: float) -> None:
    survey, visits = a_survey(Opening("found", share=share)), 10_000
    asked = [opening(survey, at(12), is_open=True, lot=lot_of("Kamppi door", visit)) for visit in range(visits)]
    spread = (visits * share * (1 - share)) ** 0.5
    assert abs(asked.count(FOUND) - share * visits) < 4 * spread


def test_two_rules_draw_lots_of_their_own() -> None:
    """Else of two halves one after the other the second would never come."""
    survey = a_survey(Opening("found", share=0.5), Opening("easy", share=0.5))
    asked = [opening(survey, at(12), is_open=True, lot=lot_of("Kamppi door", visit)) for visit in range(4_000)]
    assert [asked.count(question) // 100 for question in (FOUND, EASY, OVERALL)] == pytest.approx([20, 10, 10], abs=2)


def test_a_lot_is_the_same_whenever_it_is_drawn_and_another_for_each_terminal() -> None:
    assert lot_of("door", 7)("opening 0") == lot_of("door", 7)("opening 0")
    assert len({lot_of(name, 7)("opening 0") for name in ("door", "till", "desk")}) == 3


def test_each_date_has_the_next_of_the_daily_questions() -> None:
    survey = a_survey(Opening(DAILY), daily=("found", "easy", "why"))
    week = [at(hour, FRIDAY + timedelta(days=day)) for day in range(7) for hour in (0, 23)]
    asked = [opening(survey, when, is_open=True, lot=never) for when in week]
    assert asked[0::2] == asked[1::2]
    assert asked[0:6:2] == asked[6:12:2]
    assert {question.question_id for question in asked} == {"found", "easy", "why"}


SEVERAL = a_survey(
    FollowUp("overall", "why", (1, 2)),
    FollowUp("overall", "found", share=0.5),
    FollowUp("overall", "easy", when=LUNCH),
    FollowUp("why", DAILY),
    daily=("found",),
)


@pytest.mark.parametrize(
    ("question_id", "value", "hour", "lot", "comes"),
    [
        pytest.param("overall", 1, 9, 0.9, WHY, id="value that fits"),
        pytest.param("overall", 5, 9, 0.1, FOUND, id="in the share"),
        pytest.param("overall", 5, 12, 0.9, EASY, id="at its time"),
        pytest.param("overall", 5, 9, 0.9, None, id="none in force"),
        pytest.param("why", 1, 9, 0.9, FOUND, id="the daily one"),
        pytest.param("found", 1, 9, 0.9, None, id="the last"),
    ],
)
def test_the_first_follow_up_that_fits_and_is_in_force_comes_next(
    question_id: str, value: int, hour: int, lot: float, comes: Question | None
) -> None:
    assert following(SEVERAL, question_id, value, at(hour), is_open=True, lot=drawn(lot)) == comes


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        (Opening("found", 0.5), False),
        (FollowUp("overall", "why", when=LUNCH), False),
        (Opening("found", when=LUNCH), True),
    ],
    ids=["by share", "a follow-up", "by time"],
)
def test_only_rules_with_times_change_what_an_idle_terminal_asks(rule: Opening | FollowUp, changes: bool) -> None:
    assert changes_by_itself(a_survey(rule)) == changes


def test_a_daily_opening_changes_what_an_idle_terminal_asks() -> None:
    assert changes_by_itself(a_survey(Opening(DAILY), daily=("found",)))
