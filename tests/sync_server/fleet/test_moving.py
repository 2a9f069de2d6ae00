"""Where a terminal stands, and has stood: what it collected counts where it was given (design.md 3.9)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hymy.demo import CHAIN
from sync_server.errors import NotFound
from sync_server.fleet.chain import load_chain, read_chain
from sync_server.fleet.terminals import move, revoke
from sync_server.store import Row, Store, open_store
from tests.sync_server.fleet.heard import enrol


@pytest.fixture
def store(place: Path | str) -> Iterator[Store]:
    store = open_store(place)
    load_chain(store, read_chain(CHAIN), now_ms=1)
    yield store
    store.close()


def stood(store: Store) -> list[Row]:
    return store.read("SELECT from_at, location_id, touchpoint_id FROM terminal_places ORDER BY terminal_id, from_at")


def stands(store: Store) -> list[Row]:
    return store.read("SELECT location_id, touchpoint_id, name FROM terminals ORDER BY enrolled_at")


def test_a_terminal_s_first_place_is_where_it_was_enrolled(store: Store) -> None:
    enrol(store, "Till", now_ms=10)

    assert stood(store) == [(10, "kamppi", "kamppi-checkout")]


def test_a_moved_terminal_stands_at_the_new_place_and_the_old_one_is_remembered(store: Store) -> None:
    terminal_id = enrol(store, "Till", now_ms=10).terminal_id

    move(store, terminal_id, "london-delivery", now_ms=20)

    assert stands(store) == [("london", "london-delivery", "Till")]
    assert stood(store) == [(10, "kamppi", "kamppi-checkout"), (20, "london", "london-delivery")]


def test_a_place_is_always_newer_than_the_last_whatever_the_clock_says(store: Store) -> None:
    terminal_id = enrol(store, "Till", now_ms=10).terminal_id

    move(store, terminal_id, "london-delivery", now_ms=10)
    move(store, terminal_id, "kamppi-entrance", now_ms=3)

    assert [from_at for from_at, *_ in stood(store)] == [10, 11, 12]


def test_a_terminal_that_comes_to_one_of_its_name_gets_a_number(store: Store) -> None:
    enrol(store, "Till", now_ms=10, touchpoint_id="kamppi-entrance")
    terminal_id = enrol(store, "Till", now_ms=11).terminal_id

    move(store, terminal_id, "kamppi-entrance", now_ms=20)

    assert [name for *_, name in stands(store)] == ["Till", "Till 2"]


@pytest.mark.parametrize(
    ("name", "then"),
    [("", "kamppi-entrance 2"), ("kamppi-checkout 2", "kamppi-entrance 2"), ("kamppi-checkout B", "kamppi-checkout B")],
    ids=["made from the touchpoint", "made with a number", "given"],
)
def test_a_name_made_from_the_touchpoint_moves_with_the_terminal(store: Store, name: str, then: str) -> None:
    enrol(store, "", now_ms=10, touchpoint_id="kamppi-entrance")
    terminal_id = enrol(store, name, now_ms=11).terminal_id

    told = move(store, terminal_id, "kamppi-entrance", now_ms=20)

    assert told == then
    assert [name for *_, name in stands(store)] == ["kamppi-entrance", then]


def test_a_terminal_that_is_not_in_force_or_stands_there_already_is_not_moved(store: Store) -> None:
    terminal_id = enrol(store, "Till", now_ms=10).terminal_id

    for asked, touchpoint_id in [
        (terminal_id, "kamppi-checkout"),
        (terminal_id, "nowhere"),
        ("nobody", "kamppi-entrance"),
    ]:
        with pytest.raises(NotFound):
            move(store, asked, touchpoint_id, now_ms=20)
    revoke(store, terminal_id, now_ms=30)
    with pytest.raises(NotFound):
        move(store, terminal_id, "kamppi-entrance", now_ms=40)

    assert stood(store) == [(10, "kamppi", "kamppi-checkout")]


def test_terminals_go_where_the_chain_file_moves_their_touchpoint(store: Store) -> None:
    enrol(store, "Till", now_ms=10)
    chain = read_chain(CHAIN)
    moved = [row._replace(location_id="london") if row.touchpoint_id == "kamppi-checkout" else row for row in chain[2]]

    load_chain(store, chain._replace(touchpoints=moved), now_ms=20)
    load_chain(store, chain._replace(touchpoints=moved), now_ms=30)

    assert stands(store) == [("london", "kamppi-checkout", "Till")]
    assert stood(store) == [(10, "kamppi", "kamppi-checkout"), (20, "london", "kamppi-checkout")]
