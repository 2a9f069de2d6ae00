"""A card that answers no more: the terminal is ended by its supervisor, and asks again once the card is back."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from hardware.buttons.simulated import SimulatedBox
from tests.faults import terminals
from tests.faults.card import Card, why_not
from tests.kiosk.a_program import a_terminal, end
from tests.kiosk.a_supervisor import QUICKLY, Supervisor
from tests.kiosk.a_terminal import LIMIT_S

pytestmark = [pytest.mark.skipif(bool(why_not()), reason=why_not()), pytest.mark.timeout(120)]


@contextmanager
def stalled(mountpoint: Path) -> Iterator[None]:
    """Whatever is asked of the card waits."""
    running = [process.info for process in psutil.process_iter(["pid", "cmdline"])]
    [card] = [each["pid"] for each in running if each["cmdline"] and each["cmdline"][-1] == str(mountpoint)]
    os.kill(card, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(card, signal.SIGCONT)


def test_rule_1_while_the_card_stalls_nobody_is_thanked_and_nothing_says_alive(tmp_path: Path) -> None:
    mountpoint = tmp_path / "card"
    with Card(mountpoint) as card, SimulatedBox(tmp_path / "box") as box, Supervisor(tmp_path) as supervisor:
        terminals.configure(card.folder)
        options = ("--data", card.folder, "--headless", "--buttons", f"serial:{box.link}")
        with a_terminal(*options, before=QUICKLY, **supervisor.environment) as process:
            supervisor.wait_for("READY=1", "WATCHDOG=1")
            box.press(4)
            assert box.wait_until_acknowledged(LIMIT_S)
            with stalled(mountpoint):
                box.press(5)
                supervisor.aborts_once_silent(process)
                assert box.un_acked == 1
            assert process.wait(LIMIT_S) == -signal.SIGABRT  # what waits for a card ends when that answers

        with a_terminal(*options, before=QUICKLY, **supervisor.environment) as process:
            supervisor.wait_for("READY=1", "WATCHDOG=1")
            assert box.wait_until_acknowledged(LIMIT_S)
            assert end(process) == 0

        assert terminals.kept(card.folder, tmp_path / "after") == [4, 5]
