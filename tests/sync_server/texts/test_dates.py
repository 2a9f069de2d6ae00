from datetime import date, datetime

import pytest

from sync_server.texts import dates
from sync_server.texts.say import say_in

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("language", "full", "short"),
    [
        ("en", "Saturday 21 November 2026", "21 Nov"),
        ("fi", "lauantai 21. marraskuuta 2026", "21.11."),
        ("sv", "lördag 21 november 2026", "21 nov"),
    ],
)
def test_a_date_is_said_as_people_of_the_language_say_it(language: str, full: str, short: str) -> None:
    say = say_in(language)

    assert (dates.full(say, DAY), dates.short(say, DAY)) == (full, short)


@pytest.mark.parametrize(
    ("language", "this_year", "before"),
    [
        ("en", "20 Nov 14:05", "20 Nov 2025 14:05"),
        ("fi", "20.11. 14:05", "20.11.2025 14:05"),
        ("sv", "20 nov 14:05", "20 nov 2025 14:05"),
    ],
)
def test_a_moment_has_its_year_where_it_is_not_this_one(language: str, this_year: str, before: str) -> None:
    said = [dates.moment(say_in(language), datetime(year, 11, 20, 14, 5), date(2026, 11, 22)) for year in (2026, 2025)]  # noqa: DTZ001

    assert said == [this_year, before]
