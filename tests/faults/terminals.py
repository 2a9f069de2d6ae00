"""A terminal's life, a customer at its button box, and the box's own record held against what the journal holds."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from unittest.mock import patch

from hardware.buttons.simulated import SimulatedBox
from kiosk import patience
from kiosk.clock import Clock
from kiosk.config import Config
from kiosk.drafts import Draft
from kiosk.journal import Journal, files, journal
from kiosk.main import run
from kiosk.writer import Writer
from survey.entries import START, chain
from survey.exchange import Configuration
from tests import cast
from tests.faults.lives import LIMIT_S, Moment, guarded, write_log

CONFIGURATION = Configuration("c1", "Kamppi door", "Kamppi", "Checkout", "Europe/Helsinki", cast.SURVEY)
BETWEEN_S = 0.002
MOST_WAITING = 500  # the box holds 1,000


def live(
    data: Path,
    box: Path,
    log: Path,
    guards: Callable[[], None] = guarded,
    server: str = "",
    code: str = "",
) -> None:
    """`hymy kiosk --headless --buttons serial:BOX`, the whole of it; but it tries an absent server again soon."""
    write_log(log)
    patch.object(patience, "LONGEST_BACK_OFF_S", 0.1).start()
    guards()
    run(Config(data, buttons=f"serial:{box}", headless=True, server=server, code=code))


def configure(data: Path) -> None:
    """A new journal, which knows what to ask."""
    data.mkdir(exist_ok=True)
    writer = Writer(data, Clock())
    writer.start(when_kept=lambda draft: None, when_not_kept=lambda reason: None)
    writer.do(lambda journal: journal.configure(CONFIGURATION)).result(LIMIT_S)
    writer.stop()


def press_on(box: SimulatedBox, random: Random, fault: Moment | None = None) -> None:
    """Fast and without a rest until the fault comes: if none is given, soon after the first acknowledgement."""
    before = acknowledged(box)
    fault = fault or Moment(random, lambda: acknowledged(box) > before)
    while not fault.has_come():
        if box.un_acked < MOST_WAITING:
            box.press(random.randint(1, box.buttons))
        box.wait_until_acknowledged(BETWEEN_S)


def pressed(box: SimulatedBox) -> list[int]:
    return [made.button for made in box.record]


def acknowledged(box: SimulatedBox) -> int:
    """How many presses the box was told to be durable."""
    return len(box.record) - box.un_acked


def kept(data: Path, aside: Path) -> list[object]:
    """The answers in the journal, in order; of a copy, so that the next life finds what the fault left behind.

    Asserts that the numbers have no holes and that the chain is whole.
    """
    shutil.copytree(data, aside)
    with closing(Journal.open(aside)) as opened:
        entries, newest = opened.entries_after(0), opened.newest()
    shutil.rmtree(aside)
    assert [entry.seq for entry in entries] == list(range(1, newest.seq + 1)), "The journal has holes."
    assert [START, *chain(START, entries)][-1] == newest.chain, "The chain is broken."
    return [entry.value for entry in entries if entry.context.kind == "answer"]


def trust_the_card() -> None:
    """A guard taken away: a commit is no longer synced."""

    def connect_normal(path: Path, *, mode: str) -> sqlite3.Connection:
        connection = files.connect(path, mode=mode)
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    patch.object(journal, "connect", connect_normal).start()


def thank_first() -> None:
    """A guard taken away: the box is told that a press is durable before it is."""
    append = Writer.append

    def append_and_thank(writer: Writer, draft: Draft) -> None:
        append(writer, draft)
        writer._when_kept(draft)

    patch.object(Writer, "append", append_and_thank).start()
