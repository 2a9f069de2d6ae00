import pytest

from sync_server.store import Store
from tests import cast


@pytest.fixture
def store(store: Store) -> Store:
    """The cast's, without an answer."""
    cast.settle(store)
    return store
