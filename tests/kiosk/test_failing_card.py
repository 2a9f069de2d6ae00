"""A card that spoils the journal, or gives part of it back no more (faults.md 1.4 and 1.5)."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from queue import SimpleQueue

import pytest

from kiosk import writer as writing
from kiosk.checking import check_all
from kiosk.clock import Clock
from kiosk.drafts import Draft
from kiosk.journal import Journal, Records
from kiosk.journal.cells import PAGE, File
from kiosk.journal.files import KEPT_DAMAGED, damaged_journals, find, log_of
from kiosk.journal.salvage import open_sound, salvage
from kiosk.watchdog import LATE_S, Watchdog
from kiosk.writer import Writer
from tests.faults.card import Card, why_not
from tests.kiosk.a_terminal import CONFIGURATION, LIMIT_S, HandClock, answer

ANSWERS = 1_000
needs_card = pytest.mark.skipif(bool(why_not()), reason=why_not())


def fill(folder: Path) -> None:
    with closing(Journal.open(folder)) as journal:
        journal.configure(CONFIGURATION)
        journal.begin_boot("boot-0", clock_ms=1000, uptime_ms=0)
        drafts = [(answer(visit % 5 + 1, visit=visit), 1000) for visit in range(1, ANSWERS + 1)]
        journal.append(drafts, pressed=ANSWERS)


def place_of(path: Path, seq: int) -> int:
    return next(cell.start for cell in File(b"").entries_in(path.read_bytes()) if cell.row_id == seq)


def spoil(folder: Path) -> None:
    path = find(folder)
    content = bytearray(path.read_bytes())
    content[place_of(path, ANSWERS - 50) + 9] ^= 1
    path.write_bytes(content)


def held(folder: Path) -> list[int]:
    with closing(Records.open(folder)) as records:
        return [entry.visit for entry in records.entries_after(0) if entry.context.kind == "answer"]


@contextmanager
def started(folder: Path, hand: HandClock) -> Iterator[tuple[Writer, SimpleQueue[object]]]:
    """A writer, and what it told: the draft that it kept, or why it can't keep any."""
    told: SimpleQueue[object] = SimpleQueue()
    writer = Writer(folder, hand.clock)
    writer.start(when_kept=told.put, when_not_kept=told.put)
    yield writer, told
    writer.stop()


def wait_for(told: SimpleQueue[object], draft: Draft) -> None:
    while told.get(timeout=LIMIT_S) != draft:
        pass


def test_a_card_that_spoils_the_journal_at_each_start_is_not_filled_by_it(tmp_path: Path, hand: HandClock) -> None:
    fill(tmp_path)
    set_aside = []

    for _ in range(2 * KEPT_DAMAGED):
        set_aside.append(find(tmp_path).stem)
        spoil(tmp_path)
        open_sound(tmp_path, hand.clock).close()

    assert held(tmp_path) == list(range(1, ANSWERS + 1))
    kept = [path.name.removesuffix(".damaged.db") for path in damaged_journals(tmp_path)]
    assert sorted(kept) == sorted(set_aside[-KEPT_DAMAGED:])
    logs = {log_of(path) for path in damaged_journals(tmp_path)}
    assert logs.issuperset(tmp_path.glob("*.damaged.db-wal"))


def test_the_health_tells_of_a_card_that_spoils_journals(tmp_path: Path, hand: HandClock) -> None:
    fill(tmp_path)
    with started(tmp_path, hand) as (writer, told):
        writer.append(answer(5))
        wait_for(told, answer(5))
        assert writer.disk() == ""
    spoil(tmp_path)

    with started(tmp_path, hand) as (writer, told):
        writer.append(answer(5))
        wait_for(told, answer(5))
        assert writer.disk() == "failing"
    with started(tmp_path, hand) as (writer, told):
        writer.append(answer(5))
        wait_for(told, answer(5))
        assert writer.disk() == ""  # once may be bad luck


def test_saving_at_the_start_leaves_the_screen_and_the_watchdog_alive(
    tmp_path: Path, hand: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path)
    spoil(tmp_path)
    saving, go_on = threading.Event(), threading.Event()

    def slowly(folder: Path, clock: Clock, reason: str) -> Journal:
        saving.set()
        assert go_on.wait(LIMIT_S)
        return salvage(folder, clock, reason)

    monkeypatch.setattr(writing, "salvage", slowly)
    now_s, notes = [0.0], list[str]()
    writer, told = Writer(tmp_path, hand.clock), SimpleQueue[object]()
    assert writer.is_saving  # and there is no wait for it before there is a screen
    watchdog = Watchdog(notes.append, writer.ping, now_s=lambda: now_s[0])
    watchdog.beat()  # asks before the saving begins
    writer.start(when_kept=told.put, when_not_kept=told.put)

    assert "not what was written" in str(told.get(timeout=LIMIT_S))
    assert saving.wait(LIMIT_S)
    for _ in range(10):
        now_s[0] += LATE_S / 2
        watchdog.beat()
    assert notes.count("WATCHDOG=1") == 11

    go_on.set()
    writer.append(answer(5, visit=ANSWERS + 1))
    wait_for(told, answer(5, visit=ANSWERS + 1))
    writer.stop()
    assert held(tmp_path) == list(range(1, ANSWERS + 2))


@needs_card
@pytest.mark.parametrize(
    ("place", "most_lost"),
    [(lambda path: place_of(path, 500), 150), (lambda path: place_of(path, ANSWERS), 150), (lambda path: 0, 0)],
    ids=["in the middle", "the newest", "the first page"],
)
def test_a_page_that_the_card_gives_back_no_more_costs_what_it_held(
    tmp_path: Path, hand: HandClock, place: Callable[[Path], int], most_lost: int
) -> None:
    with Card(tmp_path / "card") as card:
        data = card.folder / "data"
        data.mkdir()
        fill(data)
        path = find(data)
        at = place(path) // PAGE * PAGE
        card.cut("torn")
        data = card.folder / "data"
        card.forget(f"data/{path.name}", at)

        with started(data, hand) as (writer, told):
            writer.append(answer(5, visit=ANSWERS + 1))
            wait_for(told, answer(5, visit=ANSWERS + 1))

            if not check_all(data, writer, pause_s=0):
                writer.do(lambda journal: None).result(LIMIT_S)
            visits = held(data)
        assert visits == sorted(set(visits))
        assert visits[-1] == ANSWERS + 1
        assert len(visits) > ANSWERS - most_lost
