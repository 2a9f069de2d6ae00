from datetime import date

import pytest

from sync_server.results.periods import Period, PeriodFaults, last_days, read_period

TODAY = date(2026, 11, 22)


def test_a_period_is_four_weeks_up_to_today_unless_it_is_asked_for() -> None:
    assert read_period("", "", TODAY) == last_days(28, TODAY) == Period(date(2026, 10, 26), TODAY)


def test_both_days_of_a_period_belong_to_it() -> None:
    period = read_period("2026-11-01", "2026-11-03", TODAY)

    assert period.days == 3
    assert list(period) == [date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 3)]


def test_the_period_before_is_as_long_and_ends_where_this_one_begins() -> None:
    assert read_period("2026-11-08", "2026-11-14", TODAY).before.dates == ("2026-11-01", "2026-11-07")


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-11-30", "2026-11-01", "ends before it begins"),
        ("yesterday", "", "'yesterday' is no date"),
        ("2026-02-30", "", "'2026-02-30' is no date"),
        ("0001-01-01", "", "0001-01-01 is too far away"),
        ("", "9999-12-31", "9999-12-31 is too far away"),
        ("2000-01-01", "2026-01-01", "is too long"),
    ],
)
def test_an_impossible_period_is_refused_in_words(first: str, last: str, said: str) -> None:
    with pytest.raises(PeriodFaults, match=said):
        read_period(first, last, TODAY)
