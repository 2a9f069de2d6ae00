"""The queries of the fleet: terminals, enrolment codes, what they sent and what is amiss."""

from typing import NamedTuple

from sync_server.store.interface import Row, Store, Transaction


class CodeRow(NamedTuple):
    """terminal_id and what follows: of the terminal that used it, None where nobody did."""

    touchpoint_id: str
    expires_at: int
    used_at: int | None
    terminal_id: str | None
    terminal_name: str | None
    token_hash: str | None
    revoked_at: int | None


class HeardRow(NamedTuple):
    """at: when it was last heard of here, or came here."""

    location_id: str
    terminal_id: str
    touchpoint_id: str
    name: str
    at: int


def add_code(transaction: Transaction, code_hash: str, touchpoint_id: str, made_at: int, expires_at: int) -> None:
    transaction.execute(
        "INSERT INTO enrolment_codes (code_hash, touchpoint_id, made_at, expires_at) VALUES (?, ?, ?, ?)",
        (code_hash, touchpoint_id, made_at, expires_at),
    )


def code(transaction: Transaction, code_hash: str) -> CodeRow | None:
    rows = transaction.execute(
        "SELECT c.touchpoint_id, c.expires_at, c.used_at, t.terminal_id, t.name, t.token_hash, t.revoked_at"
        " FROM enrolment_codes c LEFT JOIN terminals t ON t.terminal_id = c.terminal_id WHERE c.code_hash = ?",
        (code_hash,),
    )
    return CodeRow(*rows[0]) if rows else None


def use_code(transaction: Transaction, code_hash: str, terminal_id: str, now_ms: int) -> bool:
    """True for the one who came first."""
    transaction.execute(
        "UPDATE enrolment_codes SET used_at = ?, terminal_id = ? WHERE code_hash = ? AND used_at IS NULL",
        (now_ms, terminal_id, code_hash),
    )
    return transaction.changes() == 1


def add_terminal(
    transaction: Transaction, *, terminal_id: str, touchpoint_id: str, name: str, token_hash: str, now_ms: int
) -> None:
    transaction.execute(
        "INSERT INTO terminals (terminal_id, location_id, touchpoint_id, name, token_hash, enrolled_at)"
        " SELECT ?, location_id, touchpoint_id, ?, ?, ? FROM touchpoints WHERE touchpoint_id = ?",
        (terminal_id, name, token_hash, now_ms, touchpoint_id),
    )
    transaction.execute(
        "INSERT INTO terminal_places (terminal_id, from_at, location_id, touchpoint_id)"
        " SELECT terminal_id, enrolled_at, location_id, touchpoint_id FROM terminals WHERE terminal_id = ?",
        (terminal_id,),
    )


def move(transaction: Transaction, terminal_id: str, touchpoint_id: str, name: str, now_ms: int) -> bool:
    """True if it is in force, and stood elsewhere until now."""
    transaction.execute(
        "UPDATE terminals SET touchpoint_id = ?, name = ? WHERE terminal_id = ? AND revoked_at IS NULL"
        " AND touchpoint_id <> ?",
        (touchpoint_id, name, terminal_id, touchpoint_id),
    )
    moved = transaction.changes() == 1
    follow_touchpoints(transaction, now_ms)
    return moved


def follow_touchpoints(transaction: Transaction, now_ms: int) -> None:
    """Every terminal stands at the location of its touchpoint, and where it has stood is written down."""
    place = "(SELECT p.location_id FROM touchpoints p WHERE p.touchpoint_id = terminals.touchpoint_id)"
    transaction.execute(f"UPDATE terminals SET location_id = {place} WHERE location_id <> {place}")  # noqa: S608
    _add_places(transaction, now_ms)


def _add_places(transaction: Transaction, now_ms: int) -> None:
    """A row for each terminal that does not stand where its newest one says, always newer than that one."""
    transaction.execute(
        "INSERT INTO terminal_places (terminal_id, from_at, location_id, touchpoint_id)"
        " SELECT t.terminal_id, CASE WHEN l.from_at IS NULL OR l.from_at < ? THEN ? ELSE l.from_at + 1 END,"
        " t.location_id, t.touchpoint_id FROM terminals t"
        " LEFT JOIN (SELECT terminal_id, MAX(from_at) AS from_at FROM terminal_places GROUP BY terminal_id) l"
        " ON l.terminal_id = t.terminal_id"
        " LEFT JOIN terminal_places p ON p.terminal_id = l.terminal_id AND p.from_at = l.from_at"
        " WHERE p.terminal_id IS NULL OR p.location_id <> t.location_id OR p.touchpoint_id <> t.touchpoint_id",
        (now_ms, now_ms),
    )


def revoke(transaction: Transaction, terminal_id: str, now_ms: int) -> bool:
    """True if it was in force until now."""
    transaction.execute(
        "UPDATE terminals SET revoked_at = ? WHERE terminal_id = ? AND revoked_at IS NULL", (now_ms, terminal_id)
    )
    return transaction.changes() == 1


def place_and_name(transaction: Transaction, terminal_id: str) -> tuple[str, str]:
    """Its touchpoint's id, and its name; empty where there is no such terminal."""
    rows = transaction.execute("SELECT touchpoint_id, name FROM terminals WHERE terminal_id = ?", (terminal_id,))
    return (rows[0][0], rows[0][1]) if rows else ("", "")


def names_at(transaction: Transaction, touchpoint_id: str) -> set[str]:
    rows = transaction.execute("SELECT name FROM terminals WHERE touchpoint_id = ?", (touchpoint_id,))
    return {name for (name,) in rows}


def terminals(store: Store, terminal_id: str | None = None) -> list[Row]:
    """(terminal_id, name, location_id, its name, touchpoint's name, enrolled_at, revoked_at), by place and name.

    All of them, or one.
    """
    which, parameters = ("", ()) if terminal_id is None else (" WHERE t.terminal_id = ?", (terminal_id,))
    return store.read(
        "SELECT t.terminal_id, t.name, t.location_id, l.name, p.name, t.enrolled_at, t.revoked_at"  # noqa: S608
        " FROM terminals t"
        " JOIN locations l ON l.location_id = t.location_id"
        f" JOIN touchpoints p ON p.touchpoint_id = t.touchpoint_id{which}"
        " ORDER BY l.name, p.name, t.name, t.enrolled_at",
        parameters,
    )


def states(store: Store, terminal_id: str | None = None) -> list[Row]:
    """(terminal_id, last_exchange_at, version, pressed, stored, waiting, devices, readings, journal_id), newest last.

    Of all terminals, or of one. One that was moved has a state at each location; its newest counts.
    """
    which, parameters = ("", ()) if terminal_id is None else (" WHERE terminal_id = ?", (terminal_id,))
    return store.read(
        "SELECT terminal_id, last_exchange_at, version, pressed, stored, waiting, devices, readings, journal_id"  # noqa: S608
        f" FROM terminal_states{which} ORDER BY last_exchange_at",
        parameters,
    )


def last_heard(store: Store, location_id: str | None = None) -> list[HeardRow]:
    """The terminals in force, everywhere or at a location, by location and name."""
    where, parameters = ("", ()) if location_id is None else (" AND t.location_id = ?", (location_id,))
    rows = store.read(
        "SELECT t.location_id, t.terminal_id, t.touchpoint_id, t.name, COALESCE(s.last_exchange_at,"  # noqa: S608
        " (SELECT MAX(p.from_at) FROM terminal_places p WHERE p.terminal_id = t.terminal_id)) FROM terminals t"
        " LEFT JOIN terminal_states s ON s.location_id = t.location_id AND s.terminal_id = t.terminal_id"
        f" WHERE t.revoked_at IS NULL{where} ORDER BY t.location_id, t.name, t.terminal_id",
        parameters,
    )
    return [HeardRow(*row) for row in rows]


def quarantined(store: Store) -> dict[tuple[str, int], int]:
    """(location_id, journal_id) -> entries in quarantine."""
    rows = store.read(
        "SELECT location_id, journal_id, CAST(COUNT(*) AS BIGINT) FROM quarantine GROUP BY location_id, journal_id"
    )
    return {(location_id, journal_id): entries for location_id, journal_id, entries in rows}


def lost(store: Store) -> dict[tuple[str, int], int]:
    """(location_id, journal_id) -> entries that no one holds any more, and that nobody has accepted as lost."""
    rows = store.read(
        "SELECT location_id, journal_id, CAST(SUM(last_seq - first_seq + 1) AS BIGINT) FROM missing_ranges"
        " WHERE accepted_at IS NULL GROUP BY location_id, journal_id"
    )
    return {(location_id, journal_id): entries for location_id, journal_id, entries in rows}


def quarantine_reasons(store: Store) -> list[Row]:
    """(location_id, reason, entries), most first."""
    return store.read(
        "SELECT location_id, reason, CAST(COUNT(*) AS BIGINT) FROM quarantine GROUP BY location_id, reason"
        " ORDER BY 3 DESC LIMIT 100"
    )
