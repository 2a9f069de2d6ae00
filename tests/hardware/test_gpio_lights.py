"""The real driver on pins that eyes watch; see wires.py for the board they are on. The buzzer is on the third pin."""

from collections.abc import Iterator
from queue import SimpleQueue

import pytest

from hardware.lights.gpio import GpioLights
from hardware.lights.interface import Light
from hardware.pins import Board
from hardware.wiring import Lines
from tests.hardware.wires import DEVICE, LIMIT_S, Eyes, eyes

LAMPS, BUZZER = Lines(DEVICE[:2], active_high=True), Lines(DEVICE[2:], active_high=True)
SOUND = 3


@pytest.fixture
def watching(board: Board) -> Iterator[Eyes]:
    with eyes(board) as watching:
        yield watching


@pytest.fixture
def lights(board: Board, watching: Eyes) -> Iterator[GpioLights]:
    lights = GpioLights(LAMPS, BUZZER, board)
    lights.start(when_changed=lambda state: None)
    yield lights
    lights.stop()


def test_an_invitation_lights_all_lamps_and_closing_hours_none(lights: GpioLights, watching: Eyes) -> None:
    lights.show(Light("invite"))
    watching.wait_for({1, 2})

    lights.show(Light("off"))
    watching.wait_for(set())

    assert not any(SOUND in lit for lit in watching.seen)


def test_thanks_light_one_lamp_with_a_beep_and_then_what_was_there_before(lights: GpioLights, watching: Eyes) -> None:
    lights.show(Light("invite"))
    watching.wait_for({1, 2})

    lights.show(Light("thanks", button=2, beep=True))
    watching.wait_for({2, SOUND})
    watching.wait_for({2})
    watching.wait_for({1, 2})


def test_thanks_last_although_the_invitation_is_shown_again_at_once(lights: GpioLights, watching: Eyes) -> None:
    lights.show(Light("thanks", button=2))
    lights.show(Light("invite"))

    watching.wait_for({2})
    watching.wait_for({1, 2})


def test_thanks_for_a_button_without_a_lamp_are_heard(lights: GpioLights, watching: Eyes) -> None:
    lights.show(Light("thanks", button=9, beep=True))

    watching.wait_for({SOUND})
    watching.wait_for(set())


def test_out_of_order_flashes_the_first_lamp(lights: GpioLights, watching: Eyes) -> None:
    lights.show(Light("out_of_order"))

    watching.wait_for({1})
    watching.wait_for(set())


def test_stopping_leaves_all_dark(lights: GpioLights, watching: Eyes) -> None:
    lights.show(Light("invite"))
    watching.wait_for({1, 2})

    lights.stop()

    watching.wait_for(set())


def test_lamps_that_are_lit_by_a_low_level_are_driven_the_other_way_round(board: Board) -> None:
    with eyes(board, active_high=False) as watching:
        lights = GpioLights(Lines(DEVICE, active_high=False), None, board)
        lights.start(when_changed=lambda state: None)

        lights.show(Light("thanks", button=3))
        watching.wait_for({3})
        lights.stop()


def test_without_the_pins_showing_waits_for_nothing_and_that_is_told() -> None:
    changes: SimpleQueue[str] = SimpleQueue()
    lights = GpioLights(LAMPS, BUZZER, Board("none"))
    lights.start(when_changed=changes.put)

    lights.show(Light("invite"))
    told = changes.get(timeout=LIMIT_S)
    lights.stop()

    assert told == "unplugged"
