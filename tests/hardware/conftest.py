from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.buttons.simulated import SimulatedBox
from tests.hardware.button_desk import Desk

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
