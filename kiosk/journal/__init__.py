"""The journal: a terminal's append-only record in SQLite, and all SQL about it (design.md 3.1 to 3.4).

`Records` reads, through a connection of its own; `Journal` writes, and belongs to one thread (kiosk/writer.py).
"""

from kiosk.journal.files import FolderLock, closed_journals
from kiosk.journal.journal import KEEP_DAYS, Journal, empty_closed, fork_closed
from kiosk.journal.records import Records, Tallies

__all__ = ["KEEP_DAYS", "FolderLock", "Journal", "Records", "Tallies", "closed_journals", "empty_closed", "fork_closed"]
