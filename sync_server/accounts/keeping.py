"""Making, changing and ending accounts, each step noted in the audit log together with what it does."""

import msgspec

from sync_server.accounts import invitations
from sync_server.accounts.invitations import Invited
from sync_server.accounts.people import EVERYWHERE, Person, PersonFaults, Role, sign_in_name
from sync_server.mail.settings import Mail
from sync_server.store import Store, Transaction, audit
from sync_server.store import people as stored


def add(store: Store, person: Person, *, by: str, now_ms: int) -> bool:
    """With a password. False if there is, or was, somebody of that name."""
    with store.write() as transaction:
        added = stored.put_new(transaction, person, sign_in_name(person.name), now_ms)
        if added:
            audit.note(transaction, who=by, what="person added", about=described(person), at_ms=now_ms)
        return added


def invite(store: Store, person: Person, *, by: str, mail: Mail, here: str, now_ms: int) -> Invited | None:
    """A new person, without a password. None if there is, or was, somebody of that name."""
    with store.write() as transaction:
        if not stored.put_new(transaction, person, sign_in_name(person.name), now_ms):
            return None
        invited = invitations.invite(transaction, person, mail=mail, here=here, now_ms=now_ms)
        audit.note(transaction, who=by, what="person invited", about=described(person), at_ms=now_ms)
        return invited


def invite_again(store: Store, person: Person, *, by: str, mail: Mail, here: str, now_ms: int) -> Invited:
    """The password of before holds until another is chosen."""
    with store.write() as transaction:
        invited = invitations.invite(transaction, person, mail=mail, here=here, now_ms=now_ms)
        audit.note(transaction, who=by, what="new link made", about=person.name, at_ms=now_ms)
        return invited


def accept(store: Store, token: str, password_hash: str, *, now_ms: int) -> Person | None:
    """The person, with their new password; None for whoever comes second, or too late."""
    with store.write() as transaction:
        person = stored.take_invitation(transaction, invitations.hash_of(token), now_ms)
        if person is None:
            return None
        stored.put_password(transaction, person.person_id, password_hash)
        audit.note(transaction, who=person.name, what="password chosen", about=person.name, at_ms=now_ms)
    return msgspec.structs.replace(person, password_hash=password_hash)


def choose_password(store: Store, person: Person, password_hash: str, *, by: str, now_ms: int) -> Person:
    """Ends all sessions."""
    with store.write() as transaction:
        stored.put_password(transaction, person.person_id, password_hash)
        audit.note(transaction, who=by, what="password changed", about=person.name, at_ms=now_ms)
    return msgspec.structs.replace(person, password_hash=password_hash)


def describe_self(store: Store, before: Person, after: Person, *, now_ms: int) -> bool:
    """Name, language, e-mail address. False if there is, or was, another of that name."""
    name = sign_in_name(after.name)
    with store.write() as transaction:
        if stored.is_name_of_another(transaction, name, before.person_id):
            return False
        stored.put_name(transaction, after, name)
        changes = [(before.name, after.name), (before.email, after.email)]
        about = "; ".join(f"{was or '–'} → {now or '–'}" for was, now in changes if was != now)
        if about:
            audit.note(transaction, who=before.name, what="own account changed", about=about, at_ms=now_ms)
    return True


def change(store: Store, before: Person, after: Person, *, by: str, now_ms: int) -> None:
    """Role, places, e-mail address. Raises PersonFaults for the last owner's role."""
    was, now = described(before), described(after)
    with store.write() as transaction:
        stored.put_role(transaction, after)
        if was != now:
            audit.note(transaction, who=by, what="person changed", about=f"{was} → {now}", at_ms=now_ms)
        _check_owner_left(transaction, before)


def end(store: Store, person: Person, *, by: str, now_ms: int) -> None:
    """Raises PersonFaults for the last owner."""
    with store.write() as transaction:
        if stored.put_end(transaction, person.person_id, now_ms):
            audit.note(transaction, who=by, what="account ended", about=described(person), at_ms=now_ms)
        _check_owner_left(transaction, person)


def _check_owner_left(transaction: Transaction, person: Person) -> None:
    """After the note, for which others wait: so two owners who end each other don't both look before either is gone."""
    if person.role is Role.OWNER and person.password_hash and not stored.has_owner(transaction):
        raise PersonFaults(
            f"{person.name} is the last owner who can sign in: nobody would be left who makes owners.",
            "Add another first: hymy people add NAME --role owner.",
        )


def described(person: Person) -> str:
    """Such as "Aino (manager: kamppi) aino@shop.example"."""
    own = "" if person.role in EVERYWHERE else f": {', '.join([*sorted(person.regions), *sorted(person.places)])}"
    return f"{person.name} ({person.role}{own}) {person.email}".rstrip()
