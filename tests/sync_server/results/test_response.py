"""How many of those who came by answered: of whole hours that were counted, and of no others."""

from collections.abc import Mapping

import pytest

from survey.figures import share
from survey.schedule import read_opening_hours
from sync_server.results.periods import day_began_ms
from sync_server.results.response import Response, quarters_over, response
from sync_server.store.places import LocationRow
from sync_server.store.results import Count
from sync_server.store.rows import PASSAGES, QUARTERS
from tests import cast
from tests.cast import KAMPPI

HOURS = read_opening_hours({"mon-sun": "9-20"}, [])
SHOP = KAMPPI._replace(opening_hours=HOURS)
OPEN = dict.fromkeys(range(9, 13), 4)  # four whole hours


def counted(hours: Mapping[int, tuple[int, int]], counter: str = "door") -> list[Count]:
    """hour -> passages, and quarters told."""
    return [
        Count(f"count:{counter}", "kamppi-checkout", hour, value, number)
        for hour, numbers in hours.items()
        for value, number in zip((PASSAGES, QUARTERS), numbers, strict=True)
    ]


def answered(hours: Mapping[int, int]) -> list[Count]:
    return [Count("overall", "kamppi-checkout", hour, 5, number) for hour, number in hours.items()]


def over(local: str, location: LocationRow = SHOP) -> dict[int, int]:
    now_ms = cast.at(local)
    return quarters_over(location, day_began_ms(local[:10], location.time_zone), now_ms)


def test_the_share_of_those_who_came_by_comes_with_its_interval() -> None:
    told = response(counted({9: (100, 4), 10: (112, 4), 11: (50, 4), 12: (50, 4)}), answered({9: 20, 12: 21}), OPEN)

    assert told and (told.came, told.answered, told.until, told.silent) == (312, 41, 13, [])
    assert told.figure and told.figure.value == pytest.approx(13.14, abs=0.01)
    assert told.figure.low == 100 * share(41, 312).low


def test_where_there_is_no_counter_nothing_is_said() -> None:
    assert response(answered({9: 20}), answered({9: 20}), OPEN) is None


def test_hours_of_which_the_counter_told_too_little_are_left_out_and_said() -> None:
    told = response(counted({9: (100, 4), 10: (30, 3), 12: (100, 4)}), answered({9: 20, 10: 9, 11: 9, 12: 20}), OPEN)

    assert told and (told.came, told.answered, told.silent) == (200, 40, [(10, 12)])


def test_a_counter_that_saw_nobody_was_not_silent() -> None:
    assert response(counted({9: (0, 4), 10: (9, 4), 11: (0, 4), 12: (0, 4)}), [], OPEN) == Response(9, 0, 13, None, [])


def test_more_answers_than_passages_make_no_share() -> None:
    told = response(counted({9: (20, 4)}), answered({9: 21}), {9: 4})

    assert told and (told.figure, told.answered) == (None, 21)


def test_two_counters_add_up_where_both_told() -> None:
    both = [*counted({9: (20, 4), 10: (20, 4)}), *counted({9: (5, 4)}, counter="back door")]

    told = response(both, answered({9: 5, 10: 5}), {9: 4, 10: 4})

    assert told and (told.came, told.answered, told.silent) == (25, 5, [(10, 11)])


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        ("2026-11-21 12:09", {9: 4, 10: 4}),  # what the last quarter counted may still come
        ("2026-11-21 12:10", {9: 4, 10: 4, 11: 4}),
        ("2026-11-21 20:30", dict.fromkeys(range(9, 19), 4) | {19: 3}),  # it closes as the last one ends
        ("2026-11-21 00:05", {}),
    ],
)
def test_an_hour_is_waited_for_until_its_quarters_may_have_come(now: str, hours: dict[int, int]) -> None:
    assert {hour: quarters for hour, quarters in over(now).items() if quarters} == hours


def test_without_opening_hours_every_hour_should_be_counted() -> None:
    assert over("2026-11-21 03:15", KAMPPI) == {0: 4, 1: 4, 2: 4}


def test_the_hour_that_comes_twice_has_eight_quarters() -> None:
    assert over("2026-10-25 05:15", KAMPPI) == {0: 4, 1: 4, 2: 4, 3: 8, 4: 4}
