"""A disk that is full or read-only, on real file systems (faults.md 1.5). Mounting them takes root."""

import queue
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from hardware.buttons.simulated import SimulatedBox
from kiosk.journal import Records, Tallies
from kiosk.terminal import Terminal
from kiosk.views import Ask, OutOfOrder, View
from kiosk.writer import Writer
from tests.kiosk.a_terminal import CONFIGURATION, LIMIT_S, HandClock, Kept, Server, a_writer, answer, keep
from tests.kiosk.test_main import a_terminal, end, wait_until

BALLAST_BYTES = 400_000


def mount(*options: str) -> None:
    subprocess.run(["mount", *options], check=True, capture_output=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Of 3 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    try:
        mount("-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place))
    except (subprocess.CalledProcessError, FileNotFoundError):
        pytest.skip("Only root may mount a file system.")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path) -> Path:
    """To the last byte."""
    filling = disk / "filling"
    with filling.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filling


class Shown(Kept):
    """A screen that remembers what it was told to show."""

    def __init__(self) -> None:
        super().__init__()
        self.views: queue.SimpleQueue[View] = queue.SimpleQueue()

    def show(self, view: View) -> None:
        self.views.put(view)

    def run(self, **_: object) -> None:
        raise NotImplementedError

    def dress(self, *_: object) -> None: ...

    def stop(self) -> None: ...


def held(folder: Path) -> Tallies:
    records = Records.open(folder)
    tallies = records.tallies()
    records.close()
    return tallies


def test_on_a_full_disk_the_ballast_lets_answers_go_on(disk: Path) -> None:
    with a_writer(disk, ballast_bytes=BALLAST_BYTES) as (writer, kept):
        keep(writer, kept, answer(1))
        assert writer.disk() == ""
        filling = fill(disk)

        for visit in range(2, 30):
            keep(writer, kept, answer(1, visit=visit))

        assert kept.faults == []
        assert writer.disk() == "full"
        filling.unlink()
        writer.look_after_disk()
        assert writer.disk() == ""


def test_when_nothing_is_left_to_give_up_answers_wait_until_there_is_room(disk: Path) -> None:
    with a_writer(disk, ballast_bytes=BALLAST_BYTES) as (writer, kept):
        keep(writer, kept, answer(1))
        fill(disk)
        (disk / "ballast").unlink()
        filling = fill(disk)

        visit = 1
        while not kept.faults:
            visit += 1
            writer.append(answer(1, visit=visit))
            kept.wait_until(lambda: bool(kept.faults) or answer(1, visit=visit) in kept.drafts)  # noqa: B023
        unkept = answer(1, visit=visit)

        assert unkept not in kept.drafts
        assert writer.pressed == visit
        assert writer.disk() == "full"
        filling.unlink()
        kept.wait_for(unkept)
        kept.wait_until(lambda: kept.drafts[-1].about == "out_of_order")
        assert held(disk) == Tallies(pressed=visit, stored=visit, sent=0)


@pytest.mark.parametrize("trouble", ["full", "read-only"])
def test_a_terminal_that_starts_on_a_disk_that_takes_nothing_recovers_by_itself(
    disk: Path, hand: HandClock, trouble: str
) -> None:
    with a_writer(disk, hand) as (writer, _):
        writer.do(lambda journal: journal.configure(CONFIGURATION)).result()
    filling = fill(disk)
    if trouble == "read-only":
        mount("-o", "remount,ro", str(disk))
    writer, screen = Writer(disk, hand.clock, retry_s=0.02), Shown()
    terminal = Terminal(writer=writer, clock=hand.clock, folder=disk)
    terminal.start(screen=screen)
    writer.start(
        when_kept=terminal.kept,
        when_not_kept=terminal.not_kept,
        when_opened=lambda journal: terminal.opened(journal.configuration() or CONFIGURATION),
    )

    assert screen.views.get(timeout=LIMIT_S) == OutOfOrder("en", "")
    if trouble == "read-only":
        mount("-o", "remount,rw", str(disk))
    filling.unlink()
    assert isinstance(screen.views.get(timeout=LIMIT_S), Ask)
    terminal.stop()
    writer.stop()


def test_the_program_waits_for_a_read_only_card_and_the_box_keeps_what_is_pressed(
    disk: Path, tmp_path: Path, server: Server
) -> None:
    server.configuration = CONFIGURATION
    data = disk / "data"
    data.mkdir()
    options = ["--data", str(data), "--server", server.address, "--code", "C-1", "--headless"]
    mount("-o", "remount,ro", str(disk))
    with SimulatedBox(tmp_path / "box") as box, a_terminal(*options, "--buttons", f"serial:{box.link}") as process:
        assert process.stderr
        assert any("can't be written" in line for line in process.stderr)
        box.press(4)
        assert not server.requests

        mount("-o", "remount,rw", str(disk))

        wait_until(server, lambda: server.values == [4])
        assert box.wait_until_acknowledged(LIMIT_S)
        assert end(process) == 0
