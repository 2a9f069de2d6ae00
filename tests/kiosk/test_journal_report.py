from pathlib import Path

from kiosk.journal import Records
from kiosk.journal_report import as_text, read
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
