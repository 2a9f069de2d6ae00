"""People, the places they may see, their sessions, and what signs the forms."""

import secrets

from sync_server.accounts.people import Person, Role
from sync_server.store.interface import Row, Store

_PERSON = "SELECT person_id, name, role, language, password_hash, email FROM people WHERE ended_at IS NULL"


def add_person(store: Store, person: Person, sign_in_name: str, now_ms: int) -> bool:
    """False if somebody has that name already, also somebody who has ended: a name stays one person's."""
    with store.write() as transaction:
        added = transaction.execute(
            "INSERT INTO people (person_id, name, sign_in_name, role, password_hash, language, email, made_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING person_id",
            (
                person.person_id,
                person.name,
                sign_in_name,
                person.role,
                person.password_hash,
                person.language,
                person.email,
                now_ms,
            ),
        )
        if added:
            transaction.execute_many(
                "INSERT INTO person_places (person_id, place_id) VALUES (?, ?)",
                [(person.person_id, place_id) for place_id in sorted(person.places)],
            )
            transaction.execute_many(
                "INSERT INTO person_regions (person_id, region_id) VALUES (?, ?)",
                [(person.person_id, region_id) for region_id in sorted(person.regions)],
            )
        return bool(added)


def find_by_name(store: Store, sign_in_name: str) -> Person | None:
    return _one_person(store, f"{_PERSON} AND sign_in_name = ?", sign_in_name)


def find_person(store: Store, person_id: str) -> Person | None:
    """None for one who has ended, too."""
    return _one_person(store, f"{_PERSON} AND person_id = ?", person_id)


def all_people(store: Store) -> list[Person]:
    return [_person(store, row) for row in store.read(f"{_PERSON} ORDER BY name, person_id")]


def change_password(store: Store, person_id: str, password_hash: str) -> None:
    with store.write() as transaction:
        transaction.execute("UPDATE people SET password_hash = ? WHERE person_id = ?", (password_hash, person_id))


def end_person(store: Store, person_id: str, now_ms: int) -> None:
    with store.write() as transaction:
        transaction.execute(
            "UPDATE people SET ended_at = ? WHERE person_id = ? AND ended_at IS NULL", (now_ms, person_id)
        )


def region_ids(store: Store) -> list[str]:
    return [region_id for (region_id,) in store.read("SELECT region_id FROM regions ORDER BY region_id")]


def keep_session(store: Store, session_hash: str, content: str, expires_at: int, now_ms: int) -> None:
    """Those that have expired are removed in passing."""
    with store.write() as transaction:
        transaction.execute("DELETE FROM sessions WHERE expires_at <= ?", (now_ms,))
        transaction.execute(
            "INSERT INTO sessions (session_hash, content, expires_at) VALUES (?, ?, ?) ON CONFLICT (session_hash)"
            " DO UPDATE SET content = excluded.content, expires_at = excluded.expires_at",
            (session_hash, content, expires_at),
        )


def find_session(store: Store, session_hash: str, now_ms: int) -> tuple[str, int] | None:
    """Content and the instant when it expires."""
    rows = store.read(
        "SELECT content, expires_at FROM sessions WHERE session_hash = ? AND expires_at > ?", (session_hash, now_ms)
    )
    return (str(rows[0][0]), int(rows[0][1])) if rows else None


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


def _one_person(store: Store, sql: str, parameter: str) -> Person | None:
    rows = store.read(sql, (parameter,))
    return _person(store, rows[0]) if rows else None


def _person(store: Store, row: Row) -> Person:
    person_id, name, role, language, password_hash, email = row
    own = store.read("SELECT place_id FROM person_places WHERE person_id = ?", (person_id,))
    regions = store.read("SELECT region_id FROM person_regions WHERE person_id = ?", (person_id,))
    return Person(
        *(person_id, name, Role(role), language, frozenset(place_id for (place_id,) in own), password_hash),
        regions=frozenset(region_id for (region_id,) in regions),
        email=email,
    )
