"""`hymy people`: add, list, password, end. Works beside a running server; there is no default password anywhere."""

import argparse
import getpass
import sys
import uuid
from collections.abc import Sequence

import msgspec

from sync_server.accounts import passwords
from sync_server.accounts.people import LANGUAGES, Person, PersonFaults, Role, check_places, sign_in_name
from sync_server.clock import now_ms
from sync_server.command import add_data_argument, add_json_argument, say, with_store
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
    add.add_argument("name")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--location", action="append", default=[], metavar="ID", help="theirs; may be repeated")
    add.add_argument("--region", action="append", default=[], metavar="ID", help="theirs; may be repeated")
    add.add_argument("--email", default="", metavar="ADDRESS", help="where reports and alerts go")
    add.add_argument("--language", choices=LANGUAGES, default="en", help="of the pages (default: en)")
    _add_password_arguments(add)
    listed = commands.add_parser("list", help="all accounts")
    add_json_argument(listed)
    password = commands.add_parser("password", help="a new password; signs the person out everywhere")
    password.add_argument("name")
    _add_password_arguments(password)
    end = commands.add_parser("end", help="close an account")
    end.add_argument("name")
    for command in (add, listed, password, end):
        add_data_argument(command)


def main(arguments: argparse.Namespace) -> int:
    """0, or 1 after saying what was wrong and what to do."""
    run = {"add": _add, "list": _list, "password": _password, "end": _end}[arguments.people_command]
    return with_store(arguments, run)


def _add(store: Store, arguments: argparse.Namespace) -> int:
    role = Role(arguments.role)
    check_places(
        role,
        location_ids=arguments.location,
        region_ids=arguments.region,
        known_locations=[location.location_id for location in places.locations(store)],
        known_regions=people.region_ids(store),
    )
    name = " ".join(arguments.name.split())
    password, told = _choose_password(arguments, own=(name, arguments.email))
    own, regions = frozenset(arguments.location), frozenset(arguments.region)
    hashed = passwords.hashed(password)
    person = Person(uuid.uuid4().hex[:12], name, role, arguments.language, own, hashed, regions, arguments.email)
    if not people.add_person(store, person, sign_in_name(name), now_ms()):
        raise PersonFaults(f"There is, or was, somebody called {name!r}.", "Choose another name.")
    say(f"{name} can sign in.{told}")
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
    people.change_password(store, person.person_id, passwords.hashed(password))
    say(f"{person.name} has a new password and is signed out everywhere.{told}")
    return 0


def _end(store: Store, arguments: argparse.Namespace) -> int:
    person = _find(store, arguments.name)
    people.end_person(store, person.person_id, now_ms())
    say(f"{person.name}'s account is closed.")
    return 0


def _find(store: Store, name: str) -> Person:
    person = people.find_by_name(store, sign_in_name(name))
    if person is None:
        known = ", ".join(person.name for person in people.all_people(store))
        raise PersonFaults(f"There is nobody called {name!r}.", f"Known are {known}." if known else "Nobody is yet.")
    return person


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
