from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kiosk.a_terminal import HandClock, Running, Server, a_writer


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
    with a_writer(tmp_path, hand) as (writer, kept):
        terminal = Running(tmp_path, writer, kept, hand, server)
        terminal.settle()
        yield terminal
        terminal.exchange.close()
