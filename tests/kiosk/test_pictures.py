"""A terminal that is configured hands its screen the chain's theme and the pictures that are here."""

import queue
from pathlib import Path
from types import SimpleNamespace

import msgspec

from kiosk.pictures import on_shelf, picture_file
from kiosk.terminal import Terminal
from kiosk.writer import Writer
from survey.theme import DARK, Theme
from tests.kiosk.a_terminal import CONFIGURATION, LIMIT_S, HandClock

LOGO, SIGN = "a" * 64, "b" * 64


def put(folder: Path, sha256: str) -> Path:
    file = picture_file(folder, sha256)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"a picture")
    return file


def test_a_picture_that_is_not_here_yet_is_not_on_the_shelf(tmp_path: Path) -> None:
    file = put(tmp_path, LOGO)

    assert on_shelf(tmp_path, {"logo": LOGO, "queue": SIGN}) == {"logo": file}


def test_the_screen_is_dressed_before_it_asks(tmp_path: Path, hand: HandClock) -> None:
    told = queue.SimpleQueue[object]()
    screen = SimpleNamespace(show=told.put, dress=lambda *clothes: told.put(clothes))
    writer = Writer(tmp_path, hand.clock)
    terminal = Terminal(writer=writer, clock=hand.clock, folder=tmp_path)
    writer.start(when_kept=terminal.kept, when_not_kept=terminal.not_kept)
    terminal.start(screen=screen)  # type: ignore[arg-type]
    file, theme = put(tmp_path, LOGO), Theme(day=DARK, logo="logo")

    terminal.configured(msgspec.structs.replace(CONFIGURATION, theme=theme, pictures={"logo": LOGO}))

    assert told.get(timeout=LIMIT_S) == (theme, {"logo": file})
    assert type(told.get(timeout=LIMIT_S)).__name__ == "Ask"
    terminal.stop()
    writer.stop()
