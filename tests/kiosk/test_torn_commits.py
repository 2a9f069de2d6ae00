"""A power cut tears the last commit, which nobody was thanked for yet: some of its sectors are on the card."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from kiosk.drafts import Draft
from kiosk.errors import NotKept
from kiosk.journal import Journal
from kiosk.journal.cells import FRAME_HEADER, PAGE, WAL_HEADER
from kiosk.journal.files import find, log_of
from kiosk.journal.salvage import open_sound
from kiosk.writer import Writer
from survey.entries import Entry
from survey.questions import Value
from tests.kiosk.a_terminal import CONFIGURATION, HandClock, answer
from tests.soak import share_of

BOX, AFTERWARDS = "box:door1/9f3a02c4", "box:door1/0b1c2d3e"
SECTOR = 512
FRAME = FRAME_HEADER + PAGE
COMMITS = 1_000  # each torn in three ways


class Shop:
    """A terminal's journal, and the box that holds the one press of the last commit: it was not acknowledged yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self._journal = Journal.open(folder)
        self._made: dict[str, list[Value]] = {}
        self._held = ("", 0)
        self._synced = b""
        self._visits = 0
        self._journal.configure(CONFIGURATION)
        self._journal.begin_boot("boot-1", clock_ms=1000, uptime_ms=0)

    def close(self) -> None:
        self._journal.close()

    def touch(self) -> None:
        self._visits += 1
        self._write([answer(3, visit=self._visits)])

    def press(self, source: str = BOX, *, touches: int = 0, missing: int = 0) -> None:
        """In one commit with so many touches; so many presses before it were lost by the box."""
        seq = self._journal.last_seq(source) + 1 + missing
        self._held = (source, seq)
        self._journal._pass_over([self._held])  # in a commit of its own, which is synced before the last one
        touched = [answer(3, visit=self._visits + number) for number in range(1, touches + 1)]
        self._visits += touches + 1
        value = seq % 5 + 1
        self._made.setdefault(source, []).append(value)
        pressed = Draft("answer", "overall", value, 1000 * seq, "shop@1", "fi", source, self._visits, self._held)
        self._write([*touched, pressed])

    def begin_log_anew(self, how: str) -> None:
        self._journal._connection.execute(f"PRAGMA wal_checkpoint({how})")

    def cut(self, folder: Path, choose: Callable[[Sequence[slice]], Sequence[slice]]) -> None:
        """The journal as it is found in this new folder, with the chosen ones of the sectors written last."""
        shutil.copytree(self._folder, folder)
        path = log_of(find(folder))
        after = path.read_bytes()
        before = after[:WAL_HEADER] + self._synced[WAL_HEADER:]  # a new header is synced before anything follows it
        edges = [*range(0, len(after), SECTOR), len(after)]
        written = [slice(*edge) for edge in pairwise(edges) if before[slice(*edge)] != after[slice(*edge)]]
        found = bytearray(before)
        for part in choose(written):
            found.extend(bytes(max(0, part.start - len(found))))
            found[part] = after[part]
        path.write_bytes(found)

    def page_of(self, table: str) -> Callable[[slice], bool]:
        """Whether a sector holds, in the log, something of this small table."""
        (page,) = self._journal._row("SELECT rootpage FROM sqlite_schema WHERE name = ?", table)
        number = int(page).to_bytes(4, "big")
        content = log_of(self._journal.path).read_bytes()
        frames = [at for at in range(WAL_HEADER, len(content), FRAME) if content[at : at + 4] == number]
        return lambda part: any(at < part.stop and part.start < at + FRAME for at in frames)

    def check(self, folder: Path) -> None:
        """The box sends again what it holds: then each press is in the journal once, and there is what to ask."""
        with closing(open_sound(folder, HandClock().clock)) as journal:
            entries = journal.entries_after(0)
            for source, made in self._made.items():
                kept = [entry.value for entry in entries if entry.context.source == source]
                resent = made[-1:] if source == self._held[0] and self._held[1] > journal.last_seq(source) else []
                assert kept + resent == made
            assert journal.configuration() == CONFIGURATION
            assert journal.boots()[0].boot_id == "boot-1"

    def _write(self, drafts: Sequence[Draft]) -> None:
        self._synced = log_of(self._journal.path).read_bytes()
        pressed = self._journal.tallies().pressed + len(drafts)
        self._journal.append([(draft, 1000) for draft in drafts], pressed=pressed)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with closing(Shop(tmp_path / "data")) as shop:
        yield shop


@pytest.mark.parametrize(
    "press_last",
    [
        lambda shop: shop.press(),
        lambda shop: shop.press(missing=40),
        lambda shop: shop.press(AFTERWARDS),
        lambda shop: shop.press(AFTERWARDS, missing=40),
    ],
    ids=["the next press", "one after missing ones", "a session's first press", "a session's first after missing ones"],
)
@pytest.mark.parametrize("table", ["sources", "state"])
def test_a_press_that_is_saved_from_a_torn_commit_is_known_when_it_comes_again(
    shop: Shop, tmp_path: Path, table: str, press_last: Callable[[Shop], None]
) -> None:
    for _ in range(3):
        shop.press()
    press_last(shop)
    is_lost = shop.page_of(table)

    shop.cut(tmp_path / "cut", lambda written: [part for part in written if not is_lost(part)])

    shop.check(tmp_path / "cut")


def test_a_press_that_a_torn_commit_notes_but_lacks_is_taken_when_it_comes_again(shop: Shop, tmp_path: Path) -> None:
    shop.press()
    shop.press(touches=12)  # the press has a sector of its own
    of_entries = shop.page_of("entries")

    def without_the_press(written: Sequence[slice]) -> list[slice]:
        first, *_ = [part for part in written if of_entries(part) and not part.start % SECTOR]
        return [part for part in written if part != first]

    shop.cut(tmp_path / "cut", without_the_press)

    shop.check(tmp_path / "cut")


@pytest.mark.parametrize(
    "seed", [*range(5), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(5, share_of(COMMITS)))]
)
def test_whatever_is_left_of_a_torn_commit_each_press_counts_once(shop: Shop, tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    for _ in range(random.randint(1, 100)):
        if random.random() < 0.02:
            shop.begin_log_anew(random.choice(["RESTART", "TRUNCATE"]))
        shop.touch() if random.random() < 0.2 else shop.press()
    shop.press(random.choice([BOX, AFTERWARDS]), touches=random.choice([0, 0, 1, 15]), missing=random.choice([0, 0, 5]))

    for number, share in enumerate([0.5, 0.8, 0.95]):
        cut = tmp_path / f"cut-{number}"
        shop.cut(cut, partial(some, share, random))
        shop.check(cut)


def test_missing_presses_are_noted_before_the_commit_of_the_next_one(tmp_path: Path) -> None:
    with closing(Journal.open(tmp_path)) as journal:
        journal._connection.execute("DROP TABLE days")  # so that nothing can be appended
        with pytest.raises(NotKept):
            journal.append([(answer(3, press=(BOX, 41)), 1000)], pressed=1)

        noted = journal._row("SELECT last_seq FROM sources WHERE source = ?", BOX)

    assert noted == (40,)


def test_no_commit_holds_two_presses(tmp_path: Path, hand: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    append = Journal.append
    commits: list[list[tuple[str, int]]] = []

    def note(journal: Journal, drafts: Sequence[tuple[Draft, int]], *, pressed: int) -> list[Entry]:
        commits.append([draft.press for draft, _ in drafts if draft.press])
        return append(journal, drafts, pressed=pressed)

    monkeypatch.setattr(Journal, "append", note)
    writer = Writer(tmp_path, hand.clock)
    for seq in range(1, 4):
        writer.append(answer(3))
        writer.append(answer(3, press=(BOX, seq)))
    writer.start(when_kept=lambda draft: None, when_not_kept=lambda reason: None)
    writer.stop()

    assert list(filter(None, commits)) == [[(BOX, 1)], [(BOX, 2)], [(BOX, 3)]]


def some(share: float, random: Random, written: Sequence[slice]) -> list[slice]:
    return [part for part in written if random.random() < share]
