"""The terminals as IT sees them: where they stand, when they were last heard of, and whether every press counted."""

import msgspec

from sync_server.errors import NotFound
from sync_server.fleet.enrolment import check_touchpoint, free_name
from sync_server.store import Row, Store
from sync_server.store import terminals as queries


class TerminalRow(msgspec.Struct, frozen=True):
    """pressed, stored, sent, counted: answers of the journal in use; all four are equal when all is well.

    journals: how many it has had. succeeded_by: the terminal whose journal that one is now, it was enrolled anew; there
    it counts, and here nothing does. missing: entries that no one holds any more. Instants are epoch ms.
    """

    terminal_id: str
    name: str
    location_id: str
    location_name: str
    touchpoint_name: str
    enrolled_at: int
    revoked_at: int | None
    last_exchange_at: int | None
    version: str
    pressed: int
    stored: int
    sent: int
    counted: int
    waiting: int
    quarantined: int
    journal: str
    journals: int
    missing: int
    devices: dict[str, str]
    succeeded_by: str = ""


def terminals(store: Store) -> list[TerminalRow]:
    """All of them, by location, touchpoint and name."""
    amiss = {terminal_id: numbers for terminal_id, *numbers in queries.amiss(store)}
    return [_terminal(row, amiss.get(row[0], [0, 0, 0])) for row in queries.terminals(store)]


def revoke(store: Store, terminal_id: str, now_ms: int) -> None:
    """Its token is worth nothing from now on; what it sent stays. Raises NotFound if it is not in force."""
    with store.write() as transaction:
        if not queries.revoke(transaction, terminal_id, now_ms):
            raise NotFound(f"There is no terminal {terminal_id} in force.", "See hymy terminals list.")


def move(store: Store, terminal_id: str, touchpoint_id: str, now_ms: int) -> None:
    """From now on it stands at this touchpoint; what it collected elsewhere stays there.

    Raises NotFound for an unknown touchpoint, and for a terminal that is not in force or stands there already.
    """
    check_touchpoint(store, touchpoint_id)
    with store.write() as transaction:
        name = free_name(transaction, touchpoint_id, queries.name(transaction, terminal_id))
        if not queries.move(transaction, terminal_id, touchpoint_id, name, now_ms):
            text = f"There is no terminal {terminal_id} in force that stands elsewhere than at {touchpoint_id}."
            raise NotFound(text, "See hymy terminals list.")


def _terminal(row: Row, amiss: list[int]) -> TerminalRow:
    (terminal_id, name, location_id, location_name, touchpoint_name, enrolled_at, revoked_at) = row[:7]
    (last_exchange_at, version, pressed, stored, waiting, devices, journal_id, counted, holder_id) = row[7:]
    is_succeeded = holder_id not in (None, terminal_id)  # its journal goes on with another terminal
    if journal_id is None or is_succeeded:
        pressed = stored = waiting = counted = 0
    return TerminalRow(
        *(terminal_id, name, location_id, location_name, touchpoint_name, enrolled_at, revoked_at),
        last_exchange_at=last_exchange_at,
        version=version or "",
        pressed=pressed,
        stored=stored,
        sent=stored - waiting,
        counted=counted or 0,
        waiting=waiting,
        quarantined=amiss[1],
        journal="" if journal_id is None or is_succeeded else f"{journal_id:015x}",
        journals=amiss[0],
        missing=amiss[2],
        devices=msgspec.json.decode(devices, type=dict[str, str]) if devices else {},
        succeeded_by=holder_id if is_succeeded else "",
    )
