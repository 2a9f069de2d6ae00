"""People, the places they may see, their invitations and sessions, and what signs the forms."""

import secrets
from collections import defaultdict
from typing import NamedTuple

from sync_server.accounts.people import Person, Role
from sync_server.store.interface import Read, Row, Store, Transaction

_SESSION = "SELECT session_hash, content, expires_at, seen_at FROM sessions"


class StoredSession(NamedTuple):
    """session_hash names it; content is accounts/sessions.py's. seen_at: roughly."""

    session_hash: str
    content: str
    expires_at: int
    seen_at: int


class Waiting(NamedTuple):
    """Who was invited and has not chosen a password yet. expires_at: of the newest link, which may be over."""

    person_id: str
    name: str
    role: Role
    invited_at: int
    expires_at: int


def add_person(store: Store, person: Person, sign_in_name: str, now_ms: int) -> bool:
    """False if somebody has that name already, also somebody who has ended: a name stays one person's."""
    with store.write() as transaction:
        return put_new(transaction, person, sign_in_name, now_ms)


def put_new(transaction: Transaction, person: Person, sign_in_name: str, now_ms: int) -> bool:
    """As add_person."""
    added = transaction.execute(
        "INSERT INTO people (person_id, name, sign_in_name, role, password_hash, language, email, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING person_id",
        (
            *(person.person_id, person.name, sign_in_name, person.role, person.password_hash),
            *(person.language, person.email, now_ms),
        ),
    )
    if added:
        _put_places(transaction, person)
    return bool(added)


def find_by_name(store: Store, sign_in_name: str) -> Person | None:
    return _one(_people(store.read, "AND sign_in_name = ?", sign_in_name))


def find_person(store: Store, person_id: str) -> Person | None:
    """None for one who has ended, too."""
    return _one(_people(store.read, "AND person_id = ?", person_id))


def all_people(store: Store) -> list[Person]:
    return _people(store.read)


def is_name_of_another(transaction: Transaction, sign_in_name: str, person_id: str) -> bool:
    """Also of one who has ended."""
    sql = "SELECT 1 FROM people WHERE sign_in_name = ? AND person_id <> ?"
    return bool(transaction.execute(sql, (sign_in_name, person_id)))


def put_name(transaction: Transaction, person: Person, sign_in_name: str) -> None:
    """What a person says of themselves: name, language, e-mail address."""
    transaction.execute(
        "UPDATE people SET name = ?, sign_in_name = ?, language = ?, email = ? WHERE person_id = ?",
        (person.name, sign_in_name, person.language, person.email, person.person_id),
    )


def put_role(transaction: Transaction, person: Person) -> None:
    """What others say of a person: role, places, e-mail address."""
    transaction.execute(
        "UPDATE people SET role = ?, email = ? WHERE person_id = ?", (person.role, person.email, person.person_id)
    )
    _put_places(transaction, person)


def change_password(store: Store, person_id: str, password_hash: str) -> None:
    with store.write() as transaction:
        put_password(transaction, person_id, password_hash)


def put_password(transaction: Transaction, person_id: str, password_hash: str) -> None:
    """Ends the person's sessions and open invitation."""
    transaction.execute("UPDATE people SET password_hash = ? WHERE person_id = ?", (password_hash, person_id))
    _end_all_of(transaction, person_id)


def end_person(store: Store, person_id: str, now_ms: int) -> None:
    with store.write() as transaction:
        put_end(transaction, person_id, now_ms)


def put_end(transaction: Transaction, person_id: str, now_ms: int) -> bool:
    """False if they have ended already."""
    ended = transaction.execute(
        "UPDATE people SET ended_at = ? WHERE person_id = ? AND ended_at IS NULL RETURNING person_id",
        (now_ms, person_id),
    )
    _end_all_of(transaction, person_id)
    return bool(ended)


def has_owner(transaction: Transaction) -> bool:
    """One who can sign in."""
    sql = "SELECT 1 FROM people WHERE role = ? AND ended_at IS NULL AND password_hash <> '' LIMIT 1"
    return bool(transaction.execute(sql, (Role.OWNER,)))


def put_invitation(transaction: Transaction, person_id: str, token_hash: str, *, now_ms: int, expires_at: int) -> None:
    """In place of an earlier one. Those that are over are removed in passing."""
    transaction.execute("DELETE FROM invitations WHERE expires_at <= ?", (now_ms,))
    transaction.execute(
        "INSERT INTO invitations (person_id, token_hash, made_at, expires_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (person_id) DO UPDATE SET token_hash = excluded.token_hash, made_at = excluded.made_at,"
        " expires_at = excluded.expires_at",
        (person_id, token_hash, now_ms, expires_at),
    )


def find_invited(store: Store, token_hash: str, now_ms: int) -> Person | None:
    rows = store.read("SELECT person_id FROM invitations WHERE token_hash = ? AND expires_at > ?", (token_hash, now_ms))
    return find_person(store, rows[0][0]) if rows else None


def take_invitation(transaction: Transaction, token_hash: str, now_ms: int) -> Person | None:
    """Whose it was, for the one who comes first, and in time."""
    taken = transaction.execute(
        "DELETE FROM invitations WHERE token_hash = ? AND expires_at > ? RETURNING person_id", (token_hash, now_ms)
    )
    return _one(_people(transaction.execute, "AND person_id = ?", taken[0][0])) if taken else None


def invitations(store: Store, now_ms: int) -> dict[str, int]:
    """Whose is open, and until when."""
    return dict(store.read("SELECT person_id, expires_at FROM invitations WHERE expires_at > ?", (now_ms,)))


def not_here_yet(store: Store) -> list[Waiting]:
    """Longest first."""
    rows = store.read(
        "SELECT p.person_id, p.name, p.role, COALESCE(i.made_at, p.made_at) AS invited_at, COALESCE(i.expires_at, 0)"
        " FROM people p LEFT JOIN invitations i ON i.person_id = p.person_id"
        " WHERE p.ended_at IS NULL AND p.password_hash = '' ORDER BY invited_at, p.name"
    )
    return [Waiting(person_id, name, Role(role), *times) for person_id, name, role, *times in rows]


def region_ids(store: Store) -> list[str]:
    return [region_id for (region_id,) in store.read("SELECT region_id FROM regions ORDER BY region_id")]


def keep_session(
    store: Store, session_hash: str, content: str, expires_at: int, now_ms: int, *, person_id: str = ""
) -> None:
    """Those that have expired are removed in passing."""
    with store.write() as transaction:
        transaction.execute("DELETE FROM sessions WHERE expires_at <= ?", (now_ms,))
        transaction.execute(
            "INSERT INTO sessions (session_hash, content, expires_at, person_id, seen_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (session_hash) DO UPDATE SET content = excluded.content, expires_at = excluded.expires_at,"
            " person_id = excluded.person_id, seen_at = excluded.seen_at",
            (session_hash, content, expires_at, person_id, now_ms),
        )


def find_session(store: Store, session_hash: str, now_ms: int) -> StoredSession | None:
    rows = store.read(f"{_SESSION} WHERE session_hash = ? AND expires_at > ?", (session_hash, now_ms))
    return StoredSession(*rows[0]) if rows else None


def sessions_of(store: Store, person_id: str, now_ms: int) -> list[StoredSession]:
    """The one that was seen last first."""
    rows = store.read(
        f"{_SESSION} WHERE person_id = ? AND expires_at > ? ORDER BY seen_at DESC, session_hash", (person_id, now_ms)
    )
    return [StoredSession(*row) for row in rows]


def touch_session(store: Store, session: StoredSession, now_ms: int) -> None:
    """Of several that see it at once, one writes."""
    with store.write() as transaction:
        transaction.execute(
            "UPDATE sessions SET seen_at = ? WHERE session_hash = ? AND seen_at = ?",
            (now_ms, session.session_hash, session.seen_at),
        )


def end_session_of(store: Store, person_id: str, session_hash: str) -> None:
    """Nothing where it is another's."""
    with store.write() as transaction:
        transaction.execute("DELETE FROM sessions WHERE person_id = ? AND session_hash = ?", (person_id, session_hash))


def end_sessions_but(store: Store, person_id: str, session_hash: str) -> None:
    with store.write() as transaction:
        transaction.execute("DELETE FROM sessions WHERE person_id = ? AND session_hash <> ?", (person_id, session_hash))


def end_session(store: Store, session_hash: str) -> None:
    with store.write() as transaction:
        transaction.execute("DELETE FROM sessions WHERE session_hash = ?", (session_hash,))


def end_all_sessions(store: Store) -> None:
    with store.write() as transaction:
        transaction.execute("DELETE FROM sessions")


def secret_for(store: Store, purpose: str) -> str:
    """Made once, the same for every process of this server and after a restart."""
    with store.write() as transaction:
        transaction.execute(
            "INSERT INTO secrets (purpose, secret) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (purpose, secrets.token_hex(32)),
        )
        ((secret,),) = transaction.execute("SELECT secret FROM secrets WHERE purpose = ?", (purpose,))
        return str(secret)


def _one(found: list[Person]) -> Person | None:
    return found[0] if found else None


def _people(read: Read, where: str = "", *parameters: str) -> list[Person]:
    """In three queries, however many they are. where: which of those who have not ended."""
    columns = "SELECT person_id, name, role, language, password_hash, email FROM people WHERE ended_at IS NULL"
    rows = read(f"{columns} {where} ORDER BY name, person_id", parameters)
    those = ("WHERE person_id = ?", (rows[0][0],)) if len(rows) == 1 else ("", ())
    own = _by_person(read(f"SELECT person_id, place_id FROM person_places {those[0]}", those[1]))  # noqa: S608
    regions = _by_person(read(f"SELECT person_id, region_id FROM person_regions {those[0]}", those[1]))  # noqa: S608
    return [
        Person(
            *(person_id, name, Role(role), language, frozenset(own[person_id]), password_hash),
            regions=frozenset(regions[person_id]),
            email=email,
        )
        for person_id, name, role, language, password_hash, email in rows
    ]


def _by_person(rows: list[Row]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for person_id, place_id in rows:
        found[person_id].add(place_id)
    return found


def _put_places(transaction: Transaction, person: Person) -> None:
    for table, column, own in (
        ("person_places", "place_id", person.places),
        ("person_regions", "region_id", person.regions),
    ):
        transaction.execute(f"DELETE FROM {table} WHERE person_id = ?", (person.person_id,))  # noqa: S608
        transaction.execute_many(
            f"INSERT INTO {table} (person_id, {column}) VALUES (?, ?)",  # noqa: S608
            [(person.person_id, place_id) for place_id in sorted(own)],
        )


def _end_all_of(transaction: Transaction, person_id: str) -> None:
    transaction.execute("DELETE FROM sessions WHERE person_id = ?", (person_id,))
    transaction.execute("DELETE FROM invitations WHERE person_id = ?", (person_id,))
