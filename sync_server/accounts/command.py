"""`hymy people`: invite, add, list, password, end, beside a running server. There is no default password anywhere."""

import argparse
import getpass
import sys
import uuid
from collections.abc import Sequence

import msgspec

from sync_server.accounts import keeping, passwords
from sync_server.accounts.invitations import VALID_DAYS, Invited
from sync_server.accounts.people import LANGUAGES, Person, PersonFaults, Role, check_places, sign_in_name
from sync_server.clock import now_ms
from sync_server.command import add_data_argument, add_json_argument, add_who_argument, say, with_store
from sync_server.config import mail_settings
from sync_server.mail.letter import is_address
from sync_server.store import Store, people, places

FAULTS: dict[passwords.Fault, str] = {
    "short": f"A password needs at least {passwords.SHORTEST} characters.",
    "common": "This password is among those that are tried first.",
    "own": "This password is the person's own name or address.",
}


class Listed(msgspec.Struct, frozen=True):
    """A person as --json tells of them."""

    name: str
    role: Role
    places: list[str]
    regions: list[str]
    language: str
    email: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="people_command", required=True, metavar="COMMAND")
    add = commands.add_parser("add", help="a new account; prints its password")
    _add_person_arguments(add, is_role_required=True)
    _add_password_arguments(add)
    invite = commands.add_parser("invite", help="a link to choose a password, for a new account or one that there is")
    _add_person_arguments(invite, is_role_required=False)
    listed = commands.add_parser("list", help="all accounts")
    add_json_argument(listed)
    password = commands.add_parser("password", help="a new password; signs the person out everywhere")
    password.add_argument("name")
    _add_password_arguments(password)
    end = commands.add_parser("end", help="close an account")
    end.add_argument("name")
    for command in (add, invite, listed, password, end):
        add_data_argument(command)
    for command in (add, invite, password, end):
        add_who_argument(command)


def main(arguments: argparse.Namespace) -> int:
    """0, or 1 after saying what was wrong and what to do."""
    run = {"add": _add, "invite": _invite, "list": _list, "password": _password, "end": _end}
    return with_store(arguments, run[arguments.people_command])


def _add(store: Store, arguments: argparse.Namespace) -> int:
    person = _new(store, arguments)
    password, told = _choose_password(arguments, own=(person.name, person.email))
    person = msgspec.structs.replace(person, password_hash=passwords.hashed(password))
    if not keeping.add(store, person, by=arguments.by, now_ms=now_ms()):
        raise _name_taken(person.name)
    say(f"{person.name} can sign in.{told}")
    return 0


def _invite(store: Store, arguments: argparse.Namespace) -> int:
    """With a role it is somebody new, else somebody who has forgotten the password."""
    mail, now, by = mail_settings(), now_ms(), arguments.by
    here = mail.address or "http://SERVER"
    invited: Invited | None
    if arguments.role:
        person = _new(store, arguments)
        invited = keeping.invite(store, person, by=by, mail=mail, here=here, now_ms=now)
        if invited is None:
            raise _name_taken(person.name)
    else:
        person = _find(store, arguments.name)
        invited = keeping.invite_again(store, person, by=by, mail=mail, here=here, now_ms=now)
    if invited.is_mailed:
        say(f"A link for {person.name} goes to {person.email}. It works once, within {VALID_DAYS} days.")
    else:
        say(f"Hand this link to {person.name}. It works once, within {VALID_DAYS} days:\n{invited.link}")
        if not mail.address:
            say("SERVER is where people find this server. Where HYMY_ADDRESS is set, links have it.")
    return 0


def _list(store: Store, arguments: argparse.Namespace) -> int:
    listed = [
        Listed(
            *(person.name, person.role, sorted(person.places), sorted(person.regions)), person.language, person.email
        )
        for person in people.all_people(store)
    ]
    if arguments.json:
        say(msgspec.json.format(msgspec.json.encode(listed), indent=2).decode())
        return 0
    if not listed:
        say("Nobody yet. hymy people add NAME --role ROLE")
    for person in listed:
        say(f"{person.name:24} {person.role:8} {' '.join([*person.places, *person.regions])}".rstrip())
    return 0


def _password(store: Store, arguments: argparse.Namespace) -> int:
    person = _find(store, arguments.name)
    password, told = _choose_password(arguments, own=(person.name, person.email))
    keeping.choose_password(store, person, passwords.hashed(password), by=arguments.by, now_ms=now_ms())
    say(f"{person.name} has a new password and is signed out everywhere.{told}")
    return 0


def _end(store: Store, arguments: argparse.Namespace) -> int:
    person = _find(store, arguments.name)
    keeping.end(store, person, by=arguments.by, now_ms=now_ms())
    say(f"{person.name}'s account is closed.")
    return 0


def _new(store: Store, arguments: argparse.Namespace) -> Person:
    """As the arguments say, without a password. Raises PersonFaults."""
    role = Role(arguments.role)
    check_places(
        role,
        location_ids=arguments.location,
        region_ids=arguments.region,
        known_locations=[location.location_id for location in places.locations(store)],
        known_regions=people.region_ids(store),
    )
    if arguments.email and not is_address(arguments.email):
        raise PersonFaults(
            f"{arguments.email!r} is no address that mail can be sent to.", "Write it like aino@shop.example."
        )
    name = " ".join(arguments.name.split())
    own, regions = frozenset(arguments.location), frozenset(arguments.region)
    return Person(uuid.uuid4().hex[:12], name, role, arguments.language, own, "", regions, arguments.email)


def _name_taken(name: str) -> PersonFaults:
    return PersonFaults(f"There is, or was, somebody called {name!r}.", "Choose another name.")


def _find(store: Store, name: str) -> Person:
    person = people.find_by_name(store, sign_in_name(name))
    if person is None:
        known = ", ".join(person.name for person in people.all_people(store))
        raise PersonFaults(f"There is nobody called {name!r}.", f"Known are {known}." if known else "Nobody is yet.")
    return person


def _add_person_arguments(parser: argparse.ArgumentParser, *, is_role_required: bool) -> None:
    parser.add_argument("name")
    parser.add_argument("--role", required=is_role_required, choices=[role.value for role in Role])
    parser.add_argument("--location", action="append", default=[], metavar="ID", help="theirs; may be repeated")
    parser.add_argument("--region", action="append", default=[], metavar="ID", help="theirs; may be repeated")
    parser.add_argument("--email", default="", metavar="ADDRESS", help="where links, reports and alerts go")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of the pages and mail (default: en)")


def _add_password_arguments(parser: argparse.ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--password-stdin", action="store_true", help="read it from standard input (default: make one)")
    how.add_argument("--ask", action="store_true", help="ask for it")


def _choose_password(arguments: argparse.Namespace, *, own: Sequence[str]) -> tuple[str, str]:
    """The password, and what to say of it: only one that was made here is shown."""
    if arguments.password_stdin:
        return _good_enough(sys.stdin.readline().rstrip("\n"), own), ""
    if arguments.ask:
        return _good_enough(getpass.getpass("Password: "), own), ""
    password = passwords.generated()
    return password, f" Password: {password}"


def _good_enough(password: str, own: Sequence[str]) -> str:
    if fault := passwords.fault_of(password, own):
        raise PersonFaults(FAULTS[fault], "Several words do well.")
    return password
