"""The queries of what goes out by itself. Whoever changes a row's due_at first has taken it."""

from collections.abc import Sequence
from typing import NamedTuple

from sync_server.store.interface import Store, Transaction

_OPEN = "sent_at IS NULL AND failed_at IS NULL"


class Parcel(NamedTuple):
    """One that was taken to be sent. tries: this one counted; it names the turn."""

    cause: str
    receiver: str
    content: str
    message_id: str
    made_at: int
    give_up_at: int
    tries: int


class Unsent(NamedTuple):
    """One that has failed at least once. is_given_up: nobody tries again by itself."""

    cause: str
    kind: str
    receiver: str
    made_at: int
    due_at: int
    tries: int
    reason: str
    is_given_up: bool


def put(
    transaction: Transaction,
    *,
    cause: str,
    kind: str,
    receiver: str,
    content: str,
    message_id: str,
    now_ms: int,
    give_up_at: int,
) -> bool:
    """False where there was one for this cause, sent or not."""
    transaction.execute(
        "INSERT INTO outbox (cause, kind, receiver, content, message_id, made_at, due_at, give_up_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (cause) DO NOTHING",
        (cause, kind, receiver, content, message_id, now_ms, now_ms, give_up_at),
    )
    return transaction.changes() == 1


def known(transaction: Transaction, causes: Sequence[str]) -> set[str]:
    """Those of which there is, or was, something to send."""
    marks = ", ".join("?" * len(causes))
    rows = transaction.execute(f"SELECT cause FROM outbox WHERE cause IN ({marks})", causes) if causes else []  # noqa: S608
    return {cause for (cause,) in rows}


def take(store: Store, kind: str, *, now_ms: int, until_ms: int) -> Parcel | None:
    """The one that is due longest, if any is. Until until_ms nobody else takes it."""
    is_due = f"SELECT 1 FROM outbox WHERE kind = ? AND due_at <= ? AND {_OPEN} LIMIT 1"  # noqa: S608
    while store.read(is_due, (kind, now_ms)):
        with store.write() as transaction:
            rows = transaction.execute(
                "UPDATE outbox SET due_at = ?, tries = tries + 1"  # noqa: S608
                f" WHERE due_at <= ? AND {_OPEN} AND cause = (SELECT cause FROM outbox"
                f" WHERE kind = ? AND due_at <= ? AND {_OPEN} ORDER BY due_at, cause LIMIT 1)"
                " RETURNING cause, receiver, content, message_id, made_at, give_up_at, tries",
                (until_ms, now_ms, kind, now_ms),
            )
        if rows:  # else another was quicker
            return Parcel(*rows[0])
    return None


def note_sent(store: Store, cause: str, now_ms: int) -> None:
    """Also for one that was too slow and has lost its turn: it has gone out."""
    with store.write() as transaction:
        transaction.execute(
            "UPDATE outbox SET sent_at = ?, content = '', reason = '', failed_at = NULL"
            " WHERE cause = ? AND sent_at IS NULL",
            (now_ms, cause),
        )


def note_failure(store: Store, parcel: Parcel, reason: str, *, due_at: int, failed_at: int | None) -> None:
    """failed_at: it is given up; else it is due again. Nothing where the turn is another's by now."""
    with store.write() as transaction:
        transaction.execute(
            f"UPDATE outbox SET reason = ?, due_at = ?, failed_at = ? WHERE cause = ? AND tries = ? AND {_OPEN}",  # noqa: S608
            (reason, due_at, failed_at, parcel.cause, parcel.tries),
        )


def unsent(store: Store) -> list[Unsent]:
    """Given up, or failed and still tried; oldest first."""
    rows = store.read(
        "SELECT cause, kind, receiver, made_at, due_at, tries, reason, failed_at IS NOT NULL FROM outbox"
        " WHERE sent_at IS NULL AND reason <> '' ORDER BY made_at, cause"
    )
    return [Unsent(*row)._replace(is_given_up=bool(row[-1])) for row in rows]


def try_again(store: Store, cause: str | None, *, now_ms: int, give_up_at: int) -> int:
    """How many of those given up are due again. cause: None for all."""
    with store.write() as transaction:
        transaction.execute(
            "UPDATE outbox SET failed_at = NULL, due_at = ?, give_up_at = ?"
            " WHERE failed_at IS NOT NULL AND sent_at IS NULL AND cause = COALESCE(?, cause)",
            (now_ms, give_up_at, cause),
        )
        return transaction.changes()


def forget(transaction: Transaction, *, failed_before_ms: int, sent_before_ms: int, unsent_before_ms: int) -> int:
    """What was given up, sent, or made and never sent before then; its cause counts as new from now on."""
    transaction.execute(
        "DELETE FROM outbox WHERE failed_at < ? OR sent_at < ? OR (sent_at IS NULL AND made_at < ?)",
        (failed_before_ms, sent_before_ms, unsent_before_ms),
    )
    return transaction.changes()


def trouble(store: Store, now_ms: int, *, patience_ms: int) -> tuple[int, str]:
    """How many were given up, or have failed for so long; and the reason of the newest."""
    rows = store.read(
        "SELECT reason FROM outbox WHERE sent_at IS NULL AND reason <> '' AND (failed_at IS NOT NULL OR made_at <= ?)"
        " ORDER BY made_at DESC",
        (now_ms - patience_ms,),
    )
    return len(rows), str(rows[0][0]) if rows else ""
