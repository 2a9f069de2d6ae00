"""A terminal part of which hangs is ended by its supervisor, and then asks again."""

import signal
from pathlib import Path

import pytest

from hardware.buttons.simulated import SimulatedBox
from tests.faults.terminals import configure
from tests.kiosk.a_program import a_terminal, end
from tests.kiosk.a_supervisor import QUICKLY, Supervisor
from tests.kiosk.a_terminal import LIMIT_S

HANG = """
import time
def hang(*_): time.sleep(60)
"""
THE_TURN = """
from kiosk import pressing
pressing.press = hang
"""
THE_WRITER = """
from kiosk.journal import Journal
append = Journal.append
def stall(self, drafts, **rest):
    if any(draft.kind == "answer" for draft, _ in drafts): hang()
    return append(self, drafts, **rest)
Journal.append = stall
"""
THE_SCREEN = """
act = window.Window._act
def _act(self, *_):
    if any("Thanks" in repr(act) for act in self._acts): hang()
    act(self)
window.Window._act = _act
"""
HEADLESS, WINDOW = ("--headless",), ("--windowed",)


@pytest.mark.parametrize(
    ("face", "part"),
    [(HEADLESS, THE_TURN), (HEADLESS, THE_WRITER), (WINDOW, THE_SCREEN)],
    ids=["turn", "writer", "screen"],
)
def test_a_part_that_hangs_ends_the_beats_and_after_a_restart_the_question_is_back(
    face: tuple[str, ...], part: str, tmp_path: Path
) -> None:
    configure(tmp_path / "data")
    with SimulatedBox(tmp_path / "box") as box, Supervisor(tmp_path) as supervisor:
        options = ("--data", tmp_path / "data", "--buttons", f"serial:{box.link}", *face)
        given = supervisor.environment | {"SDL_VIDEODRIVER": "offscreen"}

        with a_terminal(*options, before=QUICKLY + HANG + part, **given) as process:
            supervisor.wait_for("READY=1", "WATCHDOG=1")
            box.press(5)
            supervisor.aborts_once_silent(process)
            assert process.wait(LIMIT_S) == -signal.SIGABRT
            assert process.stderr
            assert "in hang" in process.stderr.read()  # the log says where

        with a_terminal(*options, before=QUICKLY, **given) as process:
            supervisor.wait_for("READY=1", "WATCHDOG=1")
            box.press(4)
            assert box.wait_until_acknowledged(LIMIT_S)
            supervisor.wait_for(*["WATCHDOG=1"] * 8)
            assert end(process) == 0
