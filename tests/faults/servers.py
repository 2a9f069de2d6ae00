"""The life of a whole server, HTTP and all, and what its store holds of a button box."""

import argparse
from collections.abc import Callable
from pathlib import Path

from hymy.programs import free_port
from sync_server.clock import now_ms
from sync_server.fleet.enrolment import make_code
from sync_server.main import add_arguments, main
from sync_server.store import Store, open_store
from tests import cast
from tests.faults.lives import write_log


def live(data: Path, listen: str, log: Path) -> None:
    """`hymy server`."""
    write_log(log)
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    main(parser.parse_args(["--data", str(data), "--listen", listen]))


def begin(data: Path) -> tuple[Store, str]:
    """A new store with the cast in it, and an enrolment code."""
    store = open_store(data)
    cast.settle(store)
    return store, make_code(store, "kamppi-checkout", now_ms())


def address() -> str:
    return f"127.0.0.1:{free_port(0)}"


def count(store: Store) -> int:
    ((answers,),) = store.read("SELECT COUNT(*) FROM answers")
    return int(answers)


def is_counting(store: Store) -> Callable[[], bool]:
    """Whether it holds more than it does now."""
    before = count(store)
    return lambda: count(store) > before


def values(store: Store) -> list[int]:
    return [value for (value,) in store.read("SELECT value FROM answers ORDER BY journal_id, seq")]
