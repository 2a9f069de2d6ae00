"""A damaged journal (faults.md 1.4 and 1.5): every bit of its file is turned over, one at a time."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from kiosk.drafts import Draft
from kiosk.errors import DamagedJournal
from kiosk.journal import Journal, Records, Tallies
from kiosk.journal.cells import PAGE, File
from kiosk.journal.files import find, log_of
from kiosk.journal.judging import judge
from kiosk.journal.records import ALL
from kiosk.journal.salvage import check_chain, open_sound
from survey.entries import Birth, Entry, Head
from tests.kiosk.a_terminal import CONFIGURATION, HandClock, answer
from tests.soak import Progress, share_of

ENTRIES = 2_000
IN_THE_LOG = 100  # the newest, not yet in the database itself
WORDS = "Jono oli pitkä, mutta palvelu oli hyvää 🙂. "


class Sample(NamedTuple):
    """A journal as it was found, and what was written into it."""

    folder: Path
    database: bytes
    log: bytes
    chained: list[tuple[Entry, int]]
    newest: Head


def write(journal: Journal, first: int, count: int) -> None:
    drafts: list[tuple[Draft, int]] = []
    for number in range(first, first + count):
        text = Draft("answer", "words", WORDS * (number % 7), 1000 * number, "shop@1", "fi", "touch", number)
        drafts.append((text if number % 100 == 0 else answer(number % 5 + 1, visit=number), 1000))
    journal.append(drafts, pressed=first + count - 1)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("sample")
    with closing(Journal.open(folder)) as journal:
        journal.configure(CONFIGURATION)
        for first in range(1, ENTRIES + 1, 20):
            if first % 500 == 1:
                journal.begin_boot(f"boot-{first}", clock_ms=1000, uptime_ms=0)
            if first == ENTRIES - IN_THE_LOG + 1:
                journal._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            write(journal, first, 20)
        path = find(folder)
        copy = folder / "copy"
        copy.mkdir()
        shutil.copy(path, copy)
        shutil.copy(log_of(path), copy)
        chained, newest = journal.chained_after(0, ALL), journal.newest()
    path = find(copy)
    return Sample(copy, path.read_bytes(), log_of(path).read_bytes(), chained, newest)


@pytest.fixture
def folder(sample: Sample, tmp_path: Path) -> Path:
    """A copy of the sample, to be spoilt."""
    return Path(shutil.copytree(sample.folder, tmp_path / "data"))


def flipped(sample: Sample, random: Random) -> File:
    """One bit of the two files, any of them."""
    at, bit = random.randrange(len(sample.database) + len(sample.log)), 1 << random.randrange(8)
    database, log = bytearray(sample.database), bytearray(sample.log)
    if at < len(database):
        database[at] ^= bit
    else:
        log[at - len(database)] ^= bit
    return File(bytes(database), bytes(log))


def saved_after_flips(sample: Sample, count: int) -> list[int]:
    """How many entries were saved after each flip; none of them is another than was written."""
    random = Random(3)
    written = set(sample.chained)
    saved, progress = [], Progress()
    for done in range(count):
        progress.say(f"{done} of {count} flips")
        found = judge(flipped(sample, random), Head())
        assert written.issuperset(found.entries)
        assert len(found.entries) + found.lost <= ENTRIES + 1
        saved.append(len(found.entries))
    return saved


@pytest.mark.timeout(600)
def test_one_flipped_bit_costs_one_entry_at_most(sample: Sample) -> None:
    saved = saved_after_flips(sample, 1_500)

    assert min(saved) >= ENTRIES - 1
    assert saved.count(ENTRIES) > 0.9 * len(saved)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_one_flipped_bit_costs_one_entry_at_most_however_often(sample: Sample) -> None:
    assert min(saved_after_flips(sample, share_of(20_000))) >= ENTRIES - 1


def test_whatever_becomes_of_the_file_what_is_saved_was_written(sample: Sample) -> None:
    random, written, saved = Random(7), set(sample.chained), 0
    for _ in range(15):
        database = bytearray(sample.database)
        for _ in range(random.randint(1, 8)):
            at, size = random.randrange(len(database)), random.choice([1, 64, PAGE, 5 * PAGE])
            database[at : at + size] = random.choice([random.randbytes(size), bytes(size), database[:size], b""])

        found = judge(File(bytes(database), sample.log), random.choice([None, Head()]))

        assert written.issuperset(found.entries)
        assert found.lost >= 0
        saved += len(found.entries)
    assert saved > 15 * ENTRIES / 2


def test_a_sound_journal_is_read_whole_from_its_bytes(sample: Sample) -> None:
    found = judge(File(sample.database, sample.log), Head())

    assert found.entries == sample.chained
    assert found.lost == 0


def rows(path: Path) -> list[tuple[Entry, int]] | None:
    """What SQLite gives, None where it gives up."""
    try:
        with closing(Records.open_file(path)) as records:
            return records.chained_after(0, ALL)
    except (sqlite3.Error, DamagedJournal, TypeError, ValueError):
        return None


def says_integrity_check(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as connection:
            return bool(connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
    except (sqlite3.Error, UnicodeDecodeError):
        return False


def is_chain_sound(path: Path) -> bool:
    try:
        with closing(Records.open_file(path)) as records:
            return check_chain(records, 0) == 0 and records.newest().seq >= ENTRIES - IN_THE_LOG
    except (sqlite3.Error, DamagedJournal):
        return False


def test_the_chain_notices_every_flip_that_changes_an_entry_and_sqlites_own_check_does_not(
    sample: Sample, tmp_path: Path
) -> None:
    random, path = Random(5), tmp_path / "journal-0123456789abcde.db"
    whole = sample.chained[: ENTRIES - IN_THE_LOG]
    changed, missed_by_sqlite, missed_by_chain = 0, 0, 0
    for _ in range(300):
        path.write_bytes(flipped(sample._replace(log=b""), random).database)
        if rows(path) != whole:
            changed += 1
            missed_by_chain += is_chain_sound(path)
            missed_by_sqlite += says_integrity_check(path)
        log_of(path).unlink(missing_ok=True)

    assert changed > 100
    assert missed_by_sqlite > changed / 10
    assert missed_by_chain == 0


def spoil(path: Path, at: int, bit: int = 1) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= bit
    path.write_bytes(content)


def place_of(sample: Sample, seq: int, part: str = "database") -> int:
    """Where that entry's row begins."""
    return max(cell.start for cell in File(b"").entries_in(getattr(sample, part)) if cell.row_id == seq)


def values(journal: Records) -> list[object]:
    return [entry.value for entry in journal.entries_after(0) if entry.context.kind == "answer"]


def test_a_damaged_journal_is_gone_on_from_and_kept(sample: Sample, folder: Path, hand: HandClock) -> None:
    path = find(folder)
    spoil(path, place_of(sample, 1_750) + 9)
    damaged, log = path.read_bytes(), log_of(path).read_bytes()
    old = path.stem.removeprefix("journal-")

    with closing(open_sound(folder, hand.clock)) as journal:
        entries = journal.entries_after(0)
        assert [entry.born for entry in entries[:ENTRIES]] == [
            Birth(old, entry.seq, link).text for entry, link in sample.chained
        ]
        assert values(journal) == [entry.value for entry, _ in sample.chained]
        assert [(entry.context.about, entry.value) for entry in entries[ENTRIES:]] == [
            ("booted", "boot-a"),
            ("journal_salvaged", "2000 of 2000, 0 lost"),
        ]
        assert journal.tallies() == Tallies(pressed=ENTRIES, stored=ENTRIES, sent=0)
        assert journal.configuration() == CONFIGURATION
        assert journal.last_visit == ENTRIES
        assert [boot.boot_id for boot in journal.boots()] == ["boot-1", "boot-501", "boot-1001", "boot-1501", "boot-a"]
        check_chain(journal, 0)
    aside = folder / f"journal-{old}.damaged.db"
    assert (aside.read_bytes(), log_of(aside).read_bytes()) == (damaged, log)


@pytest.mark.parametrize(
    ("is_log", "place"),
    [
        (False, lambda sample: place_of(sample, 1_750)),
        (False, lambda sample: place_of(sample, 1_750) + 9),
        (True, lambda sample: place_of(sample, 1_990, "log")),
        (True, lambda sample: 20),
    ],
    ids=["the size of an entry", "what an entry holds", "an entry in the log", "the log's header"],
)
def test_damage_is_noticed_at_the_start(
    sample: Sample, folder: Path, hand: HandClock, is_log: bool, place: Callable[[Sample], int]
) -> None:
    path = find(folder)
    spoil(log_of(path) if is_log else path, place(sample))

    with closing(open_sound(folder, hand.clock)) as journal:
        assert told(journal) == ["2000 of 2000, 0 lost"]


@pytest.mark.parametrize("at", [0, 100, 108], ids=["its name", "kind of page", "where its cells are"])
def test_damage_to_the_first_page_is_noticed_at_the_start(folder: Path, hand: HandClock, at: int) -> None:
    path = find(folder)
    with closing(Journal.open(folder)):
        pass  # closing empties the log
    spoil(path, at, 2)

    with closing(open_sound(folder, hand.clock)) as journal:
        assert told(journal) == ["2000 of 2000, 0 lost"]


def told(journal: Journal) -> list[object]:
    return [entry.value for entry in journal.entries_after(0) if entry.context.about == "journal_salvaged"]


def test_a_sound_journal_is_opened_as_it_is(sample: Sample, folder: Path, hand: HandClock) -> None:
    path = find(folder)

    with closing(open_sound(folder, hand.clock)) as journal:
        assert journal.path == path
        assert journal.newest() == sample.newest


def test_a_log_that_ends_in_a_torn_commit_is_no_damage(sample: Sample, folder: Path, hand: HandClock) -> None:
    path = find(folder)
    with log_of(path).open("r+b") as log:
        log.truncate(len(sample.log) - PAGE // 2)

    with closing(open_sound(folder, hand.clock)) as journal:
        assert journal.path == path
        assert journal.newest().seq == ENTRIES - 20


def test_a_file_that_a_power_cut_left_empty_is_begun_anew(folder: Path, hand: HandClock) -> None:
    path = find(folder)
    path.write_bytes(b"")
    log_of(path).unlink()

    with closing(open_sound(folder, hand.clock)) as journal:
        assert journal.path == path
        assert journal.newest() == Head()


class PowerCut(Exception):
    pass


@pytest.mark.parametrize("step", range(12))
def test_a_power_cut_while_salvaging_loses_nothing(
    sample: Sample, folder: Path, hand: HandClock, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    spoil(find(folder), place_of(sample, 1_750) + 9)
    done = 0

    def until_the_cut(real: Callable[..., object]) -> Callable[..., object]:
        def act(*arguments: object, **named: object) -> object:
            nonlocal done
            done += 1
            if done > step:
                raise PowerCut
            return real(*arguments, **named)

        return act

    with monkeypatch.context() as patched:
        for kind, name in [
            (Path, "rename"),
            (os, "fsync"),
            (Path, "unlink"),
            (Journal, "take_over"),
            (Journal, "append"),
        ]:
            patched.setattr(kind, name, until_the_cut(getattr(kind, name)))
        with suppress(PowerCut):
            open_sound(folder, hand.clock).close()

    with closing(open_sound(folder, hand.clock)) as journal:
        assert len(values(journal)) == ENTRIES
        assert told(journal) == ["2000 of 2000, 0 lost"]
    (aside,) = folder.glob("*.damaged.db")
    assert log_of(aside).read_bytes() == sample.log
    assert not list(folder.glob("*.unfinished*"))
