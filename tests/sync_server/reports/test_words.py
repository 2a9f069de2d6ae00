"""How a letter says where a place stands."""

from datetime import date

import pytest

from survey.figures import Difference, Figure
from sync_server.reports.words import changed
from sync_server.results.location import Change
from sync_server.results.periods import Period
from sync_server.texts.say import say_in

WEEK = Period(date(2026, 11, 9), date(2026, 11, 15))


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (
            Difference(-9, -18, 3, 0.1),
            "As in the 7 days before (71 % of 418 answers): no change beyond chance (−18 to +3).",
        ),
        (
            Difference(-9, -18, -0.1, 0.04),
            "The 7 days before: 71 % of 418 answers. Of so many places, some differ as much by chance.",
        ),
    ],
)
def test_a_change_that_does_not_hold_among_all_places_is_not_said_to_be_none(difference: Difference, said: str) -> None:
    change = Change(WEEK, Figure(71, 66, 75, 418), difference, "same")

    assert changed(say_in("en"), "satisfied", change, "same") == said
