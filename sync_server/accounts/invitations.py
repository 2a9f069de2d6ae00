"""Invitations: a link with which a person chooses a password, once, within a week. Also where one was forgotten.

Only its hash is kept. It goes out by mail, or is shown once to be handed over where no mail is set up.
"""

import secrets
from hashlib import sha256
from typing import NamedTuple

from sync_server.accounts.people import Person
from sync_server.mail import outbox
from sync_server.mail.letter import Letter
from sync_server.mail.settings import Mail
from sync_server.store import Store, Transaction
from sync_server.store import people as stored
from sync_server.texts.say import say_in

VALID_DAYS = 7
VALID_MS = VALID_DAYS * 86_400_000


class Invited(NamedTuple):
    """link: to be handed over, where it was not mailed."""

    person: Person
    link: str
    is_mailed: bool


def invite(transaction: Transaction, person: Person, *, mail: Mail, here: str, now_ms: int) -> Invited:
    """An earlier link ends. here: the server's address as it was asked, for where none is set."""
    token = secrets.token_urlsafe(24)
    token_hash = hash_of(token)
    stored.put_invitation(transaction, person.person_id, token_hash, now_ms=now_ms, expires_at=now_ms + VALID_MS)
    link = f"{mail.address or here}/invitation/{token}"
    is_mailed = bool(mail.server and person.email)
    if is_mailed:
        outbox.put(transaction, f"invitation, person {person.person_id}, {token_hash}", _letter(person, link), now_ms)
    return Invited(person, link, is_mailed)


def invited(store: Store, token: str, now_ms: int) -> Person | None:
    """Whose link this is; None where it was used, is over, or another took its place."""
    return stored.find_invited(store, hash_of(token), now_ms)


def hash_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _letter(person: Person, link: str) -> Letter:
    say = say_in(person.language)
    key = "invitation.letter_again" if person.password_hash else "invitation.letter"
    text = say(key, name=person.name, link=link, days=VALID_DAYS)
    return Letter(person.email, say("invitation.subject"), text)
