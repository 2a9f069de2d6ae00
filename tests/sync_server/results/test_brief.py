"""A line of a location says what its page says, whose numbers were worked by hand (test_location.py)."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from survey.questions import Kind, Question, Survey
from sync_server.insight.chain_days import ChainDays
from sync_server.insight.days import Verdict
from sync_server.results.brief import Brief, brief_of, briefs
from sync_server.results.location import trends
from sync_server.results.periods import Period, last_days
from sync_server.store import Store, places
from sync_server.store.places import TouchpointRow
from sync_server.store.settled import ASIDE
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE, LOCATIONS

TODAY = date(2026, 12, 8)  # Finland's and Sweden's holidays in the weeks before differ
NOW_MS = cast.at("2026-12-09 07:00")
TAPIOLA = cast.TOUCHPOINTS[2]
DAY, WEEK, MONTH = last_days(1, TODAY), last_days(7, TODAY), last_days(30, TODAY)
FREE_DAY = last_days(1, date(2026, 12, 6))  # in Finland alone


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """One kind of store: what differs between them is looked at elsewhere."""
    return tmp_path


def in_whole(store: Store, period: Period) -> dict[str, Brief]:
    found = {}
    for location in LOCATIONS:
        whole = trends(store, location, period, NOW_MS, "en")
        found[location.location_id] = brief_of(whole, whole.points[-1].verdict if period.days == 1 else None)
    return found


def in_lines(store: Store, period: Period) -> dict[str, Brief]:
    days = ChainDays(store, lambda: NOW_MS)
    days.step(most_s=60)
    return briefs(days, LOCATIONS, period)


def give(store: Store, touchpoint: TouchpointRow, day: date, bad: int, good: int, best: int = 5) -> None:
    cast.add_counts(store, day.isoformat(), [(touchpoint, "overall", 12, {1: bad, best: good, ASIDE: 3})])


@pytest.mark.parametrize("seed", range(3))
def test_a_line_says_what_is_said_in_whole(store: Store, seed: int) -> None:
    """Days of few answers, days of none, holidays, two touchpoints, another kind of question, a place of no answers."""
    chance = Random(seed)
    nps = Survey("nps", 1, ("en",), (Question("overall", Kind.NPS, {"en": "Would you recommend us?"}),))
    with store.write() as transaction:
        places.put_survey(transaction, nps)
        places.put_touchpoints(transaction, [TAPIOLA._replace(survey_id="nps")])
    for back in range(130):
        for touchpoint, best in ((CHECKOUT, 5), (ENTRANCE, 4), (TAPIOLA, 9)):
            if chance.random() < 0.9:
                give(store, touchpoint, TODAY - timedelta(days=back), chance.randrange(9), chance.randrange(30), best)

    said = {period: in_lines(store, period) for period in (DAY, FREE_DAY, WEEK, MONTH)}

    for period, lines in said.items():
        assert_alike(lines, in_whole(store, period))
    assert said[WEEK]["vasa"].figure is None and said[WEEK]["tapiola"].measure == "nps"
    assert said[FREE_DAY]["kamppi"].verdict == Verdict.HOLIDAY


def assert_alike(said: dict[str, Brief], whole: dict[str, Brief]) -> None:
    for location_id, expected in whole.items():
        found = said[location_id]
        assert (found.measure, found.answers, found.verdict, found.change) == (
            *(expected.measure, expected.answers, expected.verdict, expected.change),
        )
        assert (found.figure is None) == (expected.figure is None)
        if found.figure and expected.figure:
            figures = [[one.value, one.low, one.high, one.n] for one in (found.figure, expected.figure)]
            assert figures[0] == pytest.approx(figures[1])


@pytest.mark.parametrize(
    ("bad", "said"), [(70, Verdict.WORSE), (25, Verdict.USUAL), (0, Verdict.BETTER)], ids=["bad", "as ever", "good"]
)
def test_a_day_out_of_the_usual_is_told(store: Store, bad: int, said: Verdict) -> None:
    for weeks in range(1, 9):
        give(store, CHECKOUT, TODAY - timedelta(weeks=weeks), 24 + weeks % 3, 75)
    give(store, CHECKOUT, TODAY, bad, 100 - bad)

    assert in_lines(store, DAY)["kamppi"].verdict == said


@pytest.mark.parametrize(
    ("day", "good", "said"),
    [
        (TODAY, 75, Verdict.USUAL),
        (date(2026, 12, 13), 75, Verdict.TOO_FEW_DAYS),  # of four Sundays one was a holiday
        (TODAY, 5, Verdict.TOO_FEW_DAYS),  # of four Tuesdays one had too few answers
    ],
)
def test_only_usual_days_are_compared_with(store: Store, day: date, good: int, said: Verdict) -> None:
    for weeks in range(4):
        give(store, CHECKOUT, day - timedelta(weeks=weeks), 1, 75)
    give(store, CHECKOUT, day - timedelta(weeks=4), 1, good)

    assert in_lines(store, last_days(1, day))["kamppi"].verdict == said


@pytest.mark.parametrize(("bad", "said"), [(60, "worse"), (25, "same"), (1, "better")])
def test_a_week_beside_the_one_before_is_told(store: Store, bad: int, said: str) -> None:
    for back in range(40):
        some = bad if back < 7 else 25
        give(store, CHECKOUT, TODAY - timedelta(days=back), some + back % 2, 100 - some)

    assert in_lines(store, WEEK)["kamppi"].change == said


def test_where_two_questions_are_shared_or_none_there_is_no_line(store: Store) -> None:
    other = Survey("other", 1, ("en",), (Question("service", Kind.SMILEY4, {"en": "How was the service?"}),))
    with store.write() as transaction:
        places.put_survey(transaction, other)
        places.put_touchpoints(transaction, [ENTRANCE._replace(survey_id="other")])
        transaction.execute("DELETE FROM touchpoints WHERE location_id = ?", ("vasa",))

    assert in_lines(store, WEEK).keys() == {"tapiola"}
