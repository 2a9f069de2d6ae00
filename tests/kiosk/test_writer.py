import sqlite3
import threading
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import pytest

from kiosk.checking import check_all
from kiosk.drafts import Draft
from kiosk.journal import Journal, Records, Tallies
from kiosk.journal.cells import PAGE
from kiosk.journal.files import find
from survey.entries import Head
from tests.kiosk.a_terminal import LIMIT_S, HandClock, a_writer, answer, keep


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


def test_who_asks_for_a_job_at_the_end_waits_for_none(tmp_path: Path) -> None:
    with a_writer(tmp_path) as (writer, _):
        is_stopping = threading.Event()
        writer.do(lambda journal: is_stopping.wait(LIMIT_S))
        writer._queue.put(writer._finish)
        late = [writer.do(Records.tallies)]
        is_stopping.set()
        writer._thread.join()
        late.append(writer.do(Records.tallies))

        for job in late:
            with pytest.raises(CancelledError):
                job.result(timeout=1)


def test_what_cant_be_kept_is_told_at_once_and_kept_as_soon_as_it_can_be(tmp_path: Path) -> None:
    with a_writer(tmp_path) as (writer, kept):
        keep(writer, kept, answer(1))
        writer.do(lambda journal: journal._connection.execute("PRAGMA query_only = ON")).result()

        writer.append(answer(2))
        kept.wait_until(lambda: bool(kept.faults))

        assert "readonly" in kept.faults[0]
        kept.wait_for(answer(2))
        assert kept.drafts.count(answer(2)) == 1


def test_a_journal_that_fails_again_at_once_is_told_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit of the press goes through, the one after it does not."""
    append, fails = Journal.append, iter([True, False, True])

    def falter(journal: Journal, *values: Any, **options: Any) -> Any:
        if next(fails, False):
            raise sqlite3.OperationalError("disk I/O error")
        return append(journal, *values, **options)

    with a_writer(tmp_path) as (writer, kept):
        keep(writer, kept, answer(3))
        monkeypatch.setattr(Journal, "append", falter)

        keep(writer, kept, answer(5, visit=2, press=("box:1/a", 1)))

        kept.wait_until(lambda: len(kept.faults) == 2)


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


def spoil_entry(folder: Path, value: str) -> None:
    """One bit of the only entry that holds this."""
    path = find(folder)
    content = bytearray(path.read_bytes())
    content[content.index(value.encode())] ^= 1
    path.write_bytes(content)


def empty_log(journal: Journal) -> None:
    """So that the database itself is what is read."""
    journal._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def events(folder: Path) -> list[tuple[str, object]]:
    records = Records.open(folder)
    held = [(entry.context.about, entry.value) for entry in records.entries_after(0)]
    records.close()
    return held


def words(text: str) -> Draft:
    return Draft("answer", "words", text, 1000, "shop@1", "fi", "touch", 1)


@pytest.mark.parametrize("who", ["the check", "a reader"])
def test_damage_that_is_found_while_the_terminal_runs_is_gone_on_from(tmp_path: Path, who: str) -> None:
    with a_writer(tmp_path) as (writer, kept):
        keep(writer, kept, words("Jono"), *(answer(1, visit=visit) for visit in range(2, 1_000)))
        writer.do(empty_log).result()
        old = writer.journal_id
        assert check_all(tmp_path, writer, pause_s=0)

        spoil_entry(tmp_path, "Jono")
        if who == "the check":
            assert not check_all(tmp_path, writer, pause_s=0)
        else:
            writer.damaged("database disk image is malformed")
        writer.do(empty_log).result()
        keep(writer, kept, answer(5, visit=1_000))

        assert writer.journal_id != old
        assert writer.pressed == 1_000
        assert kept.faults == []
        assert events(tmp_path)[1] == ("words", "Jono")
        assert events(tmp_path)[-2:] == [("journal_salvaged", "1000 of 1000, 0 lost"), ("overall", 5)]
        assert check_all(tmp_path, writer, pause_s=0)


def test_a_commit_that_sqlite_finds_malformed_is_kept_in_a_new_journal(tmp_path: Path) -> None:
    with a_writer(tmp_path) as (writer, kept):
        keep(writer, kept, answer(1))

        def spoil(journal: Journal) -> None:
            empty_log(journal)
            root = journal._connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'entries'").fetchone()
            content = bytearray(journal.path.read_bytes())
            content[(root[0] - 1) * PAGE] ^= 0xFF  # the kind of page
            journal.path.write_bytes(content)
            journal._connection.execute("PRAGMA shrink_memory")

        writer.do(spoil).result()
        keep(writer, kept, answer(2, visit=2))

        assert kept.drafts.count(answer(2, visit=2)) == 1
        assert [value for about, value in events(tmp_path) if about == "overall"] == [1, 2]


@pytest.mark.parametrize("went_through", [True, False])
def test_a_doubtful_commit_is_looked_up_also_in_a_salvaged_journal(tmp_path: Path, went_through: bool) -> None:
    with a_writer(tmp_path) as (writer, kept):
        keep(writer, kept, answer(1))

        def commit_and_find_damage(journal: Journal) -> None:
            real = journal._note

            def note(**values: Any) -> None:
                real(**values)
                if went_through:
                    journal._connection.commit()
                error = sqlite3.DatabaseError("database disk image is malformed")
                error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
                raise error

            journal._note = note  # type: ignore[method-assign]

        writer.do(commit_and_find_damage).result()
        keep(writer, kept, answer(2, visit=2))

        assert [value for about, value in events(tmp_path) if about == "overall"] == [1, 2]
        assert writer.pressed == 2
        records = Records.open(tmp_path)
        assert records.tallies() == Tallies(pressed=2, stored=2, sent=0)
        records.close()
