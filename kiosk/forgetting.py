"""Forgets entries that every backup of the server holds, and that are old (design.md 3.3)."""

import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

from kiosk.clock import BootRecord, Clock, latest_offsets
from kiosk.journal import KEEP_DAYS, Journal, Records
from kiosk.journal.journal import MOST_FORGOTTEN
from kiosk.journal.records import ONLINE
from kiosk.writer import Writer

DAY_MS = 24 * 3600 * 1000
NEVER_MS = 2**62
SHORT_BYTES = 100_000_000  # a month of a busy terminal takes a tenth of it
AGAIN_MS = 10 * 60 * 1000

log = logging.getLogger(__name__)


def forget_old(writer: Writer, clock: Clock) -> int:
    """Returns how many entries were forgotten.

    None while the time is not known for sure, nor while the server is away or refuses: what it allowed before may not
    hold any more, it may come back from an older backup.
    """

    def forget(journal: Journal) -> int:
        if journal.standing() != ONLINE:
            return 0
        return journal.forget(young_from_ms(journal.boots(), clock.uptime_ms()), most=MOST_FORGOTTEN)

    count = 0
    while some := writer.do(forget).result():
        count += some
    if count:
        writer.do(Journal.forget_contexts).result()
        log.info("Forgot %s old entries that the server and all its backups hold", count)
    return count


def young_from_ms(boots: Sequence[BootRecord], uptime_ms: int) -> dict[int, int]:
    """For each boot the time since boot from which on its entries may be younger than KEEP_DAYS."""
    now_offset_ms = boots[-1].offset_ms
    if now_offset_ms is None:
        return {boot.number: -NEVER_MS for boot in boots}
    limit_ms = now_offset_ms + uptime_ms - KEEP_DAYS * DAY_MS
    offsets_ms = latest_offsets(boots)  # all bounded, since the last one is known
    return {boot.number: limit_ms - (at or 0) for boot, at in zip(boots, offsets_ms, strict=True)}


def is_old(records: Records, clock: Clock, boot_id: str, uptime_ms: int) -> bool:
    """Whether an entry of a closed journal is older than KEEP_DAYS; its boot stands in the journal in use, too."""
    boots = records.boots()
    young_from = young_from_ms(boots, clock.uptime_ms())
    return any(boot.boot_id == boot_id and uptime_ms < young_from[boot.number] for boot in boots)


class Disk:
    """What is left on the disk. When that is little, what may be forgotten is forgotten now rather than some time."""

    def __init__(self, folder: Path, writer: Writer, clock: Clock) -> None:
        self._folder = folder
        self._writer = writer
        self._clock = clock
        self._looked_at_ms: int | None = None

    def look(self) -> str:
        """How that stands in a word, for the health; empty while there is enough."""
        if shutil.disk_usage(self._folder).free >= SHORT_BYTES:
            return ""
        now_ms = self._clock.uptime_ms()
        if self._looked_at_ms is None or now_ms - self._looked_at_ms >= AGAIN_MS:
            self._looked_at_ms = now_ms
            forget_old(self._writer, self._clock)
        return "nearly full"
