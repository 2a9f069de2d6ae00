"""Ranges of entries that no one holds any more: shown, looked for in every reply, until a person accepts the loss."""

import msgspec

from sync_server.errors import NotFound, Unexplained
from sync_server.fleet.terminals import journal_name
from sync_server.store import Store, amiss, audit
from sync_server.store.amiss import MissingRow

LEAST_WORDS = 2  # "x" explains nothing to who reads it next year
MOST_CHARACTERS = 500


class Missing(msgspec.Struct, frozen=True):
    """Entries first_seq to last_seq of a journal. accepted_at, _by, _why: None while they are looked for."""

    terminal_id: str
    location_id: str
    journal: str
    first_seq: int
    last_seq: int
    found_at: int
    accepted_at: int | None
    accepted_by: str | None
    accepted_why: str | None

    @property
    def entries(self) -> int:
        return self.last_seq - self.first_seq + 1

    @property
    def words(self) -> str:
        """For the command line."""
        end = f"accepted by {self.accepted_by}: {self.accepted_why}" if self.accepted_at is not None else "looked for"
        return f"entries {self.first_seq}-{self.last_seq} of journal {self.journal} missing for good; {end}"


def missing(store: Store) -> list[Missing]:
    """Of all terminals, accepted ones too."""
    terminal_of = {journal[:2]: journal.terminal_id for journal in amiss.journals(store)}
    return [
        Missing(terminal_of.get(row[:2], ""), row.location_id, journal_name(row.journal_id), *row[2:])
        for row in amiss.missing_ranges(store)
    ]


def is_explained(why: str) -> bool:
    return len(why.split()) >= LEAST_WORDS


def accept(store: Store, journal: str, first_seq: int, *, who: str, why: str, now_ms: int) -> Missing:
    """Give the range up: nobody is asked for it any more. For the record: who, and why.

    Raises Unexplained without at least some words, NotFound where no such range is looked for.
    """
    why = " ".join(why.split())[:MOST_CHARACTERS]
    if not is_explained(why):
        raise Unexplained("A loss is accepted with a reason.", "Say in some words what became of the entries.")
    for lost in missing(store):
        if (lost.journal, lost.first_seq, lost.accepted_at) == (journal, first_seq, None):
            with store.write() as transaction:
                if amiss.accept_loss(transaction, _row(lost), who=who, why=why, now_ms=now_ms):
                    about = f"{journal} {first_seq}–{lost.last_seq}: {why}"
                    audit.note(transaction, who=who, what="loss accepted", about=about, at_ms=now_ms)
                    return msgspec.structs.replace(lost, accepted_at=now_ms, accepted_by=who, accepted_why=why)
    raise NotFound(f"Nothing is looked for from entry {first_seq} on in journal {journal}.", "See hymy missing list.")


def _row(lost: Missing) -> MissingRow:
    return MissingRow(lost.location_id, int(lost.journal, 16), *msgspec.structs.astuple(lost)[3:])
