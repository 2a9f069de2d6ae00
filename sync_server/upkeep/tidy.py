"""Remove what is over: people's words by age, sessions, codes, alerts, letters. Answers and results stay."""

from typing import NamedTuple

import msgspec

from sync_server.mail.outbox import forget_old
from sync_server.store import Store, alerts, attempts, comments, upkeep

DAY_MS = 24 * 3600 * 1000
CODE_DAYS = 90  # a used code still says which terminal took it
HOME_DAYS = 90  # where somebody has signed in nobody keeps them out
ALERT_DAYS = 730  # as far back as pages look
TEXTS_TOGETHER = 2_000
REMOVED = "Its words were removed because of their age."


class Tidied(NamedTuple):
    """How many of each were removed. quarantined: entries there that lost their words. letters: from the outbox."""

    texts: int
    quarantined: int
    sessions: int
    codes: int
    alerts: int
    letters: int


def tidy(store: Store, *, keep_texts_days: int, now_ms: int) -> Tidied:
    """keep_texts_days: 0 for ever."""
    texts = quarantined = 0
    if keep_texts_days:
        before_ms = now_ms - keep_texts_days * DAY_MS
        for location_id in upkeep.location_ids(store):
            texts += _remove_texts(store, location_id, before_ms)
            quarantined += _remove_quarantined_words(store, location_id, before_ms)
    with store.write() as transaction:
        sessions = upkeep.remove_sessions(transaction, now_ms)
        codes = upkeep.remove_codes(transaction, now_ms - CODE_DAYS * DAY_MS)
        attempts.remove_old(transaction, failed_before_ms=now_ms - DAY_MS, seen_before_ms=now_ms - HOME_DAYS * DAY_MS)
        gone = alerts.remove_old(transaction, now_ms - ALERT_DAYS * DAY_MS)
    letters = forget_old(store, now_ms, keep_texts_days=keep_texts_days)
    return Tidied(texts, quarantined, sessions, codes, gone, letters)


def _remove_texts(store: Store, location_id: str, before_ms: int) -> int:
    """A few at a time: answers arrive in between. What was masked in them and what was done about them goes, too."""
    removed = 0
    while True:
        with store.write() as transaction:
            keys = upkeep.old_texts(transaction, location_id, before_ms, TEXTS_TOGETHER)
            upkeep.remove_texts(transaction, keys)
            comments.remove_with_texts(transaction, keys)
        removed += len(keys)
        if len(keys) < TEXTS_TOGETHER:
            return removed


def _remove_quarantined_words(store: Store, location_id: str, before_ms: int) -> int:
    """The entry stays, with nothing said: it is a part of what was received."""
    removed = 0
    with store.write() as transaction:
        for journal_id, _, entry in upkeep.old_quarantined(transaction, location_id, before_ms):
            if entry.context.kind == "answer" and isinstance(entry.value, str) and entry.value:
                silent = msgspec.structs.replace(entry, value="")
                upkeep.change_quarantined(transaction, location_id, journal_id, silent, reason=REMOVED)
                removed += 1
    return removed
