"""Forgets entries that every backup of the server holds, and that are old (design.md 3.3)."""

import logging

from kiosk.clock import Clock, estimate
from kiosk.journal import KEEP_DAYS, Journal
from kiosk.writer import Writer

DAY_MS = 24 * 3600 * 1000

log = logging.getLogger(__name__)


def forget_old(writer: Writer, clock: Clock) -> int:
    """Returns how many entries were forgotten: none while the time is not known for sure."""

    def forget(journal: Journal) -> int:
        records = journal.boots()
        offset_ms = records[-1].offset_ms
        if offset_ms is None:
            return 0
        limit_ms = offset_ms + clock.uptime_ms() - KEEP_DAYS * DAY_MS
        return journal.forget({boot.number: limit_ms - (boot.offset_ms or 0) for boot in estimate(records)})

    count = writer.do(forget).result()
    if count:
        log.info("Forgot %s old entries that the server and all its backups hold", count)
    return count
