from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.buttons.simulated import SimulatedBox
from hardware.pins import Board
from tests.hardware.button_desk import Desk
from tests.hardware.wires import FACTORY

QUICK_S = 0.02  # instead of 300 ms before a press is sent again: the same rule, less waiting


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "box"


@pytest.fixture
def box(link: Path) -> Iterator[SimulatedBox]:
    with SimulatedBox(link, resend_s=QUICK_S) as box:
        yield box


@pytest.fixture
def desk(link: Path) -> Iterator[Desk]:
    desk = Desk(link)
    yield desk
    desk.buttons.stop()


@pytest.fixture
def board() -> Iterator[Board]:
    """The pins that the tests are run on (wires.py)."""
    board = Board(FACTORY)
    yield board
    board.close()
