from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync_server.exchange.shop import Journal, Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path / "server")
    yield shop
    shop.store.close()


@pytest.fixture
def journal() -> Journal:
    return Journal()
