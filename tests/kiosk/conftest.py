from collections.abc import Iterator

import pytest
from a_terminal import HandClock, Server


@pytest.fixture
def hand() -> HandClock:
    return HandClock()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()
