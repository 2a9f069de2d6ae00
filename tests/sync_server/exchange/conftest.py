from collections.abc import Iterator
from pathlib import Path

import pytest
from shop import Journal, Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.store.close()


@pytest.fixture
def journal() -> Journal:
    return Journal()
