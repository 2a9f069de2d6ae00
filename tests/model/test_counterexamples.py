"""What the generated histories found, each as short as it can be told; and the mutants that chance seldom meets."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model import judge
from tests.model.history import a_world
from tests.model.world import MOST_STEPS, World

ELSEWHERE = "vasa-checkout"


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
