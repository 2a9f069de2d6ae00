"""What comparisons and long periods are read from: the rollups of each day."""

import pytest

from sync_server.store import Store
from sync_server.store.results import counts_by_location, daily_counts, period_counts
from tests import cast


@pytest.fixture
def filled(store: Store) -> Store:
    cast.settle(store)
    cast.add_counts(
        store, "2026-11-20", [(cast.CHECKOUT, "overall", 10, {5: 3, 1: 1}), (cast.CHECKOUT, "why", 10, {2: 9})]
    )
    cast.add_counts(
        store, "2026-11-21", [(cast.CHECKOUT, "overall", 9, {5: 2}), (cast.ENTRANCE, "overall", 17, {5: 4})]
    )
    cast.add_counts(store, "2026-11-22", [(cast.CHECKOUT, "overall", 9, {4: 7})])
    cast.add_counts(store, "2026-11-21", [(cast.TOUCHPOINTS[2], "overall", 9, {3: 6})])
    return store


def test_a_period_adds_up_its_days_and_touchpoints(filled: Store) -> None:
    assert period_counts(filled, "kamppi", "overall", "2026-11-20", "2026-11-21") == {1: 1, 5: 9}
    assert period_counts(filled, "kamppi", "overall", "2026-11-22", "2026-12-31") == {4: 7}
    assert period_counts(filled, "vasa", "overall", "2026-11-20", "2026-11-21") == {}


def test_a_period_is_told_day_by_day(filled: Store) -> None:
    days = daily_counts(filled, "kamppi", "overall", "2026-11-20", "2026-11-21")
    assert days == {"2026-11-20": {1: 1, 5: 3}, "2026-11-21": {5: 6}}


def test_locations_are_told_side_by_side(filled: Store) -> None:
    found = counts_by_location(filled, "overall", "2026-11-21", "2026-11-22")
    assert found == {"kamppi": {4: 7, 5: 6}, "tapiola": {3: 6}}
