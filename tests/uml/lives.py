"""What runs inside the machine: the real terminal and the real server, and what their disk holds."""

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from tests.faults import stores, terminals
from tests.faults.lives import guarded
from tests.uml import inside

DATA = inside.MOUNTED / "data"
ASIDE = inside.SCRATCH / "aside"


def kept() -> list[object]:
    """The answers in the terminal's journal, which has no holes; before anything else opens it."""
    return terminals.kept(DATA, ASIDE) if DATA.exists() else []


def terminal(guards: Callable[[], None] = guarded, server: str = "", code: str = "") -> None:
    """With the button box at its serial port."""
    terminals.live(DATA, inside.BOX, inside.CONSOLE, guards, server, code)


def server(token: str, guards: Callable[[], None] = guarded) -> None:
    """It answers on the second line."""
    stores.live(DATA, token, inside.serial(1), inside.CONSOLE, guards)


def read(sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Of the server's store, before anything else opens it."""
    with closing(stores.copied(DATA, ASIDE)) as store:
        return list(store.read(sql, values))
