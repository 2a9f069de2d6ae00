from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from sync_server.store import open_store
from tests import cast
from tests.chromium import chromium
from tests.sync_server.web.house import House, Served


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    store = open_store(tmp_path)
    cast.settle(store)
    house = House(store)
    with Served(house):
        yield house
    store.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser
