"""What the generated histories found, each as short as it can be told; and the mutants that chance seldom meets."""

from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from kiosk.forgetting import DAY_MS
from tests.model import judge
from tests.model.history import a_world
from tests.model.mutants import mutated
from tests.model.server import TOUCHPOINTS
from tests.model.world import MOST_STEPS, World

ELSEWHERE = TOUCHPOINTS[1]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two terminals; the first one is enrolled."""
    with a_world(tmp_path, Counter()) as world:
        world.terminals[0].settle(MOST_STEPS)
        yield world


def faults(world: World) -> list[str]:
    world.settle()
    return judge.faults(world)


def test_rule_4_what_a_clone_brings_at_another_location_counts_once(world: World) -> None:
    original = world.terminals[0]
    world.press(original)
    clone = world.clone(original.card, ELSEWHERE)
    world.refuse(original)

    original.settle(MOST_STEPS)
    clone.settle(MOST_STEPS)

    assert faults(world) == []


@pytest.mark.parametrize("first", [0, 1])
def test_rule_4_what_two_clones_carried_over_at_two_locations_counts_once(world: World, first: int) -> None:
    original = world.terminals[0]
    world.press(original)
    world.press(original)
    clone = world.clone(original.card, ELSEWHERE)
    world.press(original)
    world.press(clone)
    world.refuse(original)

    for terminal in (original, clone)[:: -1 if first else 1]:
        terminal.batch_size = 2
        terminal.settle(MOST_STEPS)

    assert faults(world) == []


def test_rule_4_a_closed_journal_in_whose_place_a_clone_s_history_stands_is_carried_over(world: World) -> None:
    original = world.terminals[0]
    world.server.back_up()
    clone = world.clone(original.card, TOUCHPOINTS[0])
    clone.settle(MOST_STEPS)
    world.press(clone)
    world.press(clone)
    clone.settle(MOST_STEPS)
    world.move(clone, ELSEWHERE)
    clone.settle(MOST_STEPS)

    world.restore(world.server.kept[0])
    world.press(original)
    original.settle(MOST_STEPS)

    assert faults(world) == []


@pytest.mark.parametrize("design", ["ours", "forgotten inside and above a gap"])
def test_rule_3_nothing_inside_a_gap_is_forgotten(world: World, design: str) -> None:
    terminal = world.terminals[0]
    world.server.back_up()
    for _ in range(3):
        world.press(terminal)
    terminal.settle(MOST_STEPS)
    image = world.image(terminal.card)
    with nullcontext() if design == "ours" else mutated(design):
        world.age()
        world.restore(world.server.thrown_away[0])
        terminal.settle(MOST_STEPS)
        world.server.back_up()
        world.server.back_up()
        world.server.forget_vanished()
        world.put_back(terminal, image)
        world.pass_ms(91 * DAY_MS)

        terminal.step()
        terminal.tidy()

        found = faults(world)

    assert bool(found) == (design != "ours")


@pytest.mark.parametrize("design", ["ours", "closed journals emptied"])
def test_rule_4_a_closed_journal_is_sent_to_a_server_restored_to_before(world: World, design: str) -> None:
    terminal = world.terminals[0]
    world.server.back_up()
    world.press(terminal)
    world.move(terminal, ELSEWHERE)
    with nullcontext() if design == "ours" else mutated(design):
        terminal.settle(MOST_STEPS)
        terminal.settle(MOST_STEPS)

        world.restore(world.server.kept[0])

        found = faults(world)

    assert bool(found) == (design != "ours")


def test_rule_4_a_closed_journal_comes_after_what_was_carried_over_from_it_at_another_location(world: World) -> None:
    """Its row at the other location was dropped as empty, and with it where the carried entries are."""
    original = world.terminals[0]
    original.settle(MOST_STEPS)
    clone = world.clone(original.card, TOUCHPOINTS[0])
    for terminal in (original, clone):
        world.press(terminal)
        world.press(terminal)
    world.server.back_up()
    original.settle(MOST_STEPS)
    clone.step()
    world.restore(world.server.kept[0])
    world.wipe(original)
    world.touchpoints[clone.name], world.was_moved = ELSEWHERE, True
    world.refuse(clone)

    assert faults(world) == []


def test_rule_3_what_is_lacking_of_a_closed_journal_that_was_emptied_is_shown(world: World) -> None:
    """The backup that came back had been thrown away, and all of the journal is forgotten."""
    terminal = world.terminals[0]
    world.server.back_up()
    world.press(terminal)
    world.move(terminal, ELSEWHERE)
    terminal.settle(MOST_STEPS)
    terminal.settle(MOST_STEPS)
    world.age()
    assert world.presses.keys() <= world.forgotten.keys()

    world.restore(world.server.thrown_away[0])

    assert faults(world) == []
    assert world.seen["lost: forgotten everywhere, and shown"] == 1


@pytest.mark.parametrize("presses", [1, 9], ids=["fewer than were forgotten", "more"])
def test_rule_3_what_was_forgotten_and_a_clone_s_history_stands_in_its_place_is_shown(
    world: World, presses: int
) -> None:
    """The clone comes first to the ancient server, and its entries bear the seqs of those that are missing."""
    original = world.terminals[0]
    world.press(original)
    original.settle(MOST_STEPS)
    world.server.back_up()
    clone = world.clone(original.card, TOUCHPOINTS[0])
    for _ in range(4):
        world.press(original)
    for _ in range(presses):
        world.press(clone)
    original.settle(MOST_STEPS)
    world.terminals.remove(clone)
    world.age()
    world.terminals.append(clone)

    world.restore(world.server.thrown_away[0])
    clone.settle(MOST_STEPS)

    assert faults(world) == []
    assert world.seen["lost: forgotten everywhere, and shown"] == 3
    assert world.seen["fork below what is forgotten"] == 1
