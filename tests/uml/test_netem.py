"""Between terminal and server a network that delays, loses, repeats and lets overtake: Linux's own netem."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.buttons.simulated import SimulatedBox
from tests.faults.lives import guarded
from tests.soak import long, share_of
from tests.together.shop import wait_until
from tests.uml import inside, lives
from tests.uml.machine import LIMIT_S, Machine, why_not

BAD = "delay 20ms 15ms 25% loss 8% duplicate 5% reorder 20% 50%"
GONE = "loss 100%"
SHORT, LONG = 60, share_of(3_000)  # presses
BURST = 5
GONE_S = 2.0

pytestmark = [pytest.mark.skipif(bool(why_not()), reason=why_not()), pytest.mark.timeout(120), pytest.mark.soak]


@pytest.fixture
def box(tmp_path: Path) -> Iterator[SimulatedBox]:
    with SimulatedBox(tmp_path / "box") as box:
        yield box


@pytest.fixture
def machine(tmp_path: Path, box: SimulatedBox) -> Iterator[Machine]:
    """A server, and a terminal that has exchanged with it."""
    with Machine(tmp_path / "console", box=box.link) as machine:
        machine.call(inside.load, "sch_netem")
        code = machine.call(lives.begin_shop)
        machine.begin(lives.web_server, time.time_ns() // 1_000_000)
        machine.begin(lives.terminal, guarded, code)
        press(machine, box)
        yield machine


def worsen(machine: Machine, how: str) -> None:
    machine.call(inside.run, "tc", "qdisc", "add", "dev", "lo", "root", "netem", *how.split())


def mend(machine: Machine) -> str:
    """Returns the kernel's own count of what it did."""
    said = machine.call(inside.run, "tc", "-s", "qdisc", "show", "dev", "lo")
    machine.call(inside.run, "tc", "qdisc", "del", "dev", "lo", "root")
    return said


def press(machine: Machine, box: SimulatedBox, times: int = 1) -> None:
    """Until all of it is on the server."""
    for _ in range(times):
        box.press(1 + len(box.record) % box.buttons)
    wait_until(lambda: len(machine.call(lives.answers)) >= len(box.record), LIMIT_S)


@pytest.mark.parametrize("presses", [SHORT, long(LONG, timeout_s=LONG)])
def test_a_bad_network_neither_loses_nor_doubles_a_press(machine: Machine, box: SimulatedBox, presses: int) -> None:
    worsen(machine, BAD)

    for _ in range(0, presses, BURST):
        press(machine, box, BURST)

    dropped = re.search(r"dropped (\d+)", mend(machine))
    assert dropped and int(dropped[1]) > 0, "The network was not bad."
    assert [value for _, value in machine.call(lives.answers)] == [made.button for made in box.record]


@pytest.mark.soak
def test_nothing_comes_through_a_network_that_loses_all_and_all_of_it_once_it_is_well(
    machine: Machine, box: SimulatedBox
) -> None:
    before = len(box.record)
    worsen(machine, GONE)
    for _ in range(SHORT):
        box.press(2)
    assert box.wait_until_acknowledged(LIMIT_S)
    machine.call(time.sleep, GONE_S)
    assert len(machine.call(lives.answers)) == before

    mend(machine)
    press(machine, box)

    assert [value for _, value in machine.call(lives.answers)] == [made.button for made in box.record]
