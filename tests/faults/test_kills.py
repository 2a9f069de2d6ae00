"""kill -9, over and over: what the button box recorded is held against what the journal and the store hold."""

from pathlib import Path
from random import Random

import pytest

from hardware.buttons.simulated import SimulatedBox
from tests.faults import terminals
from tests.faults.lives import LIMIT_S, Life

KILLS = 100


@pytest.mark.timeout(600)
def test_a_terminal_that_is_killed_over_and_over_keeps_each_press_once(tmp_path: Path) -> None:
    data, log, random = tmp_path / "data", tmp_path / "log", Random(1)
    terminals.configure(data)
    with SimulatedBox(tmp_path / "box") as box:
        for _ in range(KILLS):
            with Life(terminals.live, data, box.link, log):
                terminals.press_on(box, random)
        with Life(terminals.live, data, box.link, log):
            assert box.wait_until_acknowledged(LIMIT_S)

        assert terminals.kept(data, tmp_path / "aside") == terminals.pressed(box)
