"""What a chain file says beside the surveys, opening hours, theme and pictures, and what terminals are told of it."""

import shutil
import struct
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from hymy.demo import CHAIN
from survey.questions import Kind, Question, Survey
from survey.theme import DARK
from sync_server.errors import ChainFileFaults
from sync_server.fleet.chain import load_chain, read_chain
from sync_server.fleet.surveys import make_configuration
from sync_server.store import Store, open_store, places, shown
from tests import cast

NOW = 1_795_000_000_000
THEME = """
[theme]
day = { paper = "#ffffff", accent = "#9f2b23" }
logo = "logo.png"
"""


def png(width: int = 40, height: int = 30) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demo's files, with a theme and a picture."""
    folder = Path(shutil.copytree(CHAIN.parent, tmp_path / "chain"))
    (folder / "logo.png").write_bytes(png())
    add(folder, THEME)
    return folder


@pytest.fixture
def store(place: Path | str) -> Iterator[Store]:
    store = open_store(place)
    yield store
    store.close()


def add(folder: Path, text: str) -> None:
    file = folder / "chain.toml"
    file.write_text(file.read_text() + text)


def say(folder: Path, old: str, new: str) -> None:
    file = folder / "chain.toml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def faults_of(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ChainFileFaults) as caught:
        read_chain(folder / "chain.toml")
    return caught.value.faults


def test_a_terminal_is_told_the_theme_the_pictures_and_the_opening_hours(folder: Path, store: Store) -> None:
    chain = folder / "chain.toml"
    chain.write_text(
        chain.read_text().replace('id = "kamppi"\n', 'id = "kamppi"\nopening_hours = { mon-sat = "8-21" }\n')
    )

    load_chain(store, read_chain(chain), NOW)

    told = make_configuration(store, "kamppi-checkout", "Kamppi checkout", NOW)
    assert (told.theme.day.paper, told.theme.day.accent, told.theme.dark) == ("#ffffff", "#9f2b23", DARK)
    assert told.pictures == {"logo.png": sha256(png()).hexdigest()}
    assert shown.picture(store, told.pictures["logo.png"]) == png()
    assert told.opening_hours is not None
    assert told.opening_hours.spans(date(2026, 11, 22)) == ()


def test_a_new_picture_under_an_old_name_is_a_new_configuration(folder: Path, store: Store) -> None:
    load_chain(store, read_chain(folder / "chain.toml"), NOW)
    before = make_configuration(store, "kamppi-checkout", "Kamppi checkout", NOW)
    (folder / "logo.png").write_bytes(png(50))

    load_chain(store, read_chain(folder / "chain.toml"), NOW)

    after = make_configuration(store, "kamppi-checkout", "Kamppi checkout", NOW)
    assert after.version != before.version
    assert after.pictures == {"logo.png": sha256(png(50)).hexdigest()}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"GIF89a" + bytes(40), "The picture logo.png is no PNG; save it as one."),
        (png(2000), "The picture logo.png is 2000 x 30 pixels; make it 1024 x 1024 at most."),
        (png() + bytes(200_000), "The picture logo.png takes 200,044 bytes; make it smaller than 200,000"),
        (None, "The picture logo.png can't be read: No such file or directory."),
    ],
    ids=["gif", "wide", "large", "missing"],
)
def test_a_picture_that_no_terminal_could_show_is_refused(folder: Path, content: bytes | None, told: str) -> None:
    if content is None:
        (folder / "logo.png").unlink()
    else:
        (folder / "logo.png").write_bytes(content)

    assert any(fault.startswith(told) for fault in faults_of(folder)), faults_of(folder)


def test_faults_of_hours_and_theme_are_told_together(folder: Path) -> None:
    say(folder, 'accent = "#9f2b23"', 'acent = "#9f2b23"')
    say(folder, 'id = "kamppi"\n', 'id = "kamppi"\nopening_hours = { mon-sat = "8 to 21" }\n')

    faults = faults_of(folder)

    assert faults[0].startswith("theme: day has no colour 'acent'; known are paper, ink")
    assert faults[1].startswith("Location kamppi: opening_hours: mon-sat: '8 to 21' is no time of day")


def test_a_theme_that_few_could_read_is_refused_with_the_reason(folder: Path) -> None:
    say(folder, 'paper = "#ffffff"', 'quiet = "#999999"')

    told = faults_of(folder)
    assert any(fault.startswith("theme: day.quiet #999999 on day.paper") and "4.5" in fault for fault in told), told


def test_the_goal_is_of_the_satisfied_so_the_nps_shows_none(store: Store) -> None:
    recommend = Question("recommend", Kind.NPS, {"en": "Would you recommend us?"})
    with store.write() as transaction:
        places.put_survey(transaction, Survey("shop", 9, ("en",), (recommend,)))
        places.put_region(transaction, "uusimaa", "Uusimaa")
        places.put_locations(transaction, [cast.KAMPPI])
        places.put_touchpoints(transaction, [cast.CHECKOUT])

    assert make_configuration(store, "kamppi-checkout", "Kamppi checkout", NOW).goal is None
