"""The queries of alerts: those that there are, what people say to them, and by which rules."""

from collections.abc import Sequence
from typing import NamedTuple

from sync_server.store.interface import Store, Transaction

CHAIN = "chain"


class AlertRow(NamedTuple):
    """facts: JSON. gone_at: None while its cause goes on. closed_by: empty where it closed by itself."""

    location_id: str
    alert_id: str
    kind: str
    subject: str
    opened_at: int
    held_at: int
    gone_at: int | None
    facts: str
    acknowledged_at: int | None = None
    acknowledged_by: str = ""
    closed_at: int | None = None
    closed_by: str = ""

    @property
    def cause(self) -> tuple[str, str, str]:
        return self.location_id, self.kind, self.subject


class Comment(NamedTuple):
    alert_id: str
    at: int
    who: str
    text: str


class Kept(NamedTuple):
    """Rules of a place as they are kept, JSON."""

    version: int
    rules: str


class Webhook(NamedTuple):
    webhook_id: str
    url: str
    secret: str
    made_at: int
    made_by: str


_COLUMNS = ", ".join(AlertRow._fields)


def going_on(store: Store) -> list[AlertRow]:
    """Those whose cause is not over, also where a person has closed them."""
    return [AlertRow(*row) for row in store.read(f"SELECT {_COLUMNS} FROM alerts WHERE gone_at IS NULL")]  # noqa: S608


def add(transaction: Transaction, alert: AlertRow) -> bool:
    """False where there is one of the same cause or name."""
    transaction.execute(
        f"INSERT INTO alerts ({_COLUMNS}) VALUES ({', '.join('?' * len(alert))}) ON CONFLICT DO NOTHING",  # noqa: S608
        alert,
    )
    return transaction.changes() == 1


def resume(transaction: Transaction, cause: tuple[str, str, str], *, gone_since_ms: int, now_ms: int) -> bool:
    """Go on with one whose cause was over for a short while; a person's closing stays."""
    transaction.execute(
        "UPDATE alerts SET gone_at = NULL, held_at = ?,"
        " closed_at = CASE WHEN closed_by = '' THEN NULL ELSE closed_at END"
        " WHERE location_id = ? AND kind = ? AND subject = ? AND gone_at >= ?",
        (now_ms, *cause, gone_since_ms),
    )
    return transaction.changes() > 0


def hold(transaction: Transaction, alerts: Sequence[AlertRow], now_ms: int) -> None:
    """Their cause goes on."""
    transaction.execute_many(
        "UPDATE alerts SET held_at = ? WHERE location_id = ? AND alert_id = ? AND gone_at IS NULL",
        [(now_ms, alert.location_id, alert.alert_id) for alert in alerts],
    )


def end(transaction: Transaction, alert: AlertRow, now_ms: int) -> bool:
    """Its cause is over, so it closes. False where it was closed before: then there is nothing to tell."""
    rows = transaction.execute(
        "UPDATE alerts SET gone_at = ?, closed_at = COALESCE(closed_at, ?)"
        " WHERE location_id = ? AND alert_id = ? AND gone_at IS NULL RETURNING closed_by",
        (now_ms, now_ms, alert.location_id, alert.alert_id),
    )
    return rows == [("",)]


def gone(store: Store, *, after_ms: int, until_ms: int) -> list[AlertRow]:
    """Those that closed by themselves and whose cause was over then, oldest first."""
    rows = store.read(
        f"SELECT {_COLUMNS} FROM alerts WHERE gone_at > ? AND gone_at <= ? AND closed_by = ''"  # noqa: S608
        " ORDER BY gone_at, alert_id",
        (after_ms, until_ms),
    )
    return [AlertRow(*row) for row in rows]


def remove_old(transaction: Transaction, before_ms: int) -> int:
    """Those that were over and closed by then, with what was said of them; how many alerts."""
    rows = transaction.execute(
        "DELETE FROM alerts WHERE gone_at < ? AND closed_at < ? RETURNING location_id, alert_id",
        (before_ms, before_ms),
    )
    transaction.execute_many("DELETE FROM alert_comments WHERE location_id = ? AND alert_id = ?", rows)
    return len(rows)


def open_at(store: Store, location_ids: Sequence[str]) -> list[AlertRow]:
    """Newest first."""
    return _at(store, location_ids, "closed_at IS NULL", (), "opened_at DESC")


def closed_at(store: Store, location_ids: Sequence[str], since_ms: int, most: int) -> list[AlertRow]:
    """Those closed since, last closed first."""
    return _at(store, location_ids, "closed_at >= ?", (since_ms,), f"closed_at DESC LIMIT {most:d}")


def find(store: Store, location_id: str, alert_id: str) -> AlertRow | None:
    rows = _at(store, [location_id], "alert_id = ?", (alert_id,), "opened_at")
    return rows[0] if rows else None


def _at(
    store: Store, location_ids: Sequence[str], where: str, parameters: tuple[str | int, ...], order: str
) -> list[AlertRow]:
    """Of several places by what `where` says, as an expression, lest a store look through all that each has had."""
    if not location_ids:
        return []
    several = f"location_id || '' IN ({', '.join('?' * len(location_ids))})"
    here = "location_id = ?" if len(location_ids) == 1 else several
    rows = store.read(
        f"SELECT {_COLUMNS} FROM alerts WHERE {here} AND {where} ORDER BY {order}",  # noqa: S608
        (*location_ids, *parameters),
    )
    return [AlertRow(*row) for row in rows]


def acknowledge(transaction: Transaction, alert: AlertRow, who: str, now_ms: int) -> bool:
    """True for the first who says so."""
    transaction.execute(
        "UPDATE alerts SET acknowledged_at = ?, acknowledged_by = ?"
        " WHERE location_id = ? AND alert_id = ? AND acknowledged_at IS NULL AND closed_at IS NULL",
        (now_ms, who, alert.location_id, alert.alert_id),
    )
    return transaction.changes() == 1


def close(transaction: Transaction, alert: AlertRow, who: str, now_ms: int) -> bool:
    """By a person; True for the first."""
    transaction.execute(
        "UPDATE alerts SET closed_at = ?, closed_by = ? WHERE location_id = ? AND alert_id = ? AND closed_at IS NULL",
        (now_ms, who, alert.location_id, alert.alert_id),
    )
    return transaction.changes() == 1


def comment(transaction: Transaction, alert: AlertRow, who: str, text: str, now_ms: int) -> None:
    transaction.execute(
        "INSERT INTO alert_comments (location_id, alert_id, at, who, text) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (alert.location_id, alert.alert_id, now_ms, who, text),
    )


def comments(store: Store, alerts: Sequence[AlertRow]) -> list[Comment]:
    """Oldest first."""
    if not alerts:
        return []
    location_ids = sorted({alert.location_id for alert in alerts})
    rows = store.read(
        "SELECT alert_id, at, who, text FROM alert_comments"  # noqa: S608
        f" WHERE location_id IN ({', '.join('?' * len(location_ids))})"
        f" AND alert_id IN ({', '.join('?' * len(alerts))}) ORDER BY at, who",
        (*location_ids, *(alert.alert_id for alert in alerts)),
    )
    return [Comment(*row) for row in rows]


def rules(store: Store) -> dict[str, Kept]:
    """By place: chain, region:ID, location:ID."""
    return {place: Kept(*kept) for place, *kept in store.read("SELECT place, version, rules FROM alert_rules")}


def put_rules(transaction: Transaction, place: str, version: int, rules: str) -> bool:
    """version: the one that they follow, 0 where there are none. False where somebody else was first."""
    transaction.execute(
        "INSERT INTO alert_rules (place, version, rules) VALUES (?, 1, ?) ON CONFLICT DO NOTHING"
        if version == 0
        else "UPDATE alert_rules SET version = version + 1, rules = ? WHERE place = ? AND version = ?",
        (place, rules) if version == 0 else (rules, place, version),
    )
    return transaction.changes() == 1


def remove_rules(transaction: Transaction, place: str, version: int) -> bool:
    transaction.execute("DELETE FROM alert_rules WHERE place = ? AND version = ?", (place, version))
    return transaction.changes() == 1


def choices(store: Store) -> dict[str, str]:
    """Person to the kinds that are mailed, JSON."""
    return dict(store.read("SELECT person_id, kinds FROM alert_choices"))


def put_choice(transaction: Transaction, person_id: str, kinds: str) -> None:
    transaction.execute(
        "INSERT INTO alert_choices (person_id, kinds) VALUES (?, ?)"
        " ON CONFLICT (person_id) DO UPDATE SET kinds = excluded.kinds",
        (person_id, kinds),
    )


def judged(store: Store) -> dict[str, str]:
    """Location to the last local date that was judged."""
    return dict(store.read("SELECT location_id, judged_on FROM alert_days"))


def take_day(transaction: Transaction, location_id: str, local_date: str, *, not_after: str) -> bool:
    """True for the one who judges it; False also where a later one was judged, but for those beyond not_after."""
    transaction.execute(
        "INSERT INTO alert_days (location_id, judged_on) VALUES (?, ?) ON CONFLICT (location_id)"
        " DO UPDATE SET judged_on = excluded.judged_on"
        " WHERE alert_days.judged_on < excluded.judged_on OR alert_days.judged_on > ?",
        (location_id, local_date, not_after),
    )
    return transaction.changes() == 1


def webhooks(store: Store) -> list[Webhook]:
    rows = store.read(
        "SELECT webhook_id, url, secret, made_at, made_by FROM webhooks WHERE ended_at IS NULL ORDER BY made_at, url"
    )
    return [Webhook(*row) for row in rows]


def add_webhook(transaction: Transaction, webhook: Webhook) -> None:
    transaction.execute(
        "INSERT INTO webhooks (webhook_id, url, secret, made_at, made_by) VALUES (?, ?, ?, ?, ?)", webhook
    )


def end_webhook(transaction: Transaction, webhook_id: str, now_ms: int) -> str:
    """Its address; empty where there is none."""
    rows = transaction.execute(
        "UPDATE webhooks SET ended_at = ?, secret = '' WHERE webhook_id = ? AND ended_at IS NULL RETURNING url",
        (now_ms, webhook_id),
    )
    return str(rows[0][0]) if rows else ""
