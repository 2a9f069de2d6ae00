"""The terminals as IT sees them: where they stand, when they were last heard of, and whether every press counted."""

import msgspec

from sync_server.errors import NotFound
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
    rows = [_terminal(row, amiss.get(row[0], [0, 0, 0])) for row in queries.terminals(store)]
    by_age = sorted(rows, key=lambda row: (row.last_exchange_at or 0, row.enrolled_at))
    holders = {(row.location_id, row.journal): row.terminal_id for row in by_age if row.journal}  # who told of it last
    return [_unless_succeeded(row, holders.get((row.location_id, row.journal), row.terminal_id)) for row in rows]


def revoke(store: Store, terminal_id: str, now_ms: int) -> None:
    """Its token is worth nothing from now on; what it sent stays. Raises NotFound if it is not in force."""
    with store.write() as transaction:
        if not queries.revoke(transaction, terminal_id, now_ms):
            raise NotFound(f"There is no terminal {terminal_id} in force.", "See hymy terminals list.")


def _unless_succeeded(row: TerminalRow, holder_id: str) -> TerminalRow:
    if holder_id == row.terminal_id:
        return row
    return msgspec.structs.replace(
        row, succeeded_by=holder_id, journal="", pressed=0, stored=0, sent=0, counted=0, waiting=0
    )


def _terminal(row: Row, amiss: list[int]) -> TerminalRow:
    (terminal_id, name, location_id, location_name, touchpoint_name, enrolled_at, revoked_at) = row[:7]
    (last_exchange_at, version, pressed, stored, waiting, devices, journal_id, counted) = row[7:]
    return TerminalRow(
        *(terminal_id, name, location_id, location_name, touchpoint_name, enrolled_at, revoked_at),
        last_exchange_at=last_exchange_at,
        version=version or "",
        pressed=pressed or 0,
        stored=stored or 0,
        sent=(stored or 0) - (waiting or 0),
        counted=counted or 0,
        waiting=waiting or 0,
        quarantined=amiss[1],
        journal=f"{journal_id:015x}" if journal_id is not None else "",
        journals=amiss[0],
        missing=amiss[2],
        devices=msgspec.json.decode(devices, type=dict[str, str]) if devices else {},
    )
