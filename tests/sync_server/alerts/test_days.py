"""Days below their usual range and slow slides: judged once, an hour after the location's own midnight."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from sync_server.alerts.alert import Day, Slide
from sync_server.results.location import trends
from sync_server.results.periods import last_days
from sync_server.store import alerts as stored
from tests import cast
from tests.sync_server.alerts.house import Watched

USUAL = {1: 3, 2: 3, 3: 4, 4: 30, 5: 40}
BAD = {1: 20, 2: 20, 3: 10, 4: 15, 5: 15}
WEEKS = 12 * 7


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """One kind of store: what differs between them is looked at elsewhere."""
    return tmp_path / "data"


def test_a_day_below_its_usual_range_is_told_of_once_it_is_over(watched: Watched) -> None:
    watched.days("2026-11-19", USUAL, days=WEEKS)
    watched.days("2026-11-20", BAD)

    during = watched.round("2026-11-20 23:59")
    too_early = watched.round("2026-11-21 00:59")
    found = [one for one in watched.round("2026-11-21 01:00") if one.row.kind == "day"]
    again = [one for one in watched.round("2026-11-21 01:01") if one.row.kind == "day"]

    assert during == too_early == []
    assert [one.row.alert_id for one in found] == [one.row.alert_id for one in again]
    (facts,) = [one.facts for one in found]
    assert isinstance(facts, Day)
    assert (facts.local_date, facts.measure, facts.figure.n) == ("2026-11-20", "satisfied", 80)
    assert 0 <= facts.figure.high < facts.low < facts.high <= 100


def test_a_usual_day_is_not_told_of(watched: Watched) -> None:
    watched.days("2026-11-20", USUAL, days=WEEKS)
    assert watched.round("2026-11-21 01:00") == []


def test_a_day_that_came_late_is_not_judged_after_the_next_one(watched: Watched) -> None:
    watched.days("2026-11-20", USUAL, days=WEEKS)
    watched.round("2026-11-21 01:00")
    watched.days("2026-10-01", BAD)  # a terminal brings its October
    assert watched.round("2026-11-21 02:00") == []


def test_an_unusual_day_closes_once_a_usual_one_has_followed(watched: Watched) -> None:
    watched.days("2026-11-18", USUAL, days=WEEKS)
    watched.days("2026-11-19", BAD)
    watched.days("2026-11-20", USUAL)

    before = watched.round("2026-11-20 01:00")
    after = watched.round("2026-11-21 01:00")

    assert "day" in [one.row.kind for one in before]
    assert "day" not in [one.row.kind for one in after]


def test_a_slow_slide_is_told_of_and_is_over_when_it_no_longer_holds(watched: Watched) -> None:
    watched.days("2026-11-20", USUAL, days=WEEKS + 28)
    slipped = {1: 6, 2: 6, 3: 6, 4: 30, 5: 32}
    for back in range(14):
        day = f"2026-11-{20 - back:02d}"
        with watched.store.write() as transaction:
            transaction.execute("DELETE FROM rollups WHERE local_date = ?", (day,))
            transaction.execute("DELETE FROM daily_rollups WHERE local_date = ?", (day,))
        watched.days(day, slipped)

    found = [one for one in watched.round("2026-11-21 01:00") if one.row.kind == "slide"]
    watched.days("2026-12-20", USUAL, days=30)
    after = [one for one in watched.round("2026-12-21 01:00") if one.row.kind == "slide"]

    (facts,) = [one.facts for one in found]
    assert isinstance(facts, Slide)
    assert facts.figure.value < facts.before.value
    assert after == []


def test_a_slide_s_figure_is_that_of_its_page(watched: Watched) -> None:
    """As wide as its days differ, here from week to week."""
    for week in range(16):
        day = (date(2026, 11, 20) - timedelta(weeks=week)).isoformat()
        unhappy = 40 if week < 2 else 12 * (week % 2)
        watched.days(day, {1: unhappy, 5: 80 - unhappy}, days=7)

    found = [one.facts for one in watched.round("2026-11-21 01:00") if one.row.kind == "slide"]
    page = trends(watched.store, cast.KAMPPI, last_days(28, date(2026, 11, 20)), watched.now_ms, "en")

    (facts,) = found
    assert isinstance(facts, Slide)
    assert facts.figure == page.figure


def test_the_night_when_clocks_change_has_its_judgement_once(watched: Watched) -> None:
    watched.days("2026-10-23", USUAL, days=WEEKS)
    watched.days("2026-10-24", BAD)
    watched.give_addresses("Aino")
    first = cast.at("2026-10-25 00:30")

    for quarter in range(24):  # three o'clock comes twice
        watched.now_ms = first + quarter * 15 * 60_000
        watched.round()

    days = watched.store.read("SELECT subject FROM alerts WHERE kind = 'day'")
    assert days == [("2026-10-24",)]
    assert len(watched.waiting()) == 1


def test_two_processes_judge_a_day_once(watched: Watched) -> None:
    watched.days("2026-11-19", USUAL, days=WEEKS)
    watched.days("2026-11-20", BAD)
    watched.give_addresses("Aino")
    watched.now_ms = cast.at("2026-11-21 01:00")
    another = watched.another_watch()

    watched.watch.look(watched.now_ms)
    another.look(watched.now_ms)

    assert len(watched.waiting()) == 1
    assert stored.judged(watched.store)["kamppi"] == "2026-11-20"


def test_a_clock_that_was_years_ahead_ends_no_watch(watched: Watched) -> None:
    watched.days("2026-11-19", USUAL, days=WEEKS)
    watched.days("2026-11-20", BAD)

    for local in ("2030-01-01 12:00", "2026-11-21 01:00"):
        watched.now_ms = cast.at(local)
        watched.watch.step()

    assert [one.row.kind for one in watched.alerts() if one.row.opened_at == watched.now_ms] == ["day"]


def test_rules_may_leave_days_out(watched: Watched) -> None:
    watched.set_rules(day=False, slide=False)
    watched.days("2026-11-19", USUAL, days=WEEKS)
    watched.days("2026-11-20", BAD)
    assert watched.round("2026-11-21 01:00") == []
