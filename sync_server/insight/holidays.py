"""Which days are no usual days: the public holidays of a location's country, which its time zone tells."""

from datetime import date
from functools import cache
from importlib import resources

import holidays

from survey.opening_hours import zone


def is_holiday(day: date, time_zone: str) -> bool:
    """False for a zone of no country. Raises ValueError for an unknown time zone."""
    return day in _holidays(time_zone, day.year)


def country_of(time_zone: str) -> str | None:
    """Its ISO code, as FI for Europe/Helsinki; None for a zone of no country, as UTC."""
    return _countries().get(zone(time_zone).key)


@cache
def _holidays(time_zone: str, year: int) -> frozenset[date]:
    country = country_of(time_zone)
    return frozenset(holidays.country_holidays(country, years=year) if country else ())


@cache
def _countries() -> dict[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {row[2]: row[0] for row in rows}
