from datetime import date
from zoneinfo import available_timezones

import holidays
import pytest

from sync_server.insight.holidays import country_of, is_holiday


@pytest.mark.parametrize(
    ("time_zone", "country"),
    [("Europe/Helsinki", "FI"), ("Europe/Stockholm", "SE"), ("America/New_York", "US"), ("UTC", None)],
)
def test_a_time_zone_tells_the_country(time_zone: str, country: str | None) -> None:
    assert country_of(time_zone) == country


def test_holidays_are_known_for_every_country_that_has_a_time_zone() -> None:
    countries = {country_of(time_zone) for time_zone in available_timezones()}
    assert countries - {None} - set(holidays.list_supported_countries()) == set()


@pytest.mark.parametrize(
    ("day", "time_zone", "expected"),
    [
        pytest.param(date(2026, 12, 6), "Europe/Helsinki", True, id="Finland's independence"),
        pytest.param(date(2026, 6, 20), "Europe/Helsinki", True, id="midsummer, which moves"),
        pytest.param(date(2026, 12, 7), "Europe/Helsinki", False, id="the day after"),
        pytest.param(date(2026, 12, 6), "Europe/Stockholm", False, id="a Sunday in Sweden, and nothing more"),
        pytest.param(date(2026, 6, 6), "Europe/Stockholm", True, id="Sweden's own"),
        pytest.param(date(2026, 12, 25), "UTC", False, id="a zone of no country has none"),
    ],
)
def test_holidays_are_those_of_the_locations_country(day: date, time_zone: str, expected: bool) -> None:
    assert is_holiday(day, time_zone) is expected


def test_a_time_zone_that_is_not_known_is_refused_with_an_example() -> None:
    with pytest.raises(ValueError, match="Europe/Helsinki"):
        is_holiday(date(2026, 12, 6), "Europe/Helsingfors")
