from datetime import date

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
