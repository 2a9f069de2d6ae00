"""The queries about reports by mail: who wants which, and up to which day each was made."""

from collections.abc import Mapping
from typing import NamedTuple

from sync_server.store.interface import Store, Transaction

NONE = "none"  # the choice of who wants none, so that nobody is asked again


class Wish(NamedTuple):
    """last_on: the last day (ISO) that one of this kind has told of."""

    person_id: str
    kind: str
    last_on: str


def wishes(store: Store) -> list[Wish]:
    """Of everybody."""
    rows = store.read(
        "SELECT person_id, kind, last_on FROM report_wishes WHERE kind <> ? ORDER BY person_id, kind", (NONE,)
    )
    return [Wish(*row) for row in rows]


def kinds_of(store: Store, person_id: str) -> set[str]:
    return _rows_of(store, person_id) - {NONE}


def has_chosen(store: Store, person_id: str) -> bool:
    """Also who has chosen none."""
    return bool(_rows_of(store, person_id))


def choose(transaction: Transaction, person_id: str, last_on: Mapping[str, str]) -> None:
    """last_on: of each kind that is wanted; what was wanted before goes on where it was, all others end."""
    last_on = last_on or {NONE: ""}
    held = ", ".join("?" * len(last_on))
    transaction.execute(
        f"DELETE FROM report_wishes WHERE person_id = ? AND kind NOT IN ({held})",  # noqa: S608
        (person_id, *last_on),
    )
    for kind, day in last_on.items():
        transaction.execute(
            "INSERT INTO report_wishes (person_id, kind, last_on) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (person_id, kind, day),
        )


def end(transaction: Transaction, person_id: str, kind: str) -> None:
    transaction.execute("DELETE FROM report_wishes WHERE person_id = ? AND kind = ?", (person_id, kind))
    transaction.execute(
        "INSERT INTO report_wishes (person_id, kind, last_on) VALUES (?, ?, '') ON CONFLICT DO NOTHING",
        (person_id, NONE),
    )


def note_made(transaction: Transaction, wish: Wish, made_for: str, *, not_after: str) -> bool:
    """False where another has made it, or one of a later day up to not_after, or nobody wants it any more."""
    person_id, kind, last_on = wish
    transaction.execute(
        "UPDATE report_wishes SET last_on = ?, made_for = ?"
        " WHERE person_id = ? AND kind = ? AND (last_on < ? OR last_on > ?)",
        (last_on, made_for, person_id, kind, last_on, not_after),
    )
    return transaction.changes() == 1


def cause(wish: Wish) -> str:
    """Of the letter that tells of it."""
    return f"report:{wish.kind}:{wish.person_id}:{wish.last_on}"


def unsent(store: Store) -> list[tuple[Wish, str]]:
    """The newest reports whose letters wait in the outbox, and for what they were made."""
    rows = store.read(
        "SELECT w.person_id, w.kind, w.last_on, w.made_for FROM report_wishes w"
        " JOIN outbox o ON o.cause = 'report:' || w.kind || ':' || w.person_id || ':' || w.last_on"
        " WHERE o.sent_at IS NULL AND o.failed_at IS NULL"
    )
    return [(Wish(*row[:3]), row[3]) for row in rows]


def take_back(transaction: Transaction, wish: Wish) -> None:
    """Its letter, unless it was sent."""
    transaction.execute("DELETE FROM outbox WHERE cause = ? AND sent_at IS NULL", (cause(wish),))


def _rows_of(store: Store, person_id: str) -> set[str]:
    return {kind for (kind,) in store.read("SELECT kind FROM report_wishes WHERE person_id = ?", (person_id,))}
