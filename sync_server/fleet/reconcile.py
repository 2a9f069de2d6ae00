"""`hymy reconcile`: for each terminal whether every press was counted, with every gap named.

`counted` is found by counting the rows that the store holds, not by a tally kept along the way.
"""

import argparse

import msgspec

from sync_server.clock import now_ms
from sync_server.command import add_data_argument, add_json_argument, say, with_store
from sync_server.fleet.terminals import TerminalRow, terminals
from sync_server.store import Store
from sync_server.store.terminals import rows_held


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data_argument(parser)
    add_json_argument(parser)


def main(arguments: argparse.Namespace) -> int:
    return with_store(arguments, _reconcile)


def reconcile(store: Store) -> list[TerminalRow]:
    """The terminals that have a journal, with `counted` counted anew."""
    return [
        msgspec.structs.replace(row, counted=rows_held(store, row.location_id, int(row.journal, 16)))
        for row in terminals(store)
        if row.journal
    ]


def differences(row: TerminalRow) -> list[str]:
    """What keeps pressed = stored = sent = counted from being true, in words; nothing when all is well."""
    if row.succeeded_by:
        return [f"its journal goes on with terminal {row.succeeded_by}"]
    heard_at = row.last_exchange_at
    unknown = f"what it holds since {ago(heard_at)} is not known" if heard_at is not None else "it was never heard of"
    found = {
        f"{row.pressed - row.stored} pressed but not stored": row.pressed != row.stored,
        f"{row.waiting} waiting on the terminal": row.waiting != 0,
        f"{row.sent - row.counted} sent but not counted": row.sent > row.counted,
        f"{row.counted - row.sent} counted since it last reported": row.counted > row.sent,
        f"{row.missing} entries missing for good": row.missing != 0,
        f"{row.quarantined} in quarantine": row.quarantined != 0,
        f"revoked: {unknown}": row.revoked_at is not None,
    }
    return [text for text, is_so in found.items() if is_so]


def summary(row: TerminalRow) -> str:
    """One line for people."""
    numbers = f"pressed {row.pressed} = stored {row.stored} = sent {row.sent} = counted {row.counted}"
    found = differences(row)
    return f"{numbers.replace('=', '/')}: {', '.join(found)}" if found else numbers


def ago(at_ms: int) -> str:
    seconds = max(0, (now_ms() - at_ms) // 1000)
    if seconds < 120:
        return f"{seconds} s ago"
    return f"{seconds // 60} min ago" if seconds < 7200 else f"{seconds // 3600} h ago"


def _reconcile(store: Store, arguments: argparse.Namespace) -> int:
    rows = reconcile(store)
    if arguments.json:
        say(msgspec.json.encode(rows).decode())
        return 0
    for row in rows:
        say(f"{row.name} ({row.location_name}, {row.touchpoint_name}), journal {row.journal}")
        say(f"    {summary(row)}")
    if not rows:
        say("No terminal has sent anything yet.")
    return 0
