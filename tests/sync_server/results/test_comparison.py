"""Places beside one another, and beside what they were: only what holds is marked, only what is handed in counts."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from survey.figures import difference, share
from survey.questions import Kind, Question, Survey
from sync_server.insight.chain_days import BACK_DAYS, ChainDays
from sync_server.insight.comparing import Side
from sync_server.results import comparison
from sync_server.results.comparison import Part, by_location, by_phase, by_region, compared, compared_with, of_phase
from sync_server.results.periods import Period, PeriodFaults, last_days
from sync_server.store import open_store, places
from sync_server.store.places import LocationRow, TouchpointRow
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE, KAMPPI, LOCATIONS, TAPIOLA, VASA

TODAY = date(2026, 11, 21)
WEEK = last_days(10, TODAY)
TAPIOLA_CHECKOUT, VASA_CHECKOUT = cast.TOUCHPOINTS[2:]


class Chain:
    """The cast's places, and days of 50 answers of which some are good."""

    def __init__(self, data: Path) -> None:
        self.store = open_store(data)
        cast.settle(self.store)
        self.days = ChainDays(self.store, lambda: cast.at("2026-11-21 12:00"))

    def give(self, touchpoint: TouchpointRow, good: int, *, of: int = 50, period: Period = WEEK) -> None:
        """Each day of the period so many good ones, or one more or one fewer: as chance would have them, or less so."""
        for number, day in enumerate(period):
            some = good + (-1, 1)[number % 2] if of == 50 else good
            counts = {5: some, 1: of - some}
            cast.add_counts(self.store, day.isoformat(), [(touchpoint, "overall", 12, counts)])

    def read(self) -> ChainDays:
        self.days.step(most_s=60)
        return self.days


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    chain = Chain(tmp_path)
    yield chain
    chain.store.close()


def day(back: int) -> Period:
    return last_days(1, TODAY - timedelta(days=back))


def names(part: Part) -> dict[Side, list[str]]:
    return {side: [row.place.name for row in rows] for side, rows in part.rows.items() if rows}


def only(parts: Sequence[Part]) -> Part:
    (part,) = parts
    return part


def test_a_location_is_marked_where_it_differs_from_all_the_others_together(chain: Chain) -> None:
    for touchpoint, good in ((CHECKOUT, 42), (TAPIOLA_CHECKOUT, 42), (VASA_CHECKOUT, 30)):
        chain.give(touchpoint, good)

    part = only(compared(chain.read(), LOCATIONS, by_location, WEEK))

    assert names(part) == {"below": ["Vasa"], "above": ["Kamppi", "Tapiola"]}
    (vasa,) = part.rows["below"]
    figure, apart = share(300, 500), difference(share(300, 500), share(840, 1000))
    assert vasa.figure and (vasa.figure.value, vasa.figure.low, vasa.figure.high, vasa.figure.n) == pytest.approx(
        (60, 100 * figure.low, 100 * figure.high, 500)
    )
    assert vasa.difference and (vasa.difference.value, vasa.difference.low, vasa.difference.high) == pytest.approx(
        (-24, 100 * apart.low, 100 * apart.high)
    )
    assert part.together and (part.together.value, part.together.n) == (76, 1500)
    assert vasa.score == pytest.approx((76 * 75 + 60 * 500) / 575)


def test_what_cannot_be_told_apart_stands_by_name_without_a_difference(chain: Chain) -> None:
    for touchpoint, good in ((VASA_CHECKOUT, 43), (CHECKOUT, 42), (TAPIOLA_CHECKOUT, 41)):
        chain.give(touchpoint, good)

    part = only(compared(chain.read(), LOCATIONS, by_location, WEEK))

    assert names(part) == {"same": ["Kamppi", "Tapiola", "Vasa"]}
    assert {row.difference for row in part.rows["same"]} == {None}


def test_of_a_single_day_it_is_known_how_much_days_differ(chain: Chain) -> None:
    """Each place has a bad day in every two or three; today it is Vasa's turn."""
    for turn, ago, touchpoint in ((2, 0, VASA_CHECKOUT), (3, 1, CHECKOUT), (3, 1, TAPIOLA_CHECKOUT)):
        for back in range(28):
            chain.give(touchpoint, 30 if back % turn == ago else 46, period=day(back))
    today = last_days(1, TODAY)

    part = only(compared(chain.read(), LOCATIONS, by_location, today))

    figures = {row.place.name: round(row.figure.value) for rows in part.rows.values() for row in rows if row.figure}
    assert figures == {"Kamppi": 90, "Tapiola": 90, "Vasa": 58}
    assert names(part) == {"same": ["Kamppi", "Tapiola", "Vasa"]}


def test_nine_answers_show_as_their_number_alone(chain: Chain) -> None:
    chain.give(CHECKOUT, 42)
    chain.give(TAPIOLA_CHECKOUT, 40)
    chain.give(VASA_CHECKOUT, 9, of=9, period=last_days(1, TODAY))

    part = only(compared(chain.read(), LOCATIONS, by_location, WEEK))

    (vasa,) = part.rows["too few"]
    assert (vasa.place.name, vasa.answers, vasa.figure, vasa.difference) == ("Vasa", 9, None, None)
    assert part.compared == 2


def test_only_locations_that_are_handed_in_take_part_in_anything(chain: Chain) -> None:
    for touchpoint, good in ((CHECKOUT, 42), (TAPIOLA_CHECKOUT, 41), (VASA_CHECKOUT, 20)):
        chain.give(touchpoint, good)

    part = only(compared(chain.read(), [KAMPPI, TAPIOLA], by_location, WEEK))

    assert names(part) == {"same": ["Kamppi", "Tapiola"]}  # without Vasa they are neither above
    assert part.together and (part.together.value, part.together.n) == (83, 1000)


def test_a_region_is_made_of_the_locations_that_are_handed_in(chain: Chain) -> None:
    for touchpoint in (CHECKOUT, TAPIOLA_CHECKOUT):
        chain.give(touchpoint, 45)
    chain.give(VASA_CHECKOUT, 30)
    regions = by_region({"uusimaa": "Uusimaa", "ostrobothnia": "Ostrobothnia"})

    whole = only(compared(chain.read(), LOCATIONS, regions, WEEK))
    part = only(compared(chain.read(), [KAMPPI, VASA], regions, WEEK))

    assert names(whole) == names(part) == {"below": ["Ostrobothnia"], "above": ["Uusimaa"]}
    assert [(row.answers, row.parts) for row in (*whole.rows["above"], *part.rows["above"])] == [(1000, 2), (500, 1)]


def test_phases_are_compared_across_locations_and_each_touchpoint_with_its_own_phase(chain: Chain) -> None:
    chain.give(ENTRANCE, 48)
    for touchpoint, good in ((CHECKOUT, 40), (TAPIOLA_CHECKOUT, 30), (VASA_CHECKOUT, 40)):
        chain.give(touchpoint, good)

    phases = only(compared(chain.read(), LOCATIONS, by_phase, WEEK))
    checkouts = only(compared(chain.read(), LOCATIONS, of_phase("checkout"), WEEK))

    assert names(phases) == {"below": ["checkout"], "above": ["entrance"]}
    assert [(row.place.of, row.answers) for row in checkouts.rows["below"]] == [("Tapiola", 500)]
    assert [row.place.of for row in checkouts.rows["above"]] == ["Kamppi", "Vasa"]
    assert compared(chain.read(), LOCATIONS, of_phase("nowhere"), WEEK) == []


def test_places_with_another_kind_of_shared_question_are_not_compared_with_these(chain: Chain) -> None:
    airport = LocationRow("airport", "uusimaa", "Airport", "Europe/Helsinki", None)
    gate = TouchpointRow("gate", "airport", "Gate", "gate", "travel")
    likely = Question("likely", Kind.NPS, {"en": "How likely?"})
    with chain.store.write() as transaction:
        places.put_survey(transaction, Survey("travel", 1, ("en",), (likely,)))
        places.put_locations(transaction, [airport])
        places.put_touchpoints(transaction, [gate])
    cast.add_counts(chain.store, TODAY.isoformat(), [(gate, "likely", 9, {10: 60, 3: 20})])
    chain.give(CHECKOUT, 42)
    chain.give(VASA_CHECKOUT, 30)

    smileys, nps = compared(chain.read(), [*LOCATIONS, airport], by_location, WEEK)

    assert (smileys.kind, names(smileys)["above"], names(smileys)["below"]) == (Kind.SMILEY5, ["Kamppi"], ["Vasa"])
    assert (nps.kind, nps.compared, nps.together and nps.together.value) == (Kind.NPS, 0, 50)


def test_a_location_is_compared_with_its_own_earlier_period(chain: Chain) -> None:
    for touchpoint, now, then in ((CHECKOUT, 42, 42), (TAPIOLA_CHECKOUT, 30, 42), (VASA_CHECKOUT, 45, 36)):
        chain.give(touchpoint, now)
        chain.give(touchpoint, then, period=WEEK.before)

    part = only(compared_with(chain.read(), LOCATIONS, by_location, WEEK, WEEK.before))

    assert names(part) == {"below": ["Tapiola"], "above": ["Vasa"], "same": ["Kamppi"]}
    (tapiola,) = part.rows["below"]
    assert tapiola.figure and tapiola.before and tapiola.difference
    assert (tapiola.figure.value, tapiola.before.value, round(tapiola.difference.value)) == (60, 84, -24)
    assert part.together and part.before and part.change
    assert (part.together.value, part.before.value, round(part.change.value, 9)) == (78, 80, -2)


def test_periods_are_compared_only_where_both_have_ten_answers(chain: Chain) -> None:
    chain.give(CHECKOUT, 42)
    chain.give(CHECKOUT, 9, of=9, period=last_days(1, WEEK.before.last))
    chain.give(VASA_CHECKOUT, 40)

    part = only(compared_with(chain.read(), LOCATIONS, by_location, WEEK, WEEK.before))

    assert names(part) == {"too few": ["Kamppi", "Tapiola", "Vasa"]}
    assert (part.compared, part.before, part.change) == (0, None, None)


def test_days_that_are_no_longer_held_are_refused() -> None:
    comparison.check_held(TODAY - timedelta(days=BACK_DAYS - 1), TODAY)

    with pytest.raises(PeriodFaults, match="too far back"):
        comparison.check_held(TODAY - timedelta(days=BACK_DAYS), TODAY)
