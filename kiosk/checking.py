"""Reads the whole journal now and then, and checks that it holds what was written: cards forget (faults.md 1.4)."""

import logging
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from kiosk.errors import DamagedJournal, NoJournal
from kiosk.journal import Records
from kiosk.journal.salvage import check_chain, check_seals, is_damage, is_unreadable
from kiosk.writer import Writer

SLICE = 500  # entries: a few milliseconds
PAUSE_S = 0.1  # between slices: whoever stands before the screen goes first

log = logging.getLogger(__name__)


def check_all(folder: Path, writer: Writer, *, pause_s: float = PAUSE_S) -> bool:
    """Whether it is sound; if not, the writer is told."""
    try:
        with closing(Records.open(folder)) as records:
            check_seals(records)
            checked = records.base().seq
            while checked := check_chain(records, checked, SLICE):
                time.sleep(pause_s)
    except (NoJournal, OSError) as error:
        log.info("The journal is not checked this time: %s", error)
    except (sqlite3.Error, DamagedJournal) as error:
        if is_damage(error) or is_unreadable(error):
            writer.damaged(str(error))
            return False
        log.info("The journal is not checked this time: %s", error)
    return True
