"""The real driver on pins that fingers press; see wires.py for the board they are on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.buttons.gpio import GpioButtons
from hardware.pins import Board
from hardware.wiring import Lines
from tests.hardware.button_desk import LIMIT_S, Desk
from tests.hardware.wires import DEVICE, Finger, fingers

LINES = Lines(DEVICE, active_high=False)


@pytest.fixture
def finger(board: Board) -> Iterator[list[Finger]]:
    """finger[0] is on button 1."""
    with fingers(board) as finger:
        yield finger


@pytest.fixture
def desk(board: Board, finger: list[Finger]) -> Iterator[Desk]:
    desk = Desk(Path(), make_buttons=lambda: GpioButtons(LINES, board))
    yield desk
    desk.buttons.stop()


def start(desk: Desk) -> None:
    desk.start()
    desk.wait_for(lambda: desk.changes == ["plugged"])


def buttons(desk: Desk) -> list[tuple[int, int]]:
    return [(press.seq, press.button) for press in desk.handed]


def test_a_press_is_handed_over_at_its_first_edge(desk: Desk, finger: list[Finger]) -> None:
    start(desk)

    finger[2].down()
    desk.wait_for(lambda: len(desk.handed) == 1)

    press = desk.handed[0]
    assert (press.source, press.seq, press.button) == (desk.buttons.source, 1, 3)
    assert 0 <= press.age_ms < LIMIT_S * 1000


def test_contacts_that_bounce_make_one_press_each(desk: Desk, finger: list[Finger]) -> None:
    start(desk)

    for one in finger:
        one.tap(bounces=3)
    desk.wait_for(lambda: len(desk.handed) == 3)
    desk.buttons.stop()

    assert buttons(desk) == [(1, 1), (2, 2), (3, 3)]


def test_two_buttons_pressed_together_are_two_presses(desk: Desk, finger: list[Finger]) -> None:
    start(desk)

    finger[0].down()
    finger[1].down()
    desk.wait_for(lambda: len(desk.handed) == 2)

    assert buttons(desk) == [(1, 1), (2, 2)]


def test_a_press_the_journal_refused_comes_again_and_before_the_next(desk: Desk, finger: list[Finger]) -> None:
    desk.refuses = True
    start(desk)

    finger[0].tap()
    finger[1].tap()
    desk.wait_for(lambda: len(desk.journal) == 2)

    assert [(press.seq, press.button) for press in desk.journal] == [(1, 1), (2, 2)]
    assert desk.journal[0].age_ms >= 300


def test_what_was_not_kept_is_handed_over_again_after_the_next_start(desk: Desk, finger: list[Finger]) -> None:
    desk.keeps = False
    start(desk)
    finger[0].tap()
    finger[1].tap()
    desk.wait_for(lambda: len(desk.handed) == 2)
    desk.keep(desk.handed[0])

    desk.buttons.stop()
    desk.start()
    desk.wait_for(lambda: len(desk.handed) == 3)

    assert buttons(desk) == [(1, 1), (2, 2), (2, 2)]


def test_a_second_program_names_its_presses_anew(board: Board) -> None:
    assert GpioButtons(LINES, board).source != GpioButtons(LINES, board).source


def test_a_button_that_is_stuck_is_one_press_and_is_told_until_it_is_released(
    board: Board, desk: Desk, finger: list[Finger]
) -> None:
    desk.buttons = GpioButtons(LINES, board, stuck_after_s=0.05)
    start(desk)

    finger[0].down()
    desk.wait_for(lambda: desk.changes == ["plugged", "stuck"])
    finger[1].tap()
    finger[0].up()
    desk.wait_for(lambda: desk.changes == ["plugged", "stuck", "plugged"])

    assert buttons(desk) == [(1, 1), (2, 2)]


def test_a_button_held_while_the_program_starts_is_no_press(desk: Desk, finger: list[Finger]) -> None:
    finger[0].down()
    start(desk)

    finger[1].tap()
    desk.wait_for(lambda: len(desk.handed) == 1)

    assert buttons(desk) == [(1, 2)]


def test_buttons_to_3_volt_are_read_the_other_way_round(board: Board) -> None:
    desk = Desk(Path(), make_buttons=lambda: GpioButtons(Lines(DEVICE, active_high=True), board))
    with fingers(board, active_high=True) as finger:
        start(desk)

        finger[1].down()
        desk.wait_for(lambda: len(desk.handed) == 1)
        desk.buttons.stop()

    assert buttons(desk) == [(1, 2)]


def test_when_too_many_wait_to_be_kept_the_oldest_goes_and_is_told(
    board: Board, desk: Desk, finger: list[Finger], caplog: pytest.LogCaptureFixture
) -> None:
    buttons = GpioButtons(LINES, board, capacity=2)
    desk.buttons, desk.keeps = buttons, False
    start(desk)

    for count, one in enumerate(finger, start=1):
        one.tap()
        desk.wait_for(lambda count=count: len(desk.handed) == count)
    desk.buttons.stop()
    desk.start()
    desk.wait_for(lambda: len(desk.handed) == 5)

    assert [press.seq for press in desk.handed] == [1, 2, 3, 2, 3]
    assert buttons.missed == 1
    assert "No room for more: 1 presses lost" in caplog.text


@pytest.mark.parametrize(
    ("factory", "expected"),
    [("lgpoi", 'no pin factory "lgpoi". Known are: lgpio, mock'), ("pigpio", 'pin factory "pigpio": ')],
)
def test_a_pin_factory_that_cannot_be_had_counts_as_unplugged_and_nothing_else_is_tried(
    factory: str, expected: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(Path(), make_buttons=lambda: GpioButtons(LINES, Board(factory)))

    desk.start()
    desk.wait_for(lambda: desk.changes == ["unplugged"])
    desk.buttons.stop()

    assert expected in caplog.text
