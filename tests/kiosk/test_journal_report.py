from argparse import Namespace
from pathlib import Path

import pytest

from kiosk.journal import Records
from kiosk.journal_report import as_text, main, read
from tests.kiosk.a_terminal import HandClock, a_writer, answer, keep


def test_a_report_tells_what_was_pressed_stored_and_sent(tmp_path: Path, hand: HandClock) -> None:
    with a_writer(tmp_path, hand) as (writer, kept):
        keep(writer, kept, answer(5), answer(4, visit=2))
        records = Records.open(tmp_path)
        waiting = as_text(read(records))
        writer.do(lambda journal: journal.acknowledge(journal.newest())).result()
        writer.do(lambda journal: journal.set_clock(1_800_000_000_000, "server", clock_ms=0)).result()
        sent = as_text(read(records))
        name = records.journal_id
        records.close()

    assert "pressed 2 / stored 2 / sent 0, waiting 2\n" in waiting
    assert "boot 1 began at an unknown time (unknown)" in waiting
    assert sent.splitlines()[:4] == [
        f"journal {name}",
        "pressed 2 / stored 2 / sent 2, waiting 0: pressed = stored = sent",
        "exchange none yet, configuration none yet",
        "head 3 of 3 entries",
    ]
    assert "boot 1 began 2027-01-15 08:00:00+00:00 (server)" in sent
    assert "       3 2027-01-15 08:00:02+00:00 answer overall = 4 (touch)" in sent


@pytest.mark.parametrize("written", [b"", b"no database at all " * 500], ids=["nothing", "noise"])
def test_a_journal_that_cant_be_read_is_told_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, written: bytes
) -> None:
    (tmp_path / "journal-0123456789abcde.db").write_bytes(written)

    assert main(Namespace(folder=tmp_path, json=False)) == 1
    assert f"The journal in {tmp_path} can't be read" in caplog.text


def test_a_clock_that_no_calendar_can_show_is_shown_all_the_same(tmp_path: Path) -> None:
    hand = HandClock(wall_ms=2**60)
    with a_writer(tmp_path, hand) as (writer, kept):
        keep(writer, kept, answer(5))
        records = Records.open(tmp_path)
        told = as_text(read(records))
        records.close()

    assert "9998-" in told
