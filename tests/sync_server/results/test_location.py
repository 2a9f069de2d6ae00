"""A location over a period, by numbers that were worked by hand (docs/figures.md has the formulas)."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from survey.figures import Figure, Measure
from survey.questions import STAFF, Kind, Question, Survey
from sync_server.insight.days import Verdict
from sync_server.results.location import HEAT_WEEKS, Trends, came_later, target_standing, trends
from sync_server.results.path import Own
from sync_server.results.periods import Period, last_days
from sync_server.results.today import Staff
from sync_server.results.trend import MOST_DAYS, weeks
from sync_server.store import Store, late, places
from sync_server.store.late import LateKey
from sync_server.store.places import TouchpointRow
from sync_server.store.rows import PASSAGES, QUARTERS
from sync_server.store.settled import ASIDE
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE, KAMPPI

TODAY = date(2026, 11, 21)  # a Saturday
NOON = cast.at("2026-11-21 12:00")
GOOD, BAD = {5: 9, 1: 1}, {5: 3, 1: 7}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """One kind of store: what differs between them is looked at elsewhere."""
    return tmp_path


def give(
    store: Store,
    day: date,
    counts: Mapping[int, int],
    *,
    question_id: str = "overall",
    touchpoint: TouchpointRow = CHECKOUT,
    hour: int = 12,
) -> None:
    cast.add_counts(store, day.isoformat(), [(touchpoint, question_id, hour, counts)])


def of(store: Store, days: int = 1, *, last: date = TODAY, now_ms: int = NOON) -> Trends:
    return trends(store, KAMPPI, Period(last - timedelta(days=days - 1), last), now_ms, "en")


def rounded(figure: Figure | None) -> tuple[float, ...] | None:
    return (round(figure.value, 1), round(figure.low, 1), round(figure.high, 1), figure.n) if figure else None


def test_of_one_day_it_is_the_figure_of_that_day(store: Store) -> None:
    """The published example: 4/2/12/23/51."""
    give(store, TODAY, {1: 4, 2: 2, 3: 12, 4: 23, 5: 51})

    found = of(store)

    assert (found.answers, rounded(found.figure)) == (92, (80.4, 71.2, 87.3, 92))
    assert rounded(found.index) == (81.2, 75.3, 86.1, 92)
    assert [face.answers for face in found.faces] == [4, 2, 12, 23, 51]


def test_days_that_differ_widen_the_interval_of_a_period(store: Store) -> None:
    """8 and 4 of 10 on two Saturdays: rho 0.259, design effect 3.33; Wilson's interval of 12 of 20 worth 6 answers."""
    give(store, TODAY, {5: 8, 1: 2})
    give(store, TODAY - timedelta(days=7), {5: 4, 1: 6})

    assert rounded(of(store, 8).figure) == (60.0, 25.2, 87.0, 20)


def test_better_or_worse_is_said_only_where_it_holds(store: Store) -> None:
    """56 of 70 against 48 of 80: 20 points, 5.2 to 33.4."""
    give(store, TODAY, {5: 56, 1: 14})
    give(store, TODAY - timedelta(days=1), {5: 48, 1: 32})
    give(store, TODAY - timedelta(days=2), {5: 46, 1: 34})
    give(store, TODAY - timedelta(days=4), {5: 9})

    better, same = of(store).change, of(store, last=TODAY - timedelta(days=1)).change
    assert better and same
    difference = better.difference

    assert [round(value, 1) for value in (difference.value, difference.low, difference.high)] == [20.0, 5.2, 33.4]
    assert (better.standing, same.standing, better.before) == ("better", "same", of(store).period.before)
    assert of(store, last=TODAY - timedelta(days=3)).change is None  # nothing then, and too few the day before


@pytest.mark.parametrize(
    ("low", "high", "standing"),
    [
        (90, 95, "reached"),
        (89.6, 95, "reached"),
        (85, 90, "close"),
        (89, 91, "close"),
        (80, 89.6, "close"),
        (80, 89.4, "not_yet"),
    ],
)
def test_of_the_target_only_that_is_said_which_the_interval_allows(low: float, high: float, standing: str) -> None:
    assert target_standing(Figure((low + high) / 2, low, high, 50), 90) == standing


def test_the_period_ends_today_and_begins_where_it_is_said(store: Store) -> None:
    give(store, TODAY - timedelta(days=7), GOOD)
    give(store, TODAY - timedelta(days=6), GOOD)

    found = of(store, 9, last=TODAY + timedelta(days=2))
    to_come = of(store, 3, last=TODAY + timedelta(days=9))

    assert [point.answers for point in found.points] == [10, 0, 0, 0, 0, 0, 0]
    assert (to_come.points, to_come.heat, to_come.answers) == ([], None, 0)


def test_a_day_is_the_locations_day_also_when_clocks_change(store: Store) -> None:
    """What is said at half past midnight belongs to the new day; the 25th has 25 hours."""
    cast.add_text(store, CHECKOUT, cast.at("2026-10-25 00:30"), "early", language="en", score=5)
    cast.add_text(store, CHECKOUT, cast.at("2026-10-25 23:30"), "late", language="en", score=1)
    cast.add_text(store, CHECKOUT, cast.at("2026-10-26 00:30"), "the next day", language="en", score=None)

    found = of(store, last=date(2026, 10, 25))

    assert [(said.comment.text, said.comment.local_time, said.comment.face) for said in found.comments] == [
        ("late", "23:30", 1),
        ("early", "00:30", 5),
    ]
    assert found.comment_count == 2


def test_an_unusual_day_is_named_and_days_with_too_few_have_no_figure(store: Store) -> None:
    for back in range(1, 60):
        give(store, TODAY - timedelta(days=back), {5: 84 + back % 7, 1: 16 - back % 7})
    give(store, TODAY, {5: 40, 1: 60})
    give(store, TODAY - timedelta(days=60), {5: 9})

    points = {point.period.first: point for point in of(store, 61).points}

    assert points[TODAY].verdict is Verdict.WORSE
    low, _ = points[TODAY].usual or (0, 0)
    assert low > 60
    assert points[TODAY - timedelta(days=1)].verdict is Verdict.USUAL
    few = points[TODAY - timedelta(days=60)]
    assert (few.answers, few.figure, few.usual) == (9, None, None)


def test_a_slow_slide_is_told(store: Store) -> None:
    for back in range(112):
        bad = 25 if back < 28 else 10
        give(store, TODAY - timedelta(days=back), {5: 100 - bad - back % 3, 1: bad + back % 3})

    assert of(store, 7).slide.verdict is Verdict.WORSE
    assert of(store, 7, last=TODAY - timedelta(days=30)).slide.verdict is Verdict.USUAL


def test_a_long_period_is_shown_by_weeks_from_monday(store: Store) -> None:
    give(store, date(2026, 11, 16), {5: 8, 1: 2})
    give(store, date(2026, 11, 15), {5: 10})
    period = Period(date(2026, 11, 14), TODAY)

    points = of(store, MOST_DAYS + 1).points

    assert [(week.first.day, week.last.day) for week in weeks(period)] == [(14, 15), (16, 21)]
    assert [(point.period.days, point.answers) for point in points[-2:]] == [(7, 10), (6, 10)]
    assert rounded(points[-1].figure) == (80.0, 49.0, 94.3, 10)
    assert {point.usual for point in points} == {None}


def test_answers_that_came_later_stand_with_their_day(store: Store) -> None:
    give(store, TODAY - timedelta(days=1), GOOD)
    yesterday, before = (TODAY - timedelta(days=back) for back in (1, 40))
    with store.write() as transaction:
        late.add(transaction, {LateKey("kamppi", "overall", yesterday.isoformat()): 12}, 0)
        late.add(transaction, {LateKey("kamppi", "overall", before.isoformat()): 5}, 0)

    found = of(store, 7)

    assert found.late == 12
    assert [point.late for point in found.points] == [0, 0, 0, 0, 0, 12, 0]
    assert came_later(store, "kamppi", "overall", Period(before, yesterday)) == 17


def test_what_was_set_aside_and_what_staff_say_is_in_no_other_figure(store: Store) -> None:
    give(store, TODAY, {5: 20, ASIDE: 7})
    give(store, TODAY, {1: 9}, question_id=STAFF + "overall")
    give(store, TODAY - timedelta(days=1), {1: 5}, question_id=STAFF + "overall")

    found, longer = of(store), of(store, 2)

    assert (found.answers, found.set_aside, found.staff) == (20, 7, Staff(9, None))
    assert (longer.answers, longer.staff.answers) == (20, 14)
    assert rounded(longer.staff.figure) == (0.0, 0.0, 21.5, 14)


def test_touchpoints_stand_along_the_visit_with_what_they_ask_themselves(store: Store) -> None:
    """In the order of the chain file, not of their names; 1 to 7 of CES: 18 of 28."""
    easy = Question("easy", Kind.CES, {"en": "It was easy"})
    with store.write() as transaction:
        places.put_survey(transaction, Survey("door", 1, ("en",), (cast.HOW_WAS_IT, easy)))
        places.put_touchpoints(transaction, [ENTRANCE._replace(survey_id="door"), CHECKOUT])
    give(store, TODAY, {5: 19, 1: 1}, touchpoint=ENTRANCE)
    give(store, TODAY, {5: 9}, touchpoint=CHECKOUT)
    give(store, TODAY, {step: step for step in range(1, 8)}, question_id="easy", touchpoint=ENTRANCE)

    entrance, checkout = of(store).path

    assert (entrance.name, entrance.phase, rounded(entrance.figure)) == ("Entrance", "entrance", (95.0, 76.4, 99.1, 20))
    (own,) = entrance.own
    assert (own.question, own.measure, rounded(own.figure)) == ("It was easy", Measure.EASY, (64.3, 45.8, 79.3, 28))
    assert (checkout.name, checkout.answers, checkout.figure, checkout.own) == ("Checkout", 9, None, [])


def test_yes_and_no_is_the_share_of_yes(store: Store) -> None:
    found_it = Question("found", Kind.YES_NO, {"en": "Did you find it?"})
    with store.write() as transaction:
        places.put_survey(transaction, Survey("door", 1, ("en",), (cast.HOW_WAS_IT, found_it)))
        places.put_touchpoints(transaction, [ENTRANCE._replace(survey_id="door")])
    give(store, TODAY, {1: 45, 0: 5}, question_id="found", touchpoint=ENTRANCE)

    (own,) = next(step for step in of(store).path if step.name == "Entrance").own

    assert own == Own("Did you find it?", Measure.INDEX, 50, own.figure)
    assert rounded(own.figure) == (90.0, 78.6, 95.7, 50)


def test_hours_of_the_week_are_blank_under_ten_answers_and_marked_where_it_holds(store: Store) -> None:
    for back in range(28):
        day = TODAY - timedelta(days=back)
        give(store, day, {5: 17, 1: 3} if day.weekday() == 0 else {5: 18, 1: 2}, hour=10)
        give(store, day, {5: 12, 1: 8} if day.weekday() == 5 else {5: 18, 1: 2}, hour=13)
    give(store, TODAY, {5: 9}, hour=11)

    heat = of(store, 28).heat

    assert heat and heat.hours == range(10, 14)
    saturday, monday = heat.cells[5], heat.cells[0]
    assert [cell.answers for cell in saturday] == [80, 9, 0, 80]
    assert [cell.figure and round(cell.figure.value) for cell in saturday] == [90, None, None, 60]
    assert [cell.side for cell in saturday] == ["same", "same", "same", "below"]
    assert monday[0].figure and round(monday[0].figure.value) == 85  # a little less, by chance
    assert {cell.side for cell in monday} == {"same"}
    assert heat.is_marked


def test_of_a_long_period_the_hours_are_those_of_its_last_weeks_beside_their_own_figure(store: Store) -> None:
    weeks = range(HEAT_WEEKS + 10)
    for back in (7 * week for week in weeks):
        give(store, TODAY - timedelta(days=back), {5: 18, 1: 2} if back < 7 * HEAT_WEEKS else {5: 2, 1: 18}, hour=10)

    heat = of(store, 7 * len(weeks)).heat

    assert heat and heat.period == last_days(7 * HEAT_WEEKS, TODAY)
    assert (heat.cells[5][0].answers, heat.cells[5][0].side) == (20 * HEAT_WEEKS, "same")


def test_reasons_are_those_of_the_period(store: Store) -> None:
    give(store, TODAY, {1: 3, 2: 5}, question_id="why")
    give(store, TODAY - timedelta(days=1), {1: 4}, question_id="why")
    give(store, TODAY - timedelta(days=2), {3: 50}, question_id="why")

    (reasons,) = of(store, 2).reasons

    assert [(reason.text, reason.answers) for reason in reasons.choices] == [
        ("Waiting at the checkout", 7),
        ("Could not find it", 5),
    ]


def test_a_location_without_touchpoints_or_answers_is_empty(store: Store) -> None:
    with store.write() as transaction:
        transaction.execute("DELETE FROM touchpoints")

    found = of(store, 7)

    assert (found.answers, found.figure, found.change, found.path, found.heat) == (0, None, None, [], None)
    assert len(found.points) == 7


def test_the_nps_has_no_index_and_no_target(store: Store) -> None:
    """60 promoters, 25 in between, 15 detractors: 45, 29.3 to 58.0."""
    asked = Question("recommend", Kind.NPS, {"en": "Would you recommend us?"})
    with store.write() as transaction:
        places.put_survey(transaction, Survey("shop", 2, ("en",), (asked,)))
    give(store, TODAY, {10: 60, 8: 25, 3: 15}, question_id="recommend")

    found = of(store)

    assert (found.measure, rounded(found.figure)) == ("nps", (45.0, 29.3, 58.0, 100))
    assert (found.index, found.target) == (None, None)


def test_of_those_who_came_by_the_days_add_up_and_silent_hours_are_left_out(store: Store) -> None:
    """Yesterday 41 of 312 (13 %, 9.8 to 17.3); the day before the counter told but two quarters of the hour."""
    for back, told in ((1, 4), (2, 2)):
        day = TODAY - timedelta(days=back)
        give(store, day, {5: 41, ASIDE: 3})
        give(store, day, {PASSAGES: 312, QUARTERS: told}, question_id="count:door")
    give(store, TODAY - timedelta(days=3), {5: 30})  # the counter was off

    found = of(store, 7, last=TODAY - timedelta(days=1)).rates

    assert list(found) == ["kamppi-checkout"]
    rate = found["kamppi-checkout"]
    assert (rate.came, rate.answered, rounded(rate.figure)) == (312, 41, (13.1, 9.8, 17.3, 312))
    assert rate.silent == 1
    assert of(store, 32).rates == {}
