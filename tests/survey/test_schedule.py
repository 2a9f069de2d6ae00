"""Opening hours and the times at which a question is asked."""

from datetime import date

import pytest

from survey.schedule import LocalTime, OpeningHours, Span, When, local_time, read_opening_hours

SATURDAY = date(2026, 11, 21)
DAY = (Span(9 * 60, 21 * 60),)
BAR = (Span(18 * 60, 2 * 60),)
HOURS = OpeningHours((DAY,) * 5 + (BAR, ()), {"2026-12-24": (), "2026-12-31": (Span(9 * 60, 15 * 60),)})


def at(text: str) -> LocalTime:
    day, time = text.split(" ")
    hour, minute = map(int, time.split(":"))
    return LocalTime(date.fromisoformat(day), hour * 60 + minute)


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-11-20 08:59", False),
        ("2026-11-20 09:00", True),
        ("2026-11-20 21:00", False),
        ("2026-11-21 01:00", False),  # Friday's end at 21
        ("2026-11-21 18:00", True),
        ("2026-11-22 01:59", True),  # Saturday's bar goes on
        ("2026-11-22 02:00", False),
        ("2026-12-24 12:00", False),
        ("2026-12-31 14:59", True),
        ("2026-12-31 15:00", False),
    ],
)
def test_a_location_is_open_within_its_spans(local: str, *, is_open: bool) -> None:
    assert HOURS.is_open(at(local)) is is_open


def test_a_rule_without_conditions_is_always_in_force() -> None:
    assert When().holds(LocalTime(SATURDAY, 0), is_open=False)


@pytest.mark.parametrize(
    "when",
    [
        When(weekdays=(0, 1, 2, 3, 4)),
        When(times=(Span(600, 720),)),
        When(first_on="2026-11-22"),
        When(last_on="2026-11-20"),
        When(during_opening=True),
    ],
    ids=["weekday", "time", "before", "after", "closed"],
)
def test_each_condition_of_a_rule_can_keep_it_out(when: When) -> None:
    assert not when.holds(LocalTime(SATURDAY, 12 * 60), is_open=False)


@pytest.mark.parametrize(
    ("local", "is_in_force"),
    [
        ("2026-11-20 21:59", False),
        ("2026-11-20 22:00", True),
        ("2026-11-21 01:59", True),  # of the night that began on Friday
        ("2026-11-21 02:00", False),
        ("2026-11-20 01:00", False),  # of Thursday's
    ],
)
@pytest.mark.parametrize(
    "friday_night",
    [
        When(weekdays=(4,), times=(Span(22 * 60, 2 * 60),)),
        When(first_on="2026-11-20", last_on="2026-11-20", times=(Span(22 * 60, 2 * 60),)),
    ],
    ids=["weekday", "date"],
)
def test_a_time_past_midnight_belongs_to_the_day_on_which_it_begins(
    friday_night: When, local: str, *, is_in_force: bool
) -> None:
    assert friday_night.holds(at(local), is_open=True) is is_in_force


def test_the_time_on_the_wall_follows_the_time_zone() -> None:
    assert local_time(1_795_125_600_000, "Europe/Helsinki") == LocalTime(date(2026, 11, 20), 0)
    assert local_time(1_795_125_600_000, "Europe/London") == LocalTime(date(2026, 11, 19), 22 * 60)


def test_opening_hours_are_read_from_a_table() -> None:
    faults: list[str] = []

    hours = read_opening_hours({"mon-fri": "9-21", "sat": "18-02", "2026-12-24": "", "2026-12-31": "9-15"}, faults)

    assert (hours, faults) == (HOURS, [])


@pytest.mark.parametrize("text", ["9", "25-26", "9-9", "9:60-10", "nine to five", "-"])
def test_what_is_no_time_of_day_is_told_with_the_way_to_write_it(text: str) -> None:
    faults: list[str] = []

    read_opening_hours({"mon": text, "fri-mon": "9-21", "2026-02-30": "9-21"}, faults)

    assert [fault.partition(":")[0] for fault in faults] == ["mon", "fri-mon", "2026-02-30"]
    assert 'write it as "8-21"' in faults[0]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"sat": "9-12, 11-13"}, "two of its times overlap"),
        ({"sat": "18-02, 20-22"}, "two of its times overlap"),
        ({"sat": "9-12", "sat-sun": "10-16"}, "a weekday in it has its hours already"),
        ({"weekend": "x"}, "'weekend' is no weekday"),
    ],
    ids=["overlap", "overlap past midnight", "a day twice", "the day before the time"],
)
def test_hours_that_contradict_each_other_are_refused(table: dict[str, str], told: str) -> None:
    faults: list[str] = []

    read_opening_hours(table, faults)

    assert len(faults) == 1
    assert told in faults[0]
