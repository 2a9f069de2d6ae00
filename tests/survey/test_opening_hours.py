"""Local days and hours, where clocks change and where zones are odd (design.md 3.9)."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.opening_hours import QUARTER_MS, local_date, local_hour, zone

ZONES = ["Europe/Helsinki", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("instant", "time_zone", "expected"),
    [
        pytest.param("2026-03-29 00:59", "Europe/Helsinki", ("2026-03-29", 2), id="just before summer time"),
        pytest.param("2026-03-29 01:00", "Europe/Helsinki", ("2026-03-29", 4), id="summer time skips the hour 3"),
        pytest.param("2026-10-25 00:59", "Europe/Helsinki", ("2026-10-25", 3), id="the hour 3 for the first time"),
        pytest.param("2026-10-25 01:00", "Europe/Helsinki", ("2026-10-25", 3), id="the hour 3 once more"),
        pytest.param("2026-10-25 02:00", "Europe/Helsinki", ("2026-10-25", 4), id="and then 4"),
        pytest.param("2026-11-21 22:00", "Europe/Helsinki", ("2026-11-22", 0), id="midnight before that of UTC"),
        pytest.param("2026-11-21 18:14", "Asia/Kathmandu", ("2026-11-21", 23), id="a quarter-hour zone, 23:59"),
        pytest.param("2026-11-21 18:15", "Asia/Kathmandu", ("2026-11-22", 0), id="a quarter-hour zone, midnight"),
        pytest.param("2026-11-21 03:29", "America/St_Johns", ("2026-11-20", 23), id="a half-hour zone, day before"),
        pytest.param("2026-04-04 14:59", "Australia/Lord_Howe", ("2026-04-05", 1), id="clocks go back half an hour"),
        pytest.param("2026-04-04 15:00", "Australia/Lord_Howe", ("2026-04-05", 1), id="so 1:30 to 2:00 comes twice"),
    ],
)
def test_an_instant_has_the_day_and_hour_of_its_place(instant: str, time_zone: str, expected: tuple[str, int]) -> None:
    assert local_hour(utc(instant) // QUARTER_MS, time_zone) == expected


@given(st.integers(0, utc("2099-12-31 00:00")), st.sampled_from(ZONES))
def test_every_instant_of_a_quarter_has_the_same_hour_on_the_wall(at_ms: int, time_zone: str) -> None:
    wall = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone(time_zone))
    assert local_hour(at_ms // QUARTER_MS, time_zone) == (wall.date().isoformat(), wall.hour)


def test_the_day_at_a_place_is_its_own() -> None:
    at_ms = utc("2026-12-31 23:00")
    assert local_date(at_ms, "Europe/Helsinki") == date(2027, 1, 1)
    assert local_date(at_ms, "Europe/London") == date(2026, 12, 31)


@pytest.mark.parametrize("name", ["Helsinki", "", "Europe", "../etc/passwd", "Europe/Helsinki\0"])
def test_an_unknown_time_zone_is_answered_with_one_that_is_known(name: str) -> None:
    with pytest.raises(ValueError, match="write it as in Europe/Helsinki"):
        zone(name)
