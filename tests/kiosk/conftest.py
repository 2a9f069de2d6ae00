from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.views import Ask, Row
from tests.kiosk.a_terminal import CONFIGURATION, HandClock, Running, Server, running
from tests.kiosk.on_paper import GUARDED, Place


@pytest.fixture
def hand() -> HandClock:
    return HandClock()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def terminal(tmp_path: Path, hand: HandClock, server: Server) -> Iterator[Running]:
    with running(tmp_path, hand, server) as terminal:
        terminal.settle()
        yield terminal


@pytest.fixture
def place(tmp_path: Path, hand: HandClock) -> Iterator[Place]:
    place = Place(tmp_path, hand)
    place.terminal.configured(CONFIGURATION)
    place.screen.next()
    place.settle()  # its devices are started
    yield place
    if place.terminal._thread.is_alive():
        place.close()


@pytest.fixture
def guarded(tmp_path: Path, hand: HandClock) -> Iterator[Place]:
    """A terminal that staff can get into."""
    place = Place(tmp_path, hand, diagnose=lambda language: (Row("language", language),))
    place.terminal.configured(GUARDED)
    place.shows(Ask)
    place.settle()
    yield place
    if place.terminal._thread.is_alive():
        place.close()
