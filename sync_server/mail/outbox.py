"""What is to go out is kept in the store with what it tells of, and sent from there by whichever process takes it.

One cause, one letter, whoever puts it and however often. Between the receiver's yes and our note of it a process may
die, or the receiver's yes be lost: then the same letter goes out once more under the same Message-ID. Nothing is lost.
"""

import logging
import threading
import uuid
from typing import Protocol

import msgspec

from sync_server.clock import Clock
from sync_server.errors import ServerError
from sync_server.mail.letter import MOST_BYTES, Letter, LetterUnfit
from sync_server.store import Store, Transaction, outbox
from sync_server.store.outbox import Parcel

MAIL = "mail"
MINUTE_MS = 60_000
TAKEN_MS = 15 * MINUTE_MS  # longer than any attempt takes: then whoever took it has died
FIRST_WAIT_MS, LONGEST_WAIT_MS = MINUTE_MS, 60 * MINUTE_MS
RECEIVER_AWAY_MS, LONGEST_AWAY_MS = 15_000, 5 * MINUTE_MS
GIVE_UP_MS = 48 * 60 * MINUTE_MS  # what is older than two days helps nobody in the morning
TOO_OLD = "Too old to be sent: the server was off for so long, or a backup was restored."
LAST_MOMENT_S = 2.0  # mostly enough to hear the receiver's yes
DAY_MS = 24 * 60 * MINUTE_MS
KEEP_FAILED_MS = 30 * DAY_MS
KEEP_CAUSES_MS = 400 * DAY_MS

log = logging.getLogger(__name__)


class Postponed(Exception):
    """This one can't be taken now; a later attempt may succeed."""


class ReceiverAway(Postponed):
    """Nor can any other be."""


class RefusedForGood(Exception):
    """No attempt will ever succeed."""


class Carrier(Protocol):
    """Hands over what is of its kind."""

    kind: str

    def carry(self, parcel: Parcel) -> None:
        """Raises Postponed, ReceiverAway, RefusedForGood, each with words for IT."""

    def close(self) -> None:
        """For now there is no more."""

    def break_off(self) -> None:
        """From any thread: what hangs in carry() ends, with one of its errors."""


def put(transaction: Transaction, cause: str, letter: Letter, now_ms: int) -> bool:
    """Sent within seconds after the transaction. False where there was one for this cause. Raises LetterUnfit.

    cause: why, to whom, about when ("weekly report, kamppi, person 4f, 2026-W47"); counts for 400 days.
    """
    return put_parcel(transaction, cause, MAIL, letter.to, msgspec.json.encode(letter).decode(), now_ms)


def put_parcel(transaction: Transaction, cause: str, kind: str, receiver: str, content: str, now_ms: int) -> bool:
    """The same for what a carrier of that kind understands."""
    if len(content) > MOST_BYTES:
        raise LetterUnfit(f"{cause}: {len(content)} bytes are too many for a letter.", f"At most {MOST_BYTES}.")
    return outbox.put(
        transaction,
        cause=cause,
        kind=kind,
        receiver=receiver,
        content=content,
        message_id=uuid.uuid4().hex,
        now_ms=now_ms,
        give_up_at=now_ms + GIVE_UP_MS,
    )


def forget_old(store: Store, now_ms: int, *, keep_texts_days: int = 0) -> int:
    """How many rows have gone: given up 30 days ago, or sent 400 days ago, when nothing of their content is left.

    keep_texts_days: of what people say in words, which stand in reports; so long a letter may wait; 0 for ever.
    """
    with store.write() as transaction:
        return outbox.forget(
            transaction,
            failed_before_ms=now_ms - KEEP_FAILED_MS,
            sent_before_ms=now_ms - KEEP_CAUSES_MS,
            unsent_before_ms=now_ms - keep_texts_days * DAY_MS if keep_texts_days else 0,
        )


class Sender:
    """Sends what is due of one kind. Any number of them may run on one store."""

    def __init__(self, store: Store, clock: Clock, carrier: Carrier) -> None:
        self._store, self._clock, self._carrier = store, clock, carrier
        self._is_stopping = False
        self._is_idle = threading.Event()
        self._is_idle.set()
        self._not_before = 0
        self._away_ms = RECEIVER_AWAY_MS
        self._unnoted: list[str] = []  # sent, and the store was away

    def stop(self) -> None:
        """From any thread. What is being sent has a moment to end; then it is broken off, and goes out again later."""
        self._is_stopping = True
        self._is_idle.wait(LAST_MOMENT_S)
        self._carrier.break_off()

    def step(self) -> int:
        """Sends all that is due; how many were sent. Raises StoreAway."""
        sent = 0
        self._is_idle.clear()
        try:
            self._note_sent()
            while not self._is_stopping and self._clock() >= self._not_before and (parcel := self._take()):
                sent += self._carry(parcel)
        finally:
            self._carrier.close()
            self._is_idle.set()
        return sent

    def _take(self) -> Parcel | None:
        now_ms = self._clock()
        return outbox.take(self._store, self._carrier.kind, now_ms=now_ms, until_ms=now_ms + TAKEN_MS)

    def _carry(self, parcel: Parcel) -> bool:
        try:
            if self._clock() > parcel.give_up_at:
                raise RefusedForGood(TOO_OLD)
            self._carrier.carry(parcel)
        except ReceiverAway as error:
            self._not_before = self._clock() + self._away_ms
            self._away_ms = min(2 * self._away_ms, LONGEST_AWAY_MS)
            self._postpone(parcel, str(error))
        except Postponed as error:
            self._postpone(parcel, str(error))
        except RefusedForGood as error:
            self._give_up(parcel, str(error))
        except ServerError as error:
            self._give_up(parcel, error.message)
        except Exception as error:  # one that can't be sent holds up none of the others
            log.exception("%s could not be sent.", parcel.cause)
            self._give_up(parcel, f"{type(error).__name__}: {error}")
        else:
            self._away_ms = RECEIVER_AWAY_MS
            self._unnoted.append(parcel.cause)
            self._note_sent()
            return True
        return False

    def _note_sent(self) -> None:
        while self._unnoted:
            outbox.note_sent(self._store, self._unnoted[0], self._clock())
            del self._unnoted[0]

    def _postpone(self, parcel: Parcel, reason: str) -> None:
        if self._is_stopping:
            reason = ""  # broken off by us: nothing that IT need look at
        due_at = self._clock() + min(FIRST_WAIT_MS * 2 ** min(parcel.tries - 1, 10), LONGEST_WAIT_MS)
        if due_at >= parcel.give_up_at:
            self._give_up(parcel, f"Given up after {parcel.tries} attempts: {reason}")
        else:
            outbox.note_failure(self._store, parcel, reason, due_at=due_at, failed_at=None)

    def _give_up(self, parcel: Parcel, reason: str) -> None:
        log.error("Not sent to %s (%s): %s", parcel.receiver, parcel.cause, reason)
        now_ms = self._clock()
        outbox.note_failure(self._store, parcel, reason, due_at=now_ms, failed_at=now_ms)
