"""The real driver and the counter's twin, joined by a pty."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from hardware.buttons.protocol import Asked, Counted, decode, encode
from hardware.counters.serial import SerialCounter
from hardware.counters.simulated import SimulatedCounter
from tests.hardware.counting import Footfall


@pytest.fixture
def door(link: Path) -> Iterator[SimulatedCounter]:
    with SimulatedCounter(link, say_every_s=0.02) as door:
        yield door


@pytest.fixture
def footfall(link: Path) -> Iterator[Footfall]:
    footfall = Footfall(SerialCounter(str(link)))
    yield footfall
    footfall.counter.stop()


def start(footfall: Footfall) -> None:
    footfall.start()
    footfall.wait_for(lambda: footfall.changes == ["plugged"])


def test_who_passes_is_counted(door: SimulatedCounter, footfall: Footfall) -> None:
    start(footfall)

    door.pass_by()
    door.pass_by(3)

    footfall.wait_for(lambda: sum(footfall.counted) == 4)


def test_who_passed_before_the_terminal_came_is_not(door: SimulatedCounter, footfall: Footfall) -> None:
    door.pass_by(100)
    start(footfall)

    door.pass_by()

    footfall.wait_for(lambda: footfall.counted == [1])


def test_who_passes_while_the_cable_is_out_counts_when_it_is_back(door: SimulatedCounter, footfall: Footfall) -> None:
    start(footfall)

    for _ in range(3):
        door.unplug()
        footfall.wait_for(lambda: footfall.changes[-1] == "unplugged")
        door.pass_by(5)
        door.plug()
        footfall.wait_for(lambda: footfall.changes[-1] == "plugged")

    footfall.wait_for(lambda: footfall.counted == [5, 5, 5])


def test_a_counter_that_was_switched_off_and_on_counts_on_from_0(door: SimulatedCounter, footfall: Footfall) -> None:
    start(footfall)
    door.pass_by(7)
    footfall.wait_for(lambda: sum(footfall.counted) == 7)

    door.restart()
    door.pass_by(2)

    footfall.wait_for(lambda: sum(footfall.counted) == 9)


def test_noise_and_lines_of_others_count_nothing(door: SimulatedCounter, footfall: Footfall) -> None:
    start(footfall)

    door.make_noise(Random(5).randbytes(500) + b"\n" + encode(Asked()) + b"count 00000000 99*0000\n")
    door.pass_by(2)

    footfall.wait_for(lambda: footfall.counted == [2])


def test_an_absurd_number_counts_nothing_and_is_told_once(door: SimulatedCounter, footfall: Footfall) -> None:
    start(footfall)

    for _ in range(10):
        door.pass_by(5000)
    footfall.wait_for(lambda: footfall.changes == ["plugged", "suspicious"])
    footfall.counter.stop()

    assert footfall.counted == []
    assert footfall.changes == ["plugged", "suspicious"]


def test_a_line_on_which_nobody_counts_is_unplugged(door: SimulatedCounter, link: Path) -> None:
    door.close()
    door.plug()
    footfall = Footfall(SerialCounter(str(link), silent_after_s=0.05))

    footfall.start()
    footfall.wait_for(lambda: footfall.changes == ["unplugged"])
    footfall.counter.stop()
    door.unplug()


def test_the_manuals_example_lines_are_right() -> None:
    manual = Path("docs/hardware.md").read_text(encoding="utf-8")
    examples = re.findall(r"^    (count .*)$", manual, flags=re.MULTILINE)

    totals = [decode(example.encode()) for example in examples]

    assert totals == [Counted("9f3a02c4", 1233), Counted("9f3a02c4", 1234)]
