"""The real driver on a pin where fingers break the beam; see wires.py for the board it is on."""

from collections.abc import Iterator

import pytest

from hardware.counters.gpio import GpioCounter
from hardware.counters.passages import BEAM, Sensor
from hardware.pins import Board
from hardware.wiring import Lines
from tests.hardware.counting import Footfall
from tests.hardware.wires import DEVICE, Finger, fingers

QUICK = Sensor(least_s=0.0, apart_s=0.0, stuck_after_s=0.5)
LINE = Lines(DEVICE[:1], active_high=False)


@pytest.fixture
def beam(board: Board) -> Iterator[Finger]:
    with fingers(board) as finger:
        yield finger[0]


@pytest.fixture
def footfall(board: Board, beam: Finger) -> Iterator[Footfall]:
    footfall = Footfall(GpioCounter(QUICK, LINE, board))
    footfall.start()
    footfall.wait_for(lambda: footfall.changes == ["plugged"])
    yield footfall
    footfall.counter.stop()


def test_a_beam_that_is_broken_and_clear_again_is_one_person(footfall: Footfall, beam: Finger) -> None:
    beam.tap()
    beam.tap()

    footfall.wait_for(lambda: footfall.counted == [1, 1])


def test_a_beam_that_stays_broken_is_told_until_it_is_clear(footfall: Footfall, beam: Finger) -> None:
    beam.down()
    footfall.wait_for(lambda: footfall.changes == ["plugged", "stuck"])

    beam.up()
    footfall.wait_for(lambda: footfall.changes == ["plugged", "stuck", "plugged"])


def test_a_beam_that_counts_too_much_is_told_once_and_no_longer_counted(footfall: Footfall, beam: Finger) -> None:
    for _ in range(400):
        beam.tap()
    footfall.wait_for(lambda: footfall.changes == ["plugged", "suspicious"])
    footfall.counter.stop()

    assert 360 <= len(footfall.counted) < 400  # and two a second more
    assert footfall.changes == ["plugged", "suspicious"]


def test_a_beam_that_flickers_counts_nobody_and_is_told_once(board: Board, beam: Finger) -> None:
    footfall = Footfall(GpioCounter(BEAM, LINE, board))
    footfall.start()
    footfall.wait_for(lambda: footfall.changes == ["plugged"])

    while footfall.changes == ["plugged"]:
        beam.tap()
    footfall.counter.stop()

    assert footfall.changes == ["plugged", "suspicious"]
    assert sum(footfall.counted) < 10  # where this computer stalled for as long as a person takes


def test_a_motion_sensor_is_read_the_other_way_round(board: Board) -> None:
    footfall = Footfall(GpioCounter(QUICK, Lines(DEVICE[:1], active_high=True), board))
    with fingers(board, active_high=True) as finger:
        footfall.start()
        footfall.wait_for(lambda: footfall.changes == ["plugged"])

        finger[0].tap()
        footfall.wait_for(lambda: footfall.counted == [1])
        footfall.counter.stop()


def test_a_pin_that_cannot_be_had_counts_as_unplugged() -> None:
    footfall = Footfall(GpioCounter(QUICK, LINE, Board("none")))

    footfall.start()
    footfall.wait_for(lambda: footfall.changes == ["unplugged"])
    footfall.counter.stop()
