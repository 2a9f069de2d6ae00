"""Lamps in a button box: the real driver and the box's twin, joined by a pty."""

from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from hardware.buttons.protocol import Lit
from hardware.buttons.serial import SerialButtons
from hardware.buttons.simulated import SimulatedBox
from hardware.lights.interface import Light
from hardware.lights.serial import BoxLights
from tests.hardware.button_desk import LIMIT_S, Desk, kept, pressed


@pytest.fixture
def lit() -> SimpleQueue[Lit]:
    return SimpleQueue()


@pytest.fixture
def box(link: Path, lit: SimpleQueue[Lit]) -> Iterator[SimulatedBox]:
    with SimulatedBox(link, when_lit=lit.put) as box:
        yield box


@pytest.fixture
def lights(desk: Desk) -> BoxLights:
    assert isinstance(desk.buttons, SerialButtons)
    return BoxLights([desk.buttons])


def shown_until_dark(lights: BoxLights, lit: SimpleQueue[Lit]) -> set[Lit]:
    """What the box shows from now on, until it is told to be dark once it shows anything."""
    first = lit.get(timeout=LIMIT_S)
    lights.show(Light("off"))
    return {first, *iter(lambda: lit.get(timeout=LIMIT_S), Lit("off", 0, 0))}


def test_the_box_is_told_what_its_lamps_show(
    box: SimulatedBox, desk: Desk, lights: BoxLights, lit: SimpleQueue[Lit]
) -> None:
    desk.start()
    desk.wait_for(lambda: desk.changes == ["plugged"])

    lights.show(Light("thanks", button=4, beep=True))
    lights.show(Light("invite"))

    assert lit.get(timeout=LIMIT_S) == Lit("thanks", 4, 1)
    assert lit.get(timeout=LIMIT_S) == Lit("invite", 0, 0)


def test_a_box_that_comes_or_comes_back_is_told_what_holds_and_no_late_thanks(
    box: SimulatedBox, desk: Desk, lights: BoxLights, lit: SimpleQueue[Lit]
) -> None:
    lights.show(Light("invite"))
    lights.show(Light("thanks", button=4))

    desk.start()
    at_first = shown_until_dark(lights, lit)
    box.unplug()
    desk.wait_for(lambda: desk.changes == ["plugged", "unplugged"])
    lights.show(Light("invite"))
    lights.show(Light("thanks", button=1))
    box.plug()
    again = shown_until_dark(lights, lit)

    assert at_first == again == {Lit("invite", 0, 0)}


def test_lights_on_the_line_delay_and_lose_no_press(
    box: SimulatedBox, desk: Desk, lights: BoxLights, lit: SimpleQueue[Lit]
) -> None:
    desk.start()
    desk.wait_for(lambda: desk.changes == ["plugged"])

    for press in range(200):
        box.press(press % 5 + 1)
        lights.show(Light("thanks", button=press % 5 + 1))

    assert box.wait_until_acknowledged(LIMIT_S)
    assert kept(desk) == pressed(box)
    assert box.bad_lines == 0
