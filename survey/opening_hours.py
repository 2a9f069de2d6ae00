"""From an instant to the local day and hour of a location (design.md 3.9)."""

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

QUARTER_MS = 15 * 60 * 1000  # every offset in use is a multiple of it
FIRST_MS, LAST_MS = 0, 253_370_000_000_000  # 1970 to 9998: what a calendar can show


def zone(name: str) -> ZoneInfo:
    """Raises ValueError for a time zone that is not known, with an example of one that is."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"Time zone {name!r} is not known; write it as in Europe/Helsinki.") from error


@lru_cache(maxsize=4096)
def local_hour(quarter: int, time_zone: str) -> tuple[str, int]:
    """Local date (ISO) and hour (0..23) of a quarter of an hour, given as `at_ms // QUARTER_MS`."""
    moment = datetime.fromtimestamp(quarter * QUARTER_MS / 1000, UTC).astimezone(zone(time_zone))
    return moment.date().isoformat(), moment.hour


def on_clock(at_ms: int, time_zone: str) -> datetime:
    """What calendar and clock of the location show at this instant (UTC, epoch ms)."""
    return datetime.fromtimestamp(on_calendar(at_ms) / 1000, UTC).astimezone(zone(time_zone))


def local_date(at_ms: int, time_zone: str) -> date:
    """The day at the location, at this instant (UTC, epoch ms)."""
    return date.fromisoformat(local_hour(at_ms // QUARTER_MS, time_zone)[0])


def on_calendar(at_ms: int) -> int:
    """No time is refused (design.md 3.8); what no calendar can show is put at its end."""
    return min(max(at_ms, FIRST_MS), LAST_MS)


def told_date(clock_ms: int, uptime_ms: int, time_zone: str) -> str:
    """The local date (ISO) that the terminal's own clock told when an entry was made: what `Day` counts by."""
    return local_hour(on_calendar(clock_ms + uptime_ms) // QUARTER_MS, time_zone)[0]
