from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync_server.alerts.house import Watched


@pytest.fixture
def watched(place: Path | str) -> Iterator[Watched]:
    """On each kind of store."""
    watched = Watched(place)
    yield watched
    watched.store.close()
