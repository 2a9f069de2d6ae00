from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kiosk.a_terminal import HandClock, Running, Server, running


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
