"""Accounts on each kind of store: what is kept, and what is noted of it."""

from hashlib import sha256

import msgspec
import pytest

from sync_server.accounts import invitations, keeping
from sync_server.accounts.people import Person, PersonFaults, Role
from sync_server.mail.settings import Mail
from sync_server.store import Store, audit, people

GUN = Person("gun", "Gun", Role.AREA, "sv", frozenset({"kamppi"}), "", frozenset({"uusimaa"}), "gun@shop.example")
IVAR = Person("ivar", "Ivar", Role.VIEWER, "en", frozenset({"vasa"}), "hash")
EEVA = Person("eeva", "Eeva", Role.OWNER, "fi", frozenset(), "hash")
MAIL = Mail(address="https://hymy.example")


def test_an_account_from_the_invitation_to_its_end(store: Store) -> None:
    invited = keeping.invite(store, GUN, by="Cilla", mail=MAIL, here="", now_ms=1)
    again = keeping.invite(store, msgspec.structs.replace(GUN, person_id="x"), by="Cilla", mail=MAIL, here="", now_ms=1)
    assert invited is not None
    token = invited.link.removeprefix("https://hymy.example/invitation/")
    open_to = people.invitations(store, 2)
    accepted = keeping.accept(store, token, "hash", now_ms=2)
    second = keeping.accept(store, token, "another", now_ms=2)
    as_manager = Person("gun", "Gun", Role.MANAGER, "sv", frozenset({"tapiola"}), "hash")
    keeping.change(store, GUN, as_manager, by="Eeva", now_ms=3)
    changed = people.find_person(store, "gun")
    keeping.end(store, as_manager, by="Cilla", now_ms=4)
    keeping.end(store, as_manager, by="Cilla", now_ms=5)

    assert (again, second) == (None, None)
    assert open_to == {"gun": 1 + invitations.VALID_MS}
    assert accepted == msgspec.structs.replace(GUN, password_hash="hash")
    assert changed == as_manager
    assert people.all_people(store) == []
    assert [(note.at, note.who, note.what, note.about) for note in reversed(audit.notes(store, most=9))] == [
        (1, "Cilla", "person invited", "Gun (area: uusimaa, kamppi) gun@shop.example"),
        (2, "Gun", "password chosen", "Gun"),
        (3, "Eeva", "person changed", "Gun (area: uusimaa, kamppi) gun@shop.example → Gun (manager: tapiola)"),
        (4, "Cilla", "account ended", "Gun (manager: tapiola)"),
    ]


def test_everybody_has_places_of_their_own(store: Store) -> None:
    keeping.add(store, IVAR, by="Cilla", now_ms=1)
    keeping.invite(store, GUN, by="Cilla", mail=MAIL, here="", now_ms=1)

    assert people.all_people(store) == [GUN, IVAR]
    assert people.find_by_name(store, "ivar") == IVAR


def test_a_name_of_another_is_not_taken_also_of_one_who_has_ended(store: Store) -> None:
    keeping.add(store, IVAR, by="Cilla", now_ms=1)
    keeping.invite(store, GUN, by="Cilla", mail=MAIL, here="", now_ms=1)
    keeping.end(store, GUN, by="Cilla", now_ms=2)

    taken = keeping.describe_self(store, IVAR, msgspec.structs.replace(IVAR, name="GUN"), now_ms=3)
    own = keeping.describe_self(store, IVAR, msgspec.structs.replace(IVAR, name="IVAR", language="fi"), now_ms=3)

    ivar = people.find_by_name(store, "ivar")
    assert (taken, own) == (False, True)
    assert ivar and (ivar.name, ivar.language) == ("IVAR", "fi")


def test_the_last_owner_who_can_sign_in_stays_one(store: Store) -> None:
    invited, chosen = (msgspec.structs.replace(IVAR, person_id=name, name=name, role=Role.OWNER) for name in "ab")
    keeping.add(store, EEVA, by="Cilla", now_ms=1)
    keeping.invite(store, msgspec.structs.replace(invited, password_hash=""), by="Eeva", mail=MAIL, here="", now_ms=1)

    with pytest.raises(PersonFaults, match="the last owner"):
        keeping.end(store, EEVA, by="Cilla", now_ms=2)
    with pytest.raises(PersonFaults, match="the last owner"):
        keeping.change(store, EEVA, msgspec.structs.replace(EEVA, role=Role.IT), by="Cilla", now_ms=2)
    kept = people.find_person(store, "eeva"), len(audit.notes(store, most=9))
    keeping.add(store, chosen, by="Eeva", now_ms=3)
    keeping.end(store, EEVA, by="b", now_ms=4)

    assert kept == (EEVA, 2)
    assert people.find_person(store, "eeva") is None


def test_a_new_password_ends_sessions_and_open_links_of_that_person_alone(store: Store) -> None:
    for person_id in ("ivar", "gun"):
        people.keep_session(store, sha256(person_id.encode()).hexdigest(), "{}", 99, 1, person_id=person_id)
    keeping.add(store, IVAR, by="Cilla", now_ms=1)
    keeping.invite_again(store, IVAR, by="Cilla", mail=MAIL, here="", now_ms=1)

    renewed = keeping.choose_password(store, IVAR, "new", by="Ivar", now_ms=2)

    assert renewed == people.find_person(store, "ivar")
    assert (people.sessions_of(store, "ivar", 2), len(people.sessions_of(store, "gun", 2))) == ([], 1)
    assert people.invitations(store, 2) == {}


def test_a_session_is_seen_once_by_those_who_see_it_together_and_ended_by_its_owner_alone(store: Store) -> None:
    for session_hash, person_id in (("a", "ivar"), ("b", "ivar"), ("c", "gun")):
        people.keep_session(store, session_hash, "{}", 99, 1, person_id=person_id)
    session = people.find_session(store, "a", 2)
    assert session is not None

    people.touch_session(store, session, 50)
    people.touch_session(store, session, 60)  # has seen the same as the one before
    people.end_session_of(store, "gun", "a")
    seen = [(one.session_hash, one.seen_at) for one in people.sessions_of(store, "ivar", 2)]
    people.end_sessions_but(store, "ivar", "a")

    assert seen == [("a", 50), ("b", 1)]
    assert [one.session_hash for one in people.sessions_of(store, "ivar", 2)] == ["a"]
    assert people.find_session(store, "c", 2) is not None
    assert people.find_session(store, "a", 99) is None
