from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync_server.store import Store, open_store
from tests import postgresql
from tests.sync_server.exchange.shop import Journal, Shop


@pytest.fixture(scope="session")
def database_server() -> Iterator[postgresql.Cluster]:
    yield postgresql.running()
    postgresql.stop_running()


@pytest.fixture
def database(database_server: postgresql.Cluster) -> Iterator[str]:
    """The address of a PostgreSQL database that holds an empty store."""
    with postgresql.scratch() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a store is to be: a folder, or the address of a database."""
    if request.param == "sqlite":
        return tmp_path / "data"
    address: str = request.getfixturevalue("database")
    return address


@pytest.fixture
def store(place: Path | str) -> Iterator[Store]:
    store = open_store(place)
    yield store
    store.close()


@pytest.fixture
def copied(tmp_path: Path) -> Iterator[Callable[[Path | str], Path | str]]:
    """Another place that holds what this one held. Nobody may have it open."""
    with ExitStack() as stack:
        yield lambda place: postgresql.copied(place, tmp_path, stack)


@pytest.fixture
def shop(place: Path | str) -> Iterator[Shop]:
    """On each kind of store."""
    shop = Shop(place)
    yield shop
    shop.store.close()


@pytest.fixture
def journal() -> Journal:
    return Journal()
