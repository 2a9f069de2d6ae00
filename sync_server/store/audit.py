"""The audit log: who did what and when, in rows whose hashes form a chain, so that a changed or missing one shows.

It does not help against somebody who rewrites all that follows, unless the newest row's hash is also kept elsewhere.
"""

from hashlib import sha256
from typing import NamedTuple

import msgspec

from sync_server.store.interface import Store, Transaction


class Note(NamedTuple):
    """number counts 1, 2, 3...; about: whom or what it was done to, as the reader should see it."""

    number: int
    at: int
    who: str
    what: str
    about: str
    hash: str

    def hash_after(self, before: str) -> str:
        """What its hash has to be, `before` being the hash of the row before."""
        content = msgspec.json.encode([before, self.number, self.at, self.who, self.what, self.about])
        return sha256(content).hexdigest()


class Checked(NamedTuple):
    """How far the chain holds, and where and how it breaks; broken is empty where it does not."""

    notes: int
    hash: str
    broken: str


def note(transaction: Transaction, *, who: str, what: str, about: str, at_ms: int) -> None:
    """Best as the last step of a transaction: until its end, others wait who have something to note."""
    ((number, before),) = transaction.execute(
        "INSERT INTO audit_heads (head, number, hash) VALUES ('audit', 1, '')"
        " ON CONFLICT (head) DO UPDATE SET number = audit_heads.number + 1 RETURNING number, hash"
    )
    if not before:
        before = _chain_earlier(transaction)
    new = Note(number, at_ms, who, what, about, "")
    new = new._replace(hash=new.hash_after(before))
    transaction.execute("INSERT INTO audit (number, at, who, what, about, hash) VALUES (?, ?, ?, ?, ?, ?)", new)
    transaction.execute("UPDATE audit_heads SET hash = ?", (new.hash,))


def notes(store: Store, *, up_to: int | None = None, most: int) -> list[Note]:
    """Newest first, beginning with number up_to."""
    where, parameters = ("", ()) if up_to is None else (" WHERE number <= ?", (up_to,))
    rows = store.read(
        f"SELECT number, at, who, what, about, hash FROM audit{where} ORDER BY number DESC LIMIT ?",  # noqa: S608
        (*parameters, most),
    )
    return [Note(*row) for row in rows]


def check(store: Store) -> Checked:
    """Whether every row is what was written, in its place, and none is missing."""
    number, before = 0, ""
    with store.snapshot() as snapshot:
        (head,) = list(snapshot.stream("SELECT number, hash FROM audit_heads")) or [(0, "")]
        for row in snapshot.stream("SELECT number, at, who, what, about, hash FROM audit ORDER BY number"):
            found = Note(*row)
            if found.number != number + 1:
                return Checked(number, before, f"Row {number + 1} is missing.")
            if head[1] and found.hash != found.hash_after(before):
                return Checked(number, before, f"Row {found.number} is not what was written, or the one before it.")
            number, before = found.number, found.hash
    if (number, before) != head:
        return Checked(number, before, f"The log ends with row {number}, and {head[0]} were written.")
    return Checked(number, before, "")


def _chain_earlier(transaction: Transaction) -> str:
    """Give rows their hashes that were written before there were any; the hash of the last."""
    before = ""
    rows = transaction.execute("SELECT number, at, who, what, about, hash FROM audit ORDER BY number")
    for earlier in (Note(*row) for row in rows):
        before = earlier.hash_after(before)
        transaction.execute("UPDATE audit SET hash = ? WHERE number = ?", (before, earlier.number))
    return before
