"""The queries about attempts at signing in: how many failed since when, by key, and from where it went well before."""

from sync_server.store.interface import Transaction


def count_failed(transaction: Transaction, key: str, now_ms: int, *, after_ms: int) -> tuple[int, int]:
    """One more; how many that are, and since when. What began up to after_ms is over, and it begins anew.

    Of several that count at once each waits for the one before it.
    """
    ((failed, since),) = transaction.execute(
        "INSERT INTO sign_in_failures (failure_key, since, failed) VALUES (?, ?, 1)"
        " ON CONFLICT (failure_key) DO UPDATE SET"
        " failed = CASE WHEN sign_in_failures.since <= ? THEN 1 ELSE sign_in_failures.failed + 1 END,"
        " since = CASE WHEN sign_in_failures.since <= ? THEN excluded.since ELSE sign_in_failures.since END"
        " RETURNING failed, since",
        (key, now_ms, after_ms, after_ms),
    )
    return int(failed), int(since)


def take_back(transaction: Transaction, key: str) -> None:
    """It did not fail."""
    transaction.execute("UPDATE sign_in_failures SET failed = failed - 1 WHERE failure_key = ? AND failed > 0", (key,))


def forget(transaction: Transaction, key: str) -> None:
    transaction.execute("DELETE FROM sign_in_failures WHERE failure_key = ?", (key,))


def is_home(transaction: Transaction, key: str) -> bool:
    return bool(transaction.execute("SELECT 1 FROM sign_in_homes WHERE home_key = ?", (key,)))


def put_home(transaction: Transaction, key: str, now_ms: int) -> None:
    transaction.execute(
        "INSERT INTO sign_in_homes (home_key, seen_at) VALUES (?, ?)"
        " ON CONFLICT (home_key) DO UPDATE SET seen_at = excluded.seen_at",
        (key, now_ms),
    )


def remove_old(transaction: Transaction, *, failed_before_ms: int, seen_before_ms: int) -> None:
    transaction.execute("DELETE FROM sign_in_failures WHERE since < ?", (failed_before_ms,))
    transaction.execute("DELETE FROM sign_in_homes WHERE seen_at < ?", (seen_before_ms,))
