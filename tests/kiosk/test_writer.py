import sqlite3
import threading
from pathlib import Path

from a_terminal import LIMIT_S, HandClock, a_writer, answer, keep

from kiosk.journal import Records, Tallies
from survey.entries import Head


def break_journal(folder: Path) -> Path:
    """Put a folder where the journal is: it can be neither opened nor made. Returns where the journal went."""
    path = next(folder.glob("journal-*.db"))
    aside = folder / "aside"
    path.rename(aside)
    (folder / path.name).mkdir()
    return aside


def mend_journal(folder: Path, aside: Path) -> None:
    blocked = next(folder.glob("journal-*.db"))
    blocked.rmdir()
    aside.rename(blocked)


def test_a_new_boot_is_noted_once(tmp_path: Path, hand: HandClock) -> None:
    for _ in range(2):
        with a_writer(tmp_path, hand) as (writer, kept):
            keep(writer, kept, answer(5))

    records = Records.open(tmp_path)
    assert [entry.context.about for entry in records.entries_after(0)] == ["booted", "overall", "overall"]
    assert [boot.boot_id for boot in records.boots()] == ["boot-a"]
    records.close()


def test_everything_that_waits_is_kept_before_the_end(tmp_path: Path) -> None:
    with a_writer(tmp_path) as (writer, _):
        for visit in range(200):
            writer.append(answer(5, visit=visit))

    records = Records.open(tmp_path)
    assert records.tallies() == Tallies(pressed=200, stored=200, sent=0)
    records.close()


def test_what_cant_be_kept_is_told_at_once_and_kept_as_soon_as_it_can_be(tmp_path: Path) -> None:
    with a_writer(tmp_path) as (writer, kept):
        keep(writer, kept, answer(1))
        writer.do(lambda journal: journal._connection.execute("PRAGMA query_only = ON")).result()

        writer.append(answer(2))
        kept.wait_until(lambda: bool(kept.faults))

        assert "readonly" in kept.faults[0]
        kept.wait_for(answer(2))
        assert kept.drafts.count(answer(2)) == 1


def test_a_writer_answers_and_counts_while_the_journal_is_broken(tmp_path: Path) -> None:
    with a_writer(tmp_path) as (writer, kept):
        keep(writer, kept, answer(1))
        writer.do(lambda journal: journal._connection.close()).result()
        aside = break_journal(tmp_path)
        answered = threading.Event()

        writer.append(answer(2))
        kept.wait_until(lambda: bool(kept.faults))
        writer.ping(answered.set)

        assert answered.wait(LIMIT_S)
        assert writer.pressed == 2
        assert answer(2) not in kept.drafts
        mend_journal(tmp_path, aside)
        kept.wait_for(answer(2))
        assert len(kept.faults) == 1


def test_a_commit_that_went_through_though_it_failed_is_not_repeated(tmp_path: Path) -> None:
    with a_writer(tmp_path) as (writer, kept):
        keep(writer, kept, answer(1))

        def commit_and_lose_the_news(journal: object) -> None:
            real = journal._note  # type: ignore[attr-defined]

            def note(**values: object) -> None:
                real(**values)
                journal._connection.commit()  # type: ignore[attr-defined]
                raise sqlite3.OperationalError("disk I/O error")

            journal._note = note  # type: ignore[attr-defined]

        writer.do(commit_and_lose_the_news).result()
        keep(writer, kept, answer(2))
        kept.wait_until(lambda: kept.drafts[-1].about == "out_of_order")

        records = Records.open(tmp_path)
        assert [entry.value for entry in records.entries_after(1)] == [1, 2, "disk I/O error"]
        assert records.tallies() == Tallies(pressed=2, stored=2, sent=0)
        records.close()


def test_rule_4_the_tallies_go_on_through_a_fork(tmp_path: Path) -> None:
    with a_writer(tmp_path) as (writer, kept):
        keep(writer, kept, answer(1), answer(2, visit=2))

        common = writer.do(lambda journal: Head(2, journal.chain_at(2) or 0)).result()  # booted, and the first answer
        writer.fork(common).result()
        keep(writer, kept, answer(3, visit=3))

        assert writer.pressed == 2
        records = Records.open(tmp_path)
        assert records.tallies() == Tallies(pressed=2, stored=2, sent=0)
        records.close()
