"""What a location's period is read from, in every store."""

import pytest

from sync_server.store import Store, late, places, results
from sync_server.store.late import LateKey
from sync_server.store.period import hour_counts, hour_rows, question_ids, series, value_counts
from sync_server.store.results import Count
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE

PERIOD = ("2026-11-20", "2026-11-21")


@pytest.fixture
def filled(store: Store) -> Store:
    cast.settle(store)
    given = [
        (CHECKOUT, "overall", 10, {5: 3, 1: 1}),
        (CHECKOUT, "why", 10, {2: 9}),
        (CHECKOUT, "count:door", 10, {0: 40}),
    ]
    cast.add_counts(store, "2026-11-20", given)
    cast.add_counts(store, "2026-11-21", [(CHECKOUT, "overall", 10, {5: 2}), (ENTRANCE, "overall", 17, {5: 4})])
    cast.add_counts(store, "2026-11-22", [(CHECKOUT, "overall", 9, {4: 7}), (CHECKOUT, "why", 9, {1: 1})])
    cast.add_counts(store, "2026-11-21", [(cast.TOUCHPOINTS[2], "overall", 9, {3: 6})])
    return store


def test_a_period_is_told_by_touchpoint_and_value_day_by_day(filled: Store) -> None:
    found = series(filled, "kamppi", ["overall", "staff:overall"], *PERIOD)

    days = {(one[:3]): dict(zip(one.days, one.answers, strict=True)) for one in found}
    assert days == {
        ("overall", "kamppi-checkout", 1): {20261120: 1},
        ("overall", "kamppi-checkout", 5): {20261120: 3, 20261121: 2},
        ("overall", "kamppi-entrance", 5): {20261121: 4},
    }
    assert series(filled, "kamppi", [], *PERIOD) == []


def test_choices_and_hours_are_added_up(filled: Store) -> None:
    assert value_counts(filled, "kamppi", ["why"], *PERIOD) == {("why", 2): 9}
    assert hour_counts(filled, "kamppi", "overall", [PERIOD, [], ["2026-11-22"]]) == [
        {(10, 5): 5, (10, 1): 1, (17, 5): 4},
        {},
        {(9, 4): 7},
    ]
    assert hour_counts(filled, "kamppi", "overall", [[], []]) == [{}, {}]
    assert hour_rows(filled, "kamppi", ["count:door", "why"], ["2026-11-20", "2026-11-22"]) == [
        ("2026-11-20", Count("count:door", "kamppi-checkout", 10, 0, 40)),
        ("2026-11-20", Count("why", "kamppi-checkout", 10, 2, 9)),
        ("2026-11-22", Count("why", "kamppi-checkout", 9, 1, 1)),
    ]


def test_what_is_asked_or_counted_at_a_location_is_known(filled: Store) -> None:
    assert set(question_ids(filled, "kamppi")) == {"overall", "why", "count:door"}
    assert question_ids(filled, "vasa") == []


def test_late_answers_add_up_by_day(filled: Store) -> None:
    for answers in (2, 3):
        with filled.write() as transaction:
            late.add(transaction, {LateKey("kamppi", "overall", "2026-11-20"): answers}, 0)

    assert late.by_day(filled, "kamppi", "overall", *PERIOD) == {"2026-11-20": 5}
    assert late.by_day(filled, "tapiola", "overall", *PERIOD) == {}


def test_touchpoints_stand_in_the_order_in_which_they_were_set_up(filled: Store) -> None:
    with filled.write() as transaction:
        places.put_touchpoints(transaction, [ENTRANCE, CHECKOUT])

    names = [touchpoint.name for touchpoint in results.touchpoints(filled, "kamppi")]

    assert names == ["Entrance", "Checkout"]
