from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync_server.exchange.shop import Journal, Shop


@pytest.fixture
def shop(place: Path | str) -> Iterator[Shop]:
    shop = Shop(place)
    yield shop
    shop.store.close()


@pytest.fixture
def journal() -> Journal:
    return Journal()
