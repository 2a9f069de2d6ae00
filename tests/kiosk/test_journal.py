import _sqlite3
import ctypes
import gc
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.drafts import Draft, event
from kiosk.errors import JournalTaken, NoJournal
from kiosk.forgetting import DAY_MS, Disk, forget_old
from kiosk.journal import KEEP_DAYS, FolderLock, Journal, Records, Tallies
from kiosk.journal.journal import MOST_FORGOTTEN
from kiosk.journal.records import ONLINE
from kiosk.writer import Writer
from survey.entries import START, Birth, Head, chain
from tests.kiosk.a_terminal import CONFIGURATION, HandClock, a_writer, answer, keep


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(tmp_path)
    journal.begin_boot("boot-a", clock_ms=1000, uptime_ms=0)
    yield journal
    journal.close()


def append(journal: Journal, *values: int) -> None:
    stored = journal.tallies().stored
    drafts = [(answer(value, visit=stored + number), 1000) for number, value in enumerate(values, 1)]
    journal.append(drafts, pressed=stored + len(values))


def test_entries_come_back_as_they_were_written_and_are_chained(journal: Journal) -> None:
    drafts: list[Draft] = [answer(5), event("unplugged", "buttons", 7), Draft("answer", "words", "Hyvää työtä!", 9)]

    entries = journal.append([(draft, 1000) for draft in drafts], pressed=2)

    assert journal.entries_after(0) == entries
    assert [entry.value for entry in entries] == [5, "buttons", "Hyvää työtä!"]
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert [journal.chain_at(seq) for seq in range(5)] == [START, *chain(START, entries), None]
    assert journal.tallies() == Tallies(pressed=2, stored=2, sent=0)


def test_a_journal_knows_whether_somebody_was_listening_when_it_ended(journal: Journal) -> None:
    def then(*drafts: Draft) -> range | None:
        journal.append([(draft, 1000) for draft in drafts], pressed=0)
        return journal.was_heard()

    assert then(answer(1, visit=1)) is None
    assert then(event("heard", "overall", 4005, visit=2), event("unplugged", "buttons", 4007)) == range(4005, 4007)
    assert then(event("visit_ended", "done", 4009, visit=2)) is None
    assert then(event("heard", "overall", 4010, visit=3)) == range(4010, 4010)
    assert then(answer(1, visit=4)) is None


def test_of_another_boot_nobody_knows_when_somebody_was_listening(journal: Journal) -> None:
    journal.append([(event("heard", "overall", 5, visit=2), 1000)], pressed=0)

    journal.begin_boot("boot-b", clock_ms=1000, uptime_ms=0)

    assert journal.was_heard() is None


def test_a_journal_opened_again_goes_on_where_it_was(journal: Journal, tmp_path: Path) -> None:
    append(journal, 1, 2)
    end, name = journal.newest(), journal.journal_id
    journal.close()

    again = Journal.open(tmp_path)
    again.begin_boot("boot-b", clock_ms=1000, uptime_ms=0)
    append(again, 3)

    assert again.journal_id == name
    assert again.entries_after(end.seq)[0].context.boot == 2
    assert again.chain_at(3) == chain(end.chain, again.entries_after(end.seq))[0]
    again.close()


def blocks_of_opening(folder: Path) -> int:
    """Of memory that Python holds for it, once it is open."""
    gc.collect()
    before = sys.getallocatedblocks()
    with closing(Journal.open(folder)):
        gc.collect()
        return sys.getallocatedblocks() - before


def test_a_journal_of_many_boots_takes_no_more_memory(journal: Journal, tmp_path: Path) -> None:
    append(journal, 3)
    blocks_of_opening(tmp_path)  # with what Python makes once
    young = blocks_of_opening(tmp_path)
    for boot in range(100):
        journal.begin_boot(f"boot-{boot}", clock_ms=1000, uptime_ms=0)
        append(journal, 4)

    old = blocks_of_opening(tmp_path)

    assert old < young + 100


def test_entries_of_one_boot_share_their_context_also_after_a_restart(journal: Journal, tmp_path: Path) -> None:
    append(journal, 3)
    journal.close()

    with closing(Journal.open(tmp_path)) as again:
        again.begin_boot("boot-a", clock_ms=1000, uptime_ms=0)
        append(again, 4)

    with closing(sqlite3.connect(again.path)) as connection:
        assert connection.execute("SELECT context FROM entries").fetchall() == [(1,), (1,)]


def test_rule_1_every_connection_syncs_fully_and_writes_ahead(journal: Journal, tmp_path: Path) -> None:
    records = Records.open(tmp_path)

    for connection in (journal._connection, records._connection):
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    records.close()


def test_no_connection_keeps_more_of_the_file_in_memory_as_the_years_go_by(journal: Journal, tmp_path: Path) -> None:
    sqlite_bytes = ctypes.CDLL(_sqlite3.__file__).sqlite3_memory_used
    sqlite_bytes.restype = ctypes.c_int64

    def bytes_after(thousands: int) -> int:
        for _ in range(thousands):
            append(journal, *[5] * 1_000)
            records.entries_after(0)
        gc.collect()
        return int(sqlite_bytes())

    with closing(Records.open(tmp_path)) as records:
        early = bytes_after(1)
        late = bytes_after(7)

    assert late - early < 4_096  # a page of the file


def test_a_reader_cannot_write(journal: Journal, tmp_path: Path) -> None:
    records = Records.open(tmp_path)

    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        records._connection.execute("DELETE FROM entries")
    records.close()


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    script = f"from pathlib import Path; from kiosk.journal import FolderLock; FolderLock(Path({str(tmp_path)!r}))"

    refused = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "is being written by another terminal program" in refused.stderr
    with pytest.raises(JournalTaken):
        FolderLock(tmp_path)

    lock.close()
    FolderLock(tmp_path).close()


def test_a_folder_without_a_journal_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoJournal, match="Is it a terminal's data folder"):
        Records.open(tmp_path)


def test_the_press_that_an_answer_keeps_is_known_again(journal: Journal, tmp_path: Path) -> None:
    journal.append([(answer(5, press=("box:1/a", 3)), 1000)], pressed=1)
    assert (journal.last_seq("box:1/a"), journal.last_seq("box:1/b")) == (3, 0)

    journal.close()
    again = Journal.open(tmp_path)
    assert again.last_seq("box:1/a") == 3
    again.close()


def test_what_is_acknowledged_counts_as_sent_also_when_the_head_goes_back(journal: Journal) -> None:
    append(journal, 1, 2, 3)

    journal.acknowledge(Head(3, journal.chain_at(3) or 0))
    assert journal.tallies() == Tallies(pressed=3, stored=3, sent=3)
    journal.acknowledge(Head(1, journal.chain_at(1) or 0))
    assert journal.tallies() == Tallies(pressed=3, stored=3, sent=1)
    assert journal.tallies().waiting == 2


WRITING = """
import sys
from pathlib import Path
from tests.kiosk.a_terminal import answer
from kiosk.clock import Clock
from kiosk.writer import Writer

number = int(sys.argv[2])

def when_kept(draft):
    global number
    print(draft.value, flush=True)
    writer.append(answer(number))
    number += 1

writer = Writer(Path(sys.argv[1]), Clock())
writer.append(answer(number))
number += 1
writer.start(when_kept=when_kept, when_not_kept=print)
writer._thread.join()
"""


def test_rule_1_what_was_told_as_kept_survives_kill_9(tmp_path: Path) -> None:
    told: list[int] = []
    for _ in range(20):
        command = [sys.executable, "-c", WRITING, str(tmp_path), str(told[-1] + 1_000_000 if told else 1)]
        environment = {"PYTHONPATH": str(Path.cwd())}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as writing:
            assert writing.stdout
            lines = [writing.stdout.readline() for _ in range(random.randint(2, 60))]
            writing.send_signal(signal.SIGKILL)
            lines += writing.stdout.readlines()
        told += [int(line) for line in lines if line.endswith("\n") and line[0].isdigit() and "-" not in line]

    journal = Journal.open(tmp_path)
    entries = journal.entries_after(0)
    values = [entry.value for entry in entries if entry.context.kind == "answer"]
    assert set(told) <= set(values)
    assert len(values) == len(set(values)) == journal.tallies().stored
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert journal.newest().chain == chain(START, entries)[-1]
    journal.close()


def forked(journal: Journal, common_seq: int) -> Journal:
    return journal.fork(Head(common_seq, journal.chain_at(common_seq) or 0))


def test_rule_4_a_fork_carries_over_what_follows_the_common_entry(journal: Journal, tmp_path: Path) -> None:
    append(journal, 1, 2, 3)
    journal.append([(answer(4, visit=4, press=("box:1/a", 9)), 1000)], pressed=5)
    journal.configure(CONFIGURATION)
    old, births = (
        journal.journal_id,
        [Birth(journal.journal_id, seq, journal.chain_at(seq) or 0).text for seq in (3, 4)],
    )

    new = forked(journal, 2)

    entries = new.entries_after(0)
    assert [(entry.seq, entry.value, entry.born) for entry in entries] == [(1, 3, births[0]), (2, 4, births[1])]
    assert new.newest() == Head(2, chain(START, entries)[-1])
    assert new.journal_id != old
    assert len(new.journal_id) == 15
    assert (new.last_seq("box:1/a"), new.last_visit, new.configuration()) == (9, 4, CONFIGURATION)
    assert new.tallies() == Tallies(pressed=3, stored=2, sent=0)
    assert [path.name for path in tmp_path.glob("*.closed.db")] == [f"journal-{old}.closed.db"]
    new.close()


def test_rule_4_an_entry_carried_over_twice_keeps_where_it_was_born(journal: Journal) -> None:
    append(journal, 1)
    birth = Birth(journal.journal_id, 1, journal.chain_at(1) or 0).text

    twice = forked(forked(journal, 0), 0)

    assert [entry.born for entry in twice.entries_after(0)] == [birth]
    twice.close()


@pytest.mark.parametrize("is_old_closed", [False, True], ids=["before the old one is closed", "after"])
def test_rule_4_a_power_cut_during_a_fork_leaves_one_whole_journal(
    journal: Journal, tmp_path: Path, is_old_closed: bool
) -> None:
    append(journal, 1, 2)
    old = journal.journal_id
    forked(journal, 0).close()
    new_path = next(path for path in tmp_path.glob("journal-*.db") if ".closed" not in path.name)
    new_path.rename(new_path.with_suffix(".unfinished"))
    if not is_old_closed:
        (tmp_path / f"journal-{old}.closed.db").rename(tmp_path / f"journal-{old}.db")

    found = Journal.open(tmp_path)

    assert (found.journal_id == old) == (not is_old_closed)
    assert [entry.value for entry in found.entries_after(0)] == [1, 2]
    assert not list(tmp_path.glob("*.unfinished"))
    found.close()


def old_and_young(folder: Path, hand: HandClock) -> None:
    """Answers 1, 2, 3 are 91 days old, 4 is of today; all are sent."""
    with a_writer(folder, hand) as (writer, kept):
        keep(writer, kept, *(Draft("answer", "overall", value, hand.uptime_ms) for value in (1, 2, 3)))
        hand.pass_ms((KEEP_DAYS + 1) * DAY_MS)
        keep(writer, kept, Draft("answer", "overall", 4, hand.uptime_ms))
        writer.do(lambda journal: journal.acknowledge(journal.newest())).result()
        writer.do(lambda journal: journal.set_clock(hand.clock.clock_ms(), "server", clock_ms=0)).result()


def may_forget(writer: Writer, seq: int) -> None:
    writer.do(lambda journal: journal.set_standing(ONLINE)).result()
    writer.do(lambda journal: journal.set_may_forget(seq)).result()


@pytest.mark.parametrize(
    ("below", "left"), [(0, [1, 2, 3, 4]), (3, [2, 3, 4]), (5, [4])], ids=["none", "some backups", "all backups"]
)
def test_rule_3_only_what_is_old_and_in_every_backup_is_forgotten(
    tmp_path: Path, hand: HandClock, below: int, left: list[int]
) -> None:
    old_and_young(tmp_path, hand)

    with a_writer(tmp_path, hand) as (writer, _):
        may_forget(writer, below)
        forget_old(writer, hand.clock)
        records = Records.open(tmp_path)

        held = [entry.value for entry in records.entries_after(0) if entry.context.kind == "answer"]
        assert held == left
        assert records.tallies() == Tallies(pressed=4, stored=4, sent=4)
        assert records.chain_at(records.base().seq) == records.base().chain
        records.close()


@pytest.mark.parametrize("standing", ["", "unreachable", "refused", "not our server"])
def test_rule_3_what_the_server_allowed_is_not_forgotten_while_it_is_not_there(
    tmp_path: Path, hand: HandClock, standing: str
) -> None:
    """It may come back from an older backup; then it needs what it had allowed to be forgotten."""
    old_and_young(tmp_path, hand)

    with a_writer(tmp_path, hand) as (writer, _):
        may_forget(writer, 5)
        writer.do(lambda journal: journal.set_standing(standing)).result()

        assert forget_old(writer, hand.clock) == 0


def test_rule_3_nothing_is_forgotten_while_the_time_is_not_known(tmp_path: Path, hand: HandClock) -> None:
    old_and_young(tmp_path, hand)
    later = HandClock(boot_id="boot-b", wall_ms=hand.wall_ms)

    with a_writer(tmp_path, later) as (writer, _):
        may_forget(writer, 5)

        assert forget_old(writer, later.clock) == 0


@pytest.mark.parametrize("is_short", [True, False], ids=["nearly full", "roomy"])
def test_rule_3_when_the_disk_is_nearly_full_what_may_be_forgotten_is_forgotten_at_once(
    tmp_path: Path, hand: HandClock, monkeypatch: pytest.MonkeyPatch, is_short: bool
) -> None:
    monkeypatch.setattr("kiosk.forgetting.SHORT_BYTES", 2**62 if is_short else 0)
    old_and_young(tmp_path, hand)

    with a_writer(tmp_path, hand) as (writer, _):
        may_forget(writer, 6)
        told = Disk(tmp_path, writer, hand.clock).look()

        left = writer.do(lambda journal: journal.entries_after(0)).result()

    assert told == ("nearly full" if is_short else "")
    assert [entry.value for entry in left if entry.context.kind == "answer"] == ([4] if is_short else [1, 2, 3, 4])


def test_rule_3_however_full_the_disk_nothing_younger_than_90_days_is_forgotten(
    tmp_path: Path, hand: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.forgetting.SHORT_BYTES", 2**62)
    monkeypatch.setattr("kiosk.forgetting.AGAIN_MS", 0)
    with a_writer(tmp_path, hand) as (writer, kept):
        keep(writer, kept, answer(5))
        writer.do(lambda journal: journal.acknowledge(journal.newest())).result()
        writer.do(lambda journal: journal.set_clock(hand.clock.clock_ms(), "server", clock_ms=0)).result()
        may_forget(writer, 2)
        disk = Disk(tmp_path, writer, hand.clock)
        for _ in range(KEEP_DAYS - 1):
            hand.pass_ms(DAY_MS)
            assert disk.look() == "nearly full"

        assert writer.do(lambda journal: journal.base()).result() == Head()


def test_rule_3_an_answer_whose_time_is_only_estimated_counts_as_young_as_it_can_be(
    tmp_path: Path, hand: HandClock
) -> None:
    old_and_young(tmp_path, hand)
    lost = HandClock(boot_id="boot-b", wall_ms=0)
    with a_writer(tmp_path, lost) as (writer, kept):
        keep(writer, kept, Draft("answer", "overall", 5, lost.uptime_ms))
    later = HandClock(boot_id="boot-c", wall_ms=hand.wall_ms + 95 * DAY_MS)

    with a_writer(tmp_path, later) as (writer, kept):
        writer.do(lambda journal: journal.set_clock(later.clock.clock_ms(), "server", clock_ms=0)).result()
        writer.do(lambda journal: journal.acknowledge(journal.newest())).result()
        newest = writer.do(lambda journal: journal.newest()).result()
        may_forget(writer, newest.seq)
        forget_old(writer, later.clock)
        left = writer.do(lambda journal: journal.entries_after(0)).result()

    assert [entry.value for entry in left if entry.context.kind == "answer"] == [5]


def years_of_nights(folder: Path, *, boots: int) -> Journal:
    """A terminal that is switched off every night, with an answer a day; all of them may be forgotten."""
    journal = Journal.open(folder)
    for boot in range(boots):
        journal.begin_boot(f"boot-{boot}", clock_ms=boot, uptime_ms=0)
        append(journal, boot)
    journal.acknowledge(journal.newest())
    journal.set_may_forget(journal.newest().seq)
    return journal


def test_contexts_go_with_the_last_entry_that_has_them(tmp_path: Path) -> None:
    journal = years_of_nights(tmp_path, boots=6)
    kept = journal.entries_after(3)

    journal.forget({}, most=4)
    forgotten = journal.forget_contexts()

    assert forgotten == 3
    assert journal.entries_after(0) == kept
    assert journal._row("SELECT count(*) FROM contexts") == (3,)
    journal.close()


def test_what_a_reader_remembers_of_a_context_stays_true_after_it_is_gone(tmp_path: Path) -> None:
    journal = years_of_nights(tmp_path, boots=6)
    journal.append([(event("plugged", "buttons", 1), 1000)], pressed=6)
    append(journal, 6)
    journal.acknowledge(journal.newest())
    journal.set_may_forget(journal.newest().seq)
    records = Records.open(tmp_path)
    records.entries_after(0)

    journal.begin_boot("boot-z", clock_ms=99, uptime_ms=0)
    journal.forget({}, most=MOST_FORGOTTEN)
    assert journal.forget_contexts() == 5
    append(journal, 7)

    assert [(entry.context.kind, entry.context.boot) for entry in records.entries_after(0)] == [
        ("answer", 6),
        ("answer", 7),
    ]
    records.close()
    journal.close()


def test_whoever_reads_an_entry_while_it_is_forgotten_gets_its_context(tmp_path: Path) -> None:
    journal = years_of_nights(tmp_path, boots=3)
    records = Records.open(tmp_path)

    def forget(statement: str) -> None:
        if "FROM contexts" in statement:
            records._connection.set_trace_callback(None)
            journal.forget({})
            assert journal.forget_contexts() == 2

    records._connection.set_trace_callback(forget)

    assert [entry.context.boot for entry in records.entries_after(0)] == [1, 2, 3]
    assert [entry.context.boot for entry in records.entries_after(0)] == [3]
    records.close()
    journal.close()


def test_rule_3_a_long_past_is_forgotten_in_parts(journal: Journal) -> None:
    append(journal, *range(10))
    journal.acknowledge(journal.newest())
    journal.set_may_forget(9)

    forgotten = [journal.forget({}, most=4) for _ in range(4)]

    assert forgotten == [3, 3, 2, 0]
    assert journal.base().seq == 8
