"""Which terminals are not heard of though their location is open: what they are told waits in them."""

from collections import defaultdict

import msgspec

from survey.schedule import local_time
from sync_server.store import Store, terminals
from sync_server.store.places import LocationRow

SILENT_MS = 10 * 60_000  # an idle terminal is heard of every minute or so


class Silent(msgspec.Struct, frozen=True):
    """since: when it was last heard of, or came here (epoch ms)."""

    terminal_name: str
    since: int


def silent(store: Store, location: LocationRow, now_ms: int) -> dict[str, list[Silent]]:
    """By touchpoint_id. Nobody is silent in the first minutes after opening: many are switched on only then."""
    if not _is_open(location, now_ms) or not _is_open(location, now_ms - SILENT_MS):
        return {}
    found = defaultdict(list)
    for heard in terminals.last_heard(store, location.location_id):
        if heard.at < now_ms - SILENT_MS:
            found[heard.touchpoint_id].append(Silent(heard.name, heard.at))
    return dict(found)


def _is_open(location: LocationRow, at_ms: int) -> bool:
    hours = location.opening_hours
    return hours is None or hours.is_open(local_time(at_ms, location.time_zone))
