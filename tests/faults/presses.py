"""A customer at the button box, and the box's own record held against what a journal holds."""

import shutil
import time
from pathlib import Path
from random import Random

from hardware.buttons.simulated import SimulatedBox
from kiosk.clock import Clock
from kiosk.journal import Journal
from kiosk.writer import Writer
from survey.entries import START, chain
from tests.faults.lives import LIMIT_S

BETWEEN_S = 0.002
MOST_WAITING = 500  # the box holds 1,000


def configure(folder: Path) -> None:
    """A terminal's journal that knows what to ask."""
    from tests.kiosk.a_terminal import CONFIGURATION

    writer = Writer(folder, Clock())
    writer.start(when_kept=lambda draft: None, when_not_kept=lambda reason: None)
    writer.do(lambda journal: journal.configure(CONFIGURATION)).result(LIMIT_S)
    writer.stop()


def press_for(box: SimulatedBox, seconds: float, random: Random) -> None:
    """Fast and without a rest."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if box.un_acked < MOST_WAITING:
            box.press(random.randint(1, box.buttons))
        box.wait_until_acknowledged(BETWEEN_S)


def acknowledged(box: SimulatedBox) -> int:
    """How many presses the box was told to be durable."""
    return len(box.record) - box.un_acked


def pressed(box: SimulatedBox) -> list[int]:
    return [made.button for made in box.record]


def kept(folder: Path, aside: Path) -> list[object]:
    """The answers in the journal, in order; of a copy, so that the next life finds what the cut left behind.

    Asserts that the numbers have no holes and that the chain is whole.
    """
    shutil.copytree(folder, aside, dirs_exist_ok=True)
    journal = Journal.open(aside)
    rows = journal._chained_after(0, -1)
    journal.close()
    shutil.rmtree(aside)
    entries = [entry for entry, _ in rows]
    assert [entry.seq for entry in entries] == list(range(1, len(rows) + 1)), "The journal has holes."
    assert [link for _, link in rows] == list(chain(START, entries)), "The chain is broken."
    return [entry.value for entry in entries if entry.context.kind == "answer"]
