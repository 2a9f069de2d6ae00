from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from sync_server.reports.schedule import Kind, newest_due, newest_over, next_on
from sync_server.results.periods import Period
from tests.cast import at

QUARTER = timedelta(minutes=15)


def days(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("kind", "now", "period"),
    [
        (Kind.DAILY, "2026-11-22 07:00", days("2026-11-21", "2026-11-21")),
        (Kind.DAILY, "2026-11-22 06:59", days("2026-11-20", "2026-11-20")),
        (Kind.DAILY, "2026-11-22 23:59", days("2026-11-21", "2026-11-21")),
        (Kind.WEEKLY, "2026-11-23 07:00", days("2026-11-16", "2026-11-22")),  # a Monday
        (Kind.WEEKLY, "2026-11-23 06:59", days("2026-11-09", "2026-11-15")),
        (Kind.WEEKLY, "2026-11-29 12:00", days("2026-11-16", "2026-11-22")),
        (Kind.MONTHLY, "2026-03-01 07:00", days("2026-02-01", "2026-02-28")),
        (Kind.MONTHLY, "2026-03-01 06:59", days("2026-01-01", "2026-01-31")),
        (Kind.MONTHLY, "2027-01-31 07:00", days("2026-12-01", "2026-12-31")),
    ],
)
def test_a_report_is_due_at_seven_about_what_is_over(kind: Kind, now: str, period: Period) -> None:
    assert newest_due(kind, at(now), "Europe/Helsinki") == period


@pytest.mark.parametrize(
    ("kind", "now", "day"),
    [
        (Kind.DAILY, "2026-11-22 07:00", "2026-11-23"),
        (Kind.DAILY, "2026-11-22 06:59", "2026-11-22"),
        (Kind.WEEKLY, "2026-11-23 07:00", "2026-11-30"),
        (Kind.WEEKLY, "2026-11-23 06:59", "2026-11-23"),
        (Kind.MONTHLY, "2026-12-31 23:59", "2027-01-01"),
        (Kind.MONTHLY, "2026-01-01 07:00", "2026-02-01"),
    ],
)
def test_the_next_one_comes_on_the_next_morning_of_its_kind(kind: Kind, now: str, day: str) -> None:
    assert next_on(kind, at(now), "Europe/Helsinki").isoformat() == day


@pytest.mark.parametrize(
    ("now", "time_zone", "told_of"),
    [
        ("2026-03-29T03:59", "Europe/Helsinki", "2026-03-27"),  # 06:59, an hour after 02:59: the clocks went forward
        ("2026-03-29T04:00", "Europe/Helsinki", "2026-03-28"),
        ("2026-10-25T04:59", "Europe/Helsinki", "2026-10-23"),  # and back
        ("2026-10-25T05:00", "Europe/Helsinki", "2026-10-24"),
        ("2026-11-21T20:29", "Australia/Adelaide", "2026-11-20"),  # half an hour beside the others
        ("2026-11-21T20:30", "Australia/Adelaide", "2026-11-21"),
        ("2026-11-22T14:59", "America/Los_Angeles", "2026-11-20"),
        ("2026-11-22T15:00", "America/Los_Angeles", "2026-11-21"),
    ],
)
def test_seven_is_by_the_clock_on_the_locations_wall(now: str, time_zone: str, told_of: str) -> None:
    now_ms = int(datetime.fromisoformat(now).replace(tzinfo=UTC).timestamp() * 1000)

    assert newest_due(Kind.DAILY, now_ms, time_zone).last.isoformat() == told_of


@pytest.mark.parametrize("time_zone", ["Europe/Helsinki", "Australia/Lord_Howe", "America/St_Johns"])
@pytest.mark.parametrize("days_around", [date(2026, 4, 5), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1)])
def test_no_day_is_skipped_or_comes_back_when_clocks_are_set(time_zone: str, days_around: date) -> None:
    begin = datetime.combine(days_around - timedelta(days=4), datetime.min.time(), tzinfo=UTC)
    instants = [int((begin + number * QUARTER).timestamp() * 1000) for number in range(8 * 96)]

    told = [newest_due(Kind.DAILY, now_ms, time_zone).last for now_ms in instants]

    assert {later - earlier for earlier, later in pairwise(told)} == {
        timedelta(0),
        timedelta(days=1),
    }


def test_weeks_and_months_follow_one_another_without_a_gap() -> None:
    for kind in (Kind.WEEKLY, Kind.MONTHLY):
        found = sorted({newest_over(kind, date(2024, 1, 1) + timedelta(days=number)) for number in range(800)})

        assert all(later.first - earlier.last == timedelta(days=1) for earlier, later in pairwise(found))
