"""What the chain does not guard: the state, the boots, the button boxes and the days, each row under a seal."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.checking import check_all
from kiosk.clock import BootRecord
from kiosk.journal import Journal, Records
from kiosk.journal.files import find
from kiosk.journal.salvage import open_sound
from kiosk.journal.seals import mended, seal
from tests.kiosk.a_terminal import CONFIGURATION, HandClock, a_writer, answer, keep

BOX = "door1/9f3a02c4"
PRESSES, HELD = 20, 15  # the others are forgotten


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of a journal with everything that a seal guards."""
    with closing(Journal.open(tmp_path)) as journal:
        journal.configure(CONFIGURATION)
        journal.begin_boot("boot-0", clock_ms=1000, uptime_ms=0)
        journal.set_clock(5000, "server", clock_ms=1000)
        for seq in range(1, PRESSES + 1):
            journal.append([(answer(seq % 5 + 1, visit=seq, press=(BOX, seq)), 1000)], pressed=seq)
        journal.acknowledge(journal.newest())
        journal.set_may_forget(PRESSES)
        assert journal.forget({}, most=PRESSES - HELD + 1) == PRESSES - HELD
    return tmp_path


def spoil(folder: Path, sql: str) -> None:
    """Behind the seals' back, as a card does it."""
    with closing(sqlite3.connect(find(folder))) as connection, connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(sql)


def told(journal: Records) -> list[object]:
    return [entry.value for entry in journal.entries_after(0) if entry.context.about == "journal_salvaged"]


ONE_BIT = {
    "a press that never was": "UPDATE sources SET last_seq = last_seq | 64",
    "the box's name": "UPDATE sources SET source = replace(source, 'door', 'eoor')",
    "how far the clock is off": "UPDATE boots SET offset_ms = offset_ms + (1 << 40)",
    "which boot": "UPDATE boots SET boot_id = 'boot-1'",
    "what to ask": "UPDATE state SET configuration = CAST(replace(configuration, 'Europe', 'Eurnpe') AS BLOB)",
    "where the journal begins": "UPDATE state SET base_seq = base_seq + (1 << 20)",
    "answers of a day": "UPDATE days SET stored = stored + (1 << 10)",
    "a seal": "UPDATE state SET seal = seal + CASE seal & 1 WHEN 0 THEN 1 ELSE -1 END",
}


@pytest.mark.parametrize("sql", ONE_BIT.values(), ids=ONE_BIT)
def test_one_flipped_bit_is_noticed_and_turned_back(folder: Path, hand: HandClock, sql: str) -> None:
    spoil(folder, sql)

    with closing(open_sound(folder, hand.clock)) as journal:
        assert told(journal) == [f"{HELD} of {HELD}, 0 lost"]
        assert journal.last_seq(BOX) == PRESSES
        assert journal.boots()[0] == BootRecord(1, "boot-0", 5000, "server", 1000, 1000 * PRESSES)
        assert journal.configuration() == CONFIGURATION
        assert [day.stored for day in journal.days_after(0, 10)] == [HELD]


def test_a_press_is_rather_asked_for_again_than_lost(folder: Path, hand: HandClock) -> None:
    spoil(folder, "UPDATE sources SET last_seq = last_seq + 1000")

    with closing(open_sound(folder, hand.clock)) as journal:
        assert journal.last_seq(BOX) == 0
        assert told(journal) == [f"{HELD} of {HELD}, 0 lost"]


def test_a_configuration_that_is_lost_is_asked_for_anew(folder: Path, hand: HandClock) -> None:
    spoil(folder, "UPDATE state SET configuration = CAST(replace(configuration, 'Europe', 'Africa') AS BLOB)")

    with closing(open_sound(folder, hand.clock)) as journal:
        assert journal.configuration() is None
        assert told(journal) == [f"{HELD} of {HELD}, 0 lost"]


def test_an_offset_that_is_lost_is_estimated(folder: Path, hand: HandClock) -> None:
    spoil(folder, "UPDATE boots SET offset_ms = 0, how = 'ntp'")

    with closing(open_sound(folder, hand.clock)) as journal:
        boot = journal.boots()[0]
        assert (boot.number, boot.offset_ms, boot.how) == (1, None, "unknown")


@pytest.mark.parametrize("table", ["state", "boots", "sources", "days"])
def test_a_row_that_changes_while_the_terminal_runs_is_noticed_by_the_check(tmp_path: Path, table: str) -> None:
    with a_writer(tmp_path) as (writer, kept):
        keep(writer, kept, answer(1, press=(BOX, 1)))
        writer.do(lambda journal: journal.configure(CONFIGURATION)).result()
        assert check_all(tmp_path, writer, pause_s=0)

        with closing(sqlite3.connect(find(tmp_path))) as connection, connection:
            connection.execute(f"UPDATE {table} SET seal = seal + 3")  # noqa: S608  a name of ours

        assert not check_all(tmp_path, writer, pause_s=0)
        writer.do(lambda journal: None).result()
        assert check_all(tmp_path, writer, pause_s=0)


@pytest.mark.parametrize("row", [(1, "boot-a", None, "unknown", -1000, 2**40), ("overall", b"{}", 0, -1)])
def test_what_was_written_is_told_from_its_seal_or_not_at_all(row: tuple[object, ...]) -> None:
    assert mended((*row, seal(*row))) == row
    assert mended((*row, seal(*row) ^ 1 << 5)) == row
    assert mended((*row[:-1], 77, seal(*row))) is None
    assert mended((*row, None)) is None
