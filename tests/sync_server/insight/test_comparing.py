"""Above, same and below: marked only where it holds among all that are compared."""

from collections.abc import Iterable

import pytest

from survey.figures import Days, Figure, Measure, days_of, difference, share, shrunken
from sync_server.insight.comparing import Compared, compare


def days(*good_of_50: int) -> Days:
    return days_of(Measure.SATISFIED, [(50 - good, 0, good) for good in good_of_50])


def place(good: int) -> Days:
    """Ten days of 50 answers with so many satisfied, or one more or less: as chance would have them, or less so."""
    return days(*[good - 1, good + 1] * 5)


def sides(compared: Iterable[Compared]) -> list[str]:
    return [place.side for place in compared]


def test_places_are_above_or_below_where_they_differ_from_the_others_and_else_the_same() -> None:
    places = {"kamppi": place(43), "tapiola": place(43), "vasa": place(35), "lahti": place(48), "turku": place(42)}

    compared = compare(Measure.SATISFIED, places)

    assert {name: place.side for name, place in compared.items()} == {
        "kamppi": "same",
        "tapiola": "same",
        "vasa": "below",
        "lahti": "above",
        "turku": "same",
    }


def test_a_place_is_compared_with_all_the_others_together() -> None:
    compared = compare(Measure.SATISFIED, {"kamppi": days(40, 40), "tapiola": days(30, 30), "vasa": days(25, 25)})

    # days are no more different than chance has it, so no interval is widened
    assert compared["kamppi"].figure == share(80, 100)
    assert compared["kamppi"].difference == difference(share(80, 100), share(110, 200))


def test_days_that_differ_much_make_differences_hold_less() -> None:
    calm = {"kamppi": days(40, 40, 40, 40), "tapiola": days(30, 30, 30, 30)}
    wild = {"kamppi": days(50, 30, 50, 30), "tapiola": days(40, 20, 20, 40)}

    assert sides(compare(Measure.SATISFIED, calm).values()) == ["above", "below"]
    assert sides(compare(Measure.SATISFIED, wild).values()) == ["same", "same"]
    widened = compare(Measure.SATISFIED, wild)["kamppi"].figure
    assert (widened.value, widened.n) == (0.8, 200)
    assert widened.low < share(160, 200).low


def test_one_of_many_must_differ_more_than_one_of_two() -> None:
    odd = days(36, 36)  # 72 % among places with 84 %
    few = compare(Measure.SATISFIED, {"odd": odd, "other": days(*[42] * 80)})
    many = compare(Measure.SATISFIED, {"odd": odd} | {f"other {number}": days(42, 42) for number in range(40)})

    assert few["odd"].difference and many["odd"].difference
    assert few["odd"].difference.p == pytest.approx(many["odd"].difference.p)
    assert few["odd"].side == "below"
    assert many["odd"].side == "same"


def test_under_ten_answers_nothing_is_compared() -> None:
    nine = days_of(Measure.SATISFIED, [(9, 0, 0)])

    compared = compare(Measure.SATISFIED, {"kamppi": days(40), "tapiola": nine})

    assert sides(compared.values()) == ["too few", "too few"]
    assert compared["tapiola"].difference is None


def test_a_place_alone_and_no_place_at_all_are_compared_with_nothing() -> None:
    assert sides(compare(Measure.SATISFIED, {"kamppi": days(40, 45)}).values()) == ["too few"]
    assert compare(Measure.SATISFIED, {}) == {}


def test_a_list_is_sorted_by_scores_that_few_answers_do_not_lead() -> None:
    ten_of_ten = days_of(Measure.SATISFIED, [(0, 0, 10)])

    compared = compare(Measure.SATISFIED, {"small": ten_of_ten, "good": place(47), "usual": place(40)})

    assert compared["small"].figure.value > compared["good"].figure.value
    assert compared["small"].score < compared["good"].score
    assert compared["small"].score == shrunken(1, 10, mean=880 / 1010)


def test_nps_is_compared_in_its_own_unit() -> None:
    happy, unhappy = (days_of(Measure.NPS, [(0,) * 6 + (low, 0, 20, 0, 80 - low)] * 5) for low in (5, 40))

    compared = compare(Measure.NPS, {"kamppi": happy, "vasa": unhappy})

    assert compared["kamppi"].difference and compared["kamppi"].difference.value == 70
    assert sides(compared.values()) == ["above", "below"]
    assert isinstance(compared["vasa"].figure, Figure)
