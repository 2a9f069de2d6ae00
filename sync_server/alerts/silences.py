"""Terminals that are not heard of though their location is open. Where the hours are not told, nothing can be said."""

from collections.abc import Mapping

from survey.schedule import local_time
from sync_server.alerts.alert import Cause, Kind, Look, Silent
from sync_server.alerts.rules import Rules
from sync_server.store import Store, terminals
from sync_server.store.alerts import AlertRow
from sync_server.store.places import LocationRow

MINUTE_MS = 60_000
HEARD_MS = 5 * MINUTE_MS  # an idle terminal is heard of every minute or so


def look(
    store: Store,
    locations: Mapping[str, LocationRow],
    rules: Mapping[str, Rules],
    going_on: Mapping[Cause, AlertRow],
    *,
    up_since_ms: int,
    now_ms: int,
) -> Look:
    """up_since_ms: before that nobody was there to hear them.

    It is over when the terminal is heard of again, not when the location closes.
    """
    on: dict[Cause, Silent] = {}
    goes_on: set[Cause] = set()
    for heard in terminals.last_heard(store):
        location, rule = locations.get(heard.location_id), rules.get(heard.location_id)
        if location is None or rule is None or not rule.silent:
            continue
        cause = (heard.location_id, Kind.SILENT.value, heard.terminal_id)
        if heard.at < now_ms - HEARD_MS:
            goes_on.add(cause)
        is_silent = max(heard.at, up_since_ms) < now_ms - rule.silent_minutes * MINUTE_MS
        if is_silent and _was_open(location, now_ms, rule.silent_minutes):
            on[cause] = Silent(heard.name, heard.at)
    over = {cause for cause, alert in going_on.items() if alert.kind == Kind.SILENT and cause not in goes_on}
    return Look(on, over)


def _was_open(location: LocationRow, now_ms: int, minutes: int) -> bool:
    """Now, and when it should have been heard of: many are switched on only when the doors open."""
    hours = location.opening_hours
    return hours is not None and all(
        hours.is_open(local_time(at_ms, location.time_zone)) for at_ms in (now_ms, now_ms - minutes * MINUTE_MS)
    )
