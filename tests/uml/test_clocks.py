"""A terminal's computer whose clock is set, really set: the exchange goes on, and the answers' times come out right."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from hardware.buttons.simulated import SimulatedBox
from kiosk import main, repeating
from tests.together.shop import wait_until
from tests.uml import inside, lives
from tests.uml.machine import LIMIT_S, Machine, why_not

PERIOD_S = 1.5  # of the heartbeat, instead of 30
LOOK_S = 0.25  # how often the terminal looks at its clock, instead of 1
WATCH_S = 3.5 * PERIOD_S
RIGHT_MS = 2_000
IN_1970 = 60.0  # no wall clock can be set to before its computer was switched on
HOUR, DAY, YEAR = 3_600, 86_400, 365 * 86_400
ANSWERS = f"Buttons at {inside.BOX}: there"
ROUND = {"to today": 0, "1 h back": -HOUR, "1 y back": -YEAR, "3 d forward": 3 * DAY, "10 y forward": 10 * YEAR}

pytestmark = [pytest.mark.skipif(bool(why_not()), reason=why_not()), pytest.mark.timeout(300), pytest.mark.soak]


@pytest.fixture
def box(tmp_path: Path) -> Iterator[SimulatedBox]:
    with SimulatedBox(tmp_path / "box") as box:
        yield box


def hurried() -> None:
    """What takes its time in a shop."""
    patch.object(main, "HEARTBEAT", timedelta(seconds=PERIOD_S)).start()
    patch.object(repeating, "LOOK_EVERY_S", LOOK_S).start()


def hurried_without_guard() -> None:
    """A guard taken away: nobody notices that the clock was set."""
    hurried()
    patch.object(repeating.Repeating, "look", lambda self: False).start()


def begin(machine: Machine, guards: Callable[[], None]) -> None:
    """A server whose clock is right, and a terminal on a computer that was switched on in 1970.

    What is pressed before the terminal listens would wait at the port, and say how old it was when it came there.
    """
    code = machine.call(lives.begin_shop)
    machine.begin(lives.web_server, time.time_ns() // 1_000_000)
    machine.call(inside.set_clock, IN_1970)
    machine.begin(lives.terminal, guards, code)
    wait_until(lambda: ANSWERS in machine.console(), LIMIT_S)


def press(machine: Machine, box: SimulatedBox) -> None:
    """Until it is on the server."""
    box.press(1 + len(box.record) % box.buttons)
    wait_until(lambda: len(machine.call(lives.answers)) == len(box.record), LIMIT_S)


def wrong(machine: Machine, box: SimulatedBox) -> list[int]:
    """By how many milliseconds each answer's time differs from when the button was pressed, where that is too much."""
    given = [at for at, _ in machine.call(lives.answers)]
    differences = [at - round(made.at.timestamp() * 1000) for at, made in zip(given, box.record, strict=True)]
    return [difference for difference in differences if abs(difference) > RIGHT_MS]


def test_rule_8_a_clock_that_jumps_neither_stops_the_exchange_nor_makes_an_answer_s_time_wrong(
    tmp_path: Path, box: SimulatedBox
) -> None:
    with Machine(tmp_path / "console", box=box.link) as machine:
        begin(machine, hurried)
        press(machine, box)

        pauses = {"1970": machine.call(lives.longest_pause, WATCH_S)}
        for name, step_s in ROUND.items():
            machine.call(inside.set_clock, time.time() + step_s)
            press(machine, box)
            pauses[name] = machine.call(lives.longest_pause, WATCH_S)

        assert max(pauses.values()) < 2 * PERIOD_S, pauses
        assert wrong(machine, box) == []


def test_without_its_guard_the_exchange_stops_when_the_clock_is_set_back(tmp_path: Path, box: SimulatedBox) -> None:
    with Machine(tmp_path / "console", box=box.link) as machine:
        begin(machine, hurried_without_guard)
        machine.call(inside.set_clock, time.time())
        press(machine, box)
        assert machine.call(lives.longest_pause, WATCH_S) < 2 * PERIOD_S

        machine.call(inside.set_clock, time.time() - HOUR)

        assert machine.call(lives.longest_pause, WATCH_S) > 2 * PERIOD_S
