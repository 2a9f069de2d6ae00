"""What runs inside the machine: the real terminal and the real server, and what their disk holds."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from sync_server import clock
from sync_server.store import open_store
from sync_server.store.interface import Bindable
from tests.faults import servers, stores, terminals
from tests.faults.lives import guarded
from tests.uml import inside

DATA = inside.MOUNTED / "data"
ASIDE = inside.SCRATCH / "aside"
STORE = inside.MOUNTED / "store"
LISTEN = "127.0.0.1:8080"
LOOK_S = 0.02


def kept() -> list[object]:
    """The answers in the terminal's journal, which has no holes; before anything else opens it."""
    return terminals.kept(DATA, ASIDE) if DATA.exists() else []


def terminal(guards: Callable[[], None] = guarded, code: str = "") -> None:
    """With the button box at its serial port. code: to enrol with at the web server."""
    terminals.live(DATA, inside.BOX, inside.CONSOLE, guards, f"http://{LISTEN}" if code else "", code)


def server(token: str, guards: Callable[[], None] = guarded) -> None:
    """It answers on the second line."""
    stores.live(DATA, token, inside.serial(1), inside.CONSOLE, guards)


def read(sql: str, values: Sequence[Bindable] = ()) -> list[tuple[Any, ...]]:
    """Of the server's store, before anything else opens it."""
    with closing(stores.copied(DATA, ASIDE)) as store:
        return list(store.read(sql, values))


def begin_shop() -> str:
    """A server's store, and somewhere to live for a terminal, both in memory; returns an enrolment code."""
    inside.run("mount", "-t", "tmpfs", "tmpfs", inside.MOUNTED)
    DATA.mkdir()
    store, code = servers.begin(STORE)
    store.close()
    return code


def web_server(true_ms: int) -> None:
    """`hymy server`, whose clock goes right, whatever becomes of this computer's: as if it were another computer."""
    began_ns = time.monotonic_ns()
    true = SimpleNamespace(time_ns=lambda: true_ms * 1_000_000 + time.monotonic_ns() - began_ns)
    with patch.object(clock, "time", true):
        servers.live(STORE, LISTEN, inside.CONSOLE)


def answers() -> list[tuple[int, int]]:
    """Of the server: when each was given, and its value, in the order in which they stand in the journal."""
    with closing(open_store(STORE)) as store:
        return [(at, value) for at, value in store.read("SELECT at, value FROM answers ORDER BY journal_id, seq")]


def longest_pause(watch_s: float) -> float:
    """In seconds, between two exchanges that the server took; watched for so long."""
    seen, pauses, last = 0, [0.0], time.monotonic()
    end = last + watch_s
    with closing(open_store(STORE)) as store:
        while time.monotonic() < end:
            ((newest,),) = store.read("SELECT coalesce(MAX(last_exchange_at), 0) FROM terminal_states")
            now = time.monotonic()
            pauses.append(now - last)
            if newest != seen:
                seen, last = newest, now
            time.sleep(LOOK_S)
    return max(pauses)
