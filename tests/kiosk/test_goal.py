"""The goal's sentence says of when its figure is, and never more than it knows."""

from datetime import date

import msgspec
import pytest

from kiosk import visit as turn
from kiosk.clock import Moment
from kiosk.texts.goal import goal_sentence, spoken_date
from survey.exchange import Goal
from tests.kiosk.a_terminal import CONFIGURATION

MONDAY, SUNDAY, NEXT_MONDAY = date(2026, 11, 9), date(2026, 11, 15), date(2026, 11, 16)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Our goal is [b]85 satisfied out of a hundred[/b].\nThis week [b]82[/b]. Your answer counts."),
        ("fi", "Tavoitteemme on [b]85 tyytyväistä sadasta[/b].\nTällä viikolla [b]82[/b]. Vastauksesi vaikuttaa."),
        ("sv", "Vårt mål är [b]85 nöjda av hundra[/b].\nDen här veckan [b]82[/b]. Ditt svar räknas."),
    ],
)
def test_a_figure_of_this_week_is_called_so_until_sunday(language, said):
    goal = Goal(85, 82, as_of=MONDAY.isoformat())

    assert goal_sentence(goal, MONDAY, language) == goal_sentence(goal, SUNDAY, language) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "On 9 November [b]82[/b]."),
        ("fi", "Tilanne 9. marraskuuta: [b]82[/b]."),
        ("sv", "Den 9 november [b]82[/b]."),
    ],
)
@pytest.mark.parametrize(
    "today",
    [NEXT_MONDAY, date(2027, 11, 9), date(1970, 1, 1), None],
    ids=["old", "a year old", "wrong clock", "unknown"],
)
def test_a_figure_of_another_week_is_told_with_its_date(language, said, today):
    goal = Goal(85, 82, as_of=MONDAY.isoformat())

    assert said in goal_sentence(goal, today, language)


def test_the_week_goes_on_over_new_year():
    goal = Goal(85, 82, as_of="2026-12-31")

    assert "This week" in goal_sentence(goal, date(2027, 1, 3), "en")
    assert "On 31 December" in goal_sentence(goal, date(2027, 1, 4), "en")


@pytest.mark.parametrize("goal", [Goal(85), Goal(85, None, "2026-11-09"), Goal(85, 82), Goal(85, 82, "2026-02-30")])
def test_without_a_figure_that_has_its_date_only_the_goal_is_told(goal):
    said = goal_sentence(goal, MONDAY, "en")

    assert said == "Our goal is [b]85 satisfied out of a hundred[/b].\nYour answer counts."


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_each_month_of_the_year_has_its_name(language):
    names = {spoken_date(date(2026, month, 1), language) for month in range(1, 13)}

    assert len(names) == 12


def test_the_question_tells_the_locations_day_and_takes_the_next_one_at_midnight():
    configuration = msgspec.structs.replace(CONFIGURATION, goal=Goal(85, 82, "2026-11-15"))
    late_on_sunday_ms = 1_794_779_940_000  # 23:59 in Helsinki

    visit, (shown,) = turn.begin(configuration, 0, Moment(0, late_on_sunday_ms))
    visit, (shown_next,) = turn.tick(visit, Moment(60_000, late_on_sunday_ms + 60_000))

    assert [shown.view.today, shown_next.view.today] == [SUNDAY, NEXT_MONDAY]
    assert turn.tick(visit, Moment(120_000, late_on_sunday_ms + 120_000))[1] == []
