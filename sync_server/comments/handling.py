"""What people do about a comment: take it or give it to somebody, note, mark it handled, open it again, reveal it."""

from typing import Literal

from sync_server.accounts.people import Person
from sync_server.comments.masking import masked
from sync_server.errors import NotFound
from sync_server.store import Store, audit, comments, people
from sync_server.store.comments import Key
from sync_server.store.places import LocationRow

Deed = Literal["assigned", "handled", "reopened", "noted"]
REVEALED = "revealed personal data in a comment"


def act(
    store: Store,
    key: Key,
    deed: Deed,
    *,
    seen: int,
    who: Person,
    now_ms: int,
    assignee: str = "",
    words: str = "",
) -> bool:
    """False, and nothing done, if somebody has acted since it was `seen` with so many acts. A note is always added.

    assignee: a person's id; empty: nobody has it any more.
    """
    with store.write() as transaction:
        number = comments.begin_act(transaction, key, None if deed == "noted" else seen)
        if number is None:
            return False
        if deed == "assigned":
            comments.assign(transaction, key, assignee)
        elif deed != "noted":
            comments.put_handled(transaction, key, is_handled=deed == "handled")
        comments.add_act(
            *(transaction, key, number),
            at_ms=now_ms,
            who=who.person_id,
            act=deed,
            assignee=assignee if deed == "assigned" else "",
            words=masked(words) if deed == "noted" else "",
        )
    return True


def may_have_it(store: Store, location: LocationRow) -> list[Person]:
    """Who acts, and sees the place."""
    return [person for person in people.all_people(store) if person.may_act and person.may_see(location)]


def to_whom(store: Store, location: LocationRow, person_id: str) -> str:
    """The same id, or nobody's. Raises NotFound for who does not see the place, or does not act."""
    person = people.find_person(store, person_id) if person_id else None
    if person_id and not (person and person.may_act and person.may_see(location)):
        raise NotFound(f"There is no {person_id!r} who handles comments of this place.")
    return person_id


def reveal(store: Store, key: Key, *, who: Person, about: str, now_ms: int) -> str | None:
    """The words before anything was masked in them, which the audit log then tells; None where nothing was."""
    with store.write() as transaction:
        words = comments.original(transaction, key)
        if words is not None:
            audit.note(transaction, who=who.name, what=REVEALED, about=about, at_ms=now_ms)
    return words
