"""`hymy box` as its own process, driven by a script, against the real driver."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from hardware.buttons.serial import SerialButtons
from hardware.lights.interface import Light
from hardware.lights.serial import BoxLights
from tests.hardware.button_desk import Desk, kept

COMMAND = """
import argparse
from hymy import box
parser = argparse.ArgumentParser()
box.add_arguments(parser)
raise SystemExit(box.main(parser.parse_args()))
"""
LIMIT_S = 60


class BoxCommand:
    def __init__(self, link: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, str(link), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self._limit = Timer(LIMIT_S, self.process.kill)  # then reading ends
        self._limit.start()
        self.hello = self.read()

    def write(self, text: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def read(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().rstrip("\n")

    def end(self, text: str = "") -> list[str]:
        """Write the last input; returns the lines that were not read yet."""
        out, self.errors = self.process.communicate(text)
        self._limit.cancel()
        return out.splitlines()


@pytest.fixture
def command(link: Path) -> Iterator[BoxCommand]:
    command = BoxCommand(link, "--linger", "15")
    yield command
    command.process.kill()
    command.end()


def test_a_script_presses_and_compares_with_what_the_terminal_kept(command: BoxCommand, desk: Desk) -> None:
    desk.start()

    command.write("1 5\n3\n")
    record = [command.read() for _ in range(6)]
    closing = command.end()

    session = command.hello.split()[3]
    presses = [line.split() for line in record if line.startswith("press ")]
    assert kept(desk) == [(f"box:twin/{session}", int(seq), int(button)) for _, seq, _, button, _ in presses]
    assert [(seq, button) for _, seq, _, button, _ in presses] == [("1", "1"), ("2", "5"), ("3", "3")]
    assert [line for line in record if line.startswith("acked ")] == ["acked 1", "acked 2", "acked 3"]
    assert closing == ["pressed 3, acknowledged 3"]
    assert command.process.returncode == 0


def test_presses_made_while_unplugged_arrive_after_plugging(command: BoxCommand, desk: Desk) -> None:
    desk.start()
    desk.wait_for(lambda: desk.changes == ["plugged"])

    command.write("unplug 2 4\n")
    desk.wait_for(lambda: desk.changes == ["plugged", "unplugged"])
    closing = command.end("plug\nquit 1\n")

    assert [button for _, _, button in kept(desk)] == [2, 4]
    assert closing[-1] == "pressed 2, acknowledged 2"


def test_bad_input_is_told_what_is_allowed_and_presses_nothing(link: Path) -> None:
    command = BoxCommand(link, "--linger", "0")

    lines = command.end("0 6\nhello ٣ -1 03 4.0\n\n")

    assert lines[0] == 'not pressed: "0" is none of 1 to 5 (press a button), unplug, plug, quit'
    assert len(lines) == 8
    assert lines[-1] == "pressed 0, acknowledged 0"


def test_presses_that_nobody_took_are_counted_at_the_end(link: Path) -> None:
    command = BoxCommand(link, "--linger", "0", "--buttons", "7")

    lines = command.end("7")

    assert lines[-1] == "pressed 1, acknowledged 0"
    assert command.process.returncode == 1


def test_the_link_goes_when_the_box_is_ended_from_outside(command: BoxCommand, link: Path) -> None:
    was_there = link.is_symlink()

    command.process.terminate()
    lines = command.end()

    assert was_there
    assert not link.is_symlink()
    assert lines == ["pressed 0, acknowledged 0"]


def test_a_link_left_behind_by_a_killed_box_is_taken_over(link: Path) -> None:
    link.symlink_to("/dev/pts/99999")

    command = BoxCommand(link, "--linger", "0")

    assert command.end()[-1] == "pressed 0, acknowledged 0"


@pytest.mark.parametrize("taken", ["file", "no folder"])
def test_a_link_that_cannot_be_is_refused_and_nothing_is_overwritten(tmp_path: Path, taken: str) -> None:
    path = tmp_path / "file" if taken == "file" else tmp_path / "missing" / "box"
    if taken == "file":
        path.write_text("precious")

    command = BoxCommand(path)
    command.end()

    assert command.process.returncode == 2
    assert command.errors.startswith(f"hymy box: The twin cannot be put at {path}: ")
    assert taken != "file" or path.read_text() == "precious"


def test_it_tells_once_what_its_lamps_show_and_each_thanks(command: BoxCommand, link: Path) -> None:
    lamps = BoxLights([buttons := SerialButtons(str(link))])
    lamps.show(Light("invite"))
    buttons.start(when_pressed=print, when_changed=lambda state: None, last_seq=lambda source: 0)
    assert command.read() == "lamps invite"

    for light in (Light("invite"), Light("thanks", 4, beep=True), Light("thanks", 4), Light("off")):
        lamps.show(light)

    assert [command.read() for _ in range(3)] == ["lamps thanks 4 beep", "lamps thanks 4", "lamps off"]
    buttons.stop()
