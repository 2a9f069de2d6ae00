from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from sync_server.store import Store, open_store
from tests import postgresql
from tests.sync_server.program import Program


@pytest.fixture(scope="session")
def database_server() -> Iterator[postgresql.Cluster]:
    yield postgresql.running()
    postgresql.stop_running()


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The server, on each kind of store."""
    with ExitStack() as closing:
        database = ""
        if request.param == "postgresql":
            request.getfixturevalue("database_server")
            database = closing.enter_context(postgresql.scratch())
        program = Program(tmp_path_factory.mktemp("server"), database=database)
        closing.callback(program.stop)
        yield program


@pytest.fixture(scope="module")
def store(program: Program) -> Iterator[Store]:
    """The store beside the running server, as a command opens it."""
    store = open_store(program.place)
    yield store
    store.close()
