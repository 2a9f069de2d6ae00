"""`hymy terminals`: the fleet from the command line, beside a running server."""

import argparse
import getpass
import json
import sys

from sync_server.clock import now_ms
from sync_server.command import add_data_argument, add_json_argument, add_who_argument, say, say_rows, with_store
from sync_server.errors import NotFound, UnfitPin
from sync_server.fleet.enrolment import make_code
from sync_server.fleet.pins import remove_pin, set_pin
from sync_server.fleet.reconcile import ago, summary
from sync_server.fleet.terminals import TerminalRow, move, revoke, terminals
from sync_server.store import Store, places


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    code = commands.add_parser("code", help="make a one-time code for a new terminal")
    code.add_argument("--touchpoint", required=True, metavar="NAME", help="where it will stand, e.g. kamppi-checkout")
    listing = commands.add_parser("list", help="all terminals and whether every press counted")
    end = commands.add_parser("revoke", help="end a terminal's token")
    end.add_argument("terminal", metavar="TERMINAL", help="its id, as `hymy terminals list` shows it")
    moving = commands.add_parser("move", help="let a terminal stand at another touchpoint from now on")
    moving.add_argument("terminal", metavar="TERMINAL", help="its id, as `hymy terminals list` shows it")
    moving.add_argument("--touchpoint", required=True, metavar="NAME", help="where it stands now, e.g. kamppi-entrance")
    pin = commands.add_parser("pin", help="set the PIN that opens staff mode on a location's terminals, or remove it")
    pin.add_argument("--location", required=True, metavar="ID", help="as in the chain file, e.g. kamppi")
    pin.add_argument("--none", action="store_true", help="remove it: no staff mode there")
    add_who_argument(pin)
    for command in (code, listing, end, moving, pin):
        add_data_argument(command)
        add_json_argument(command)


def main(arguments: argparse.Namespace) -> int:
    run = {"code": _code, "list": _list, "revoke": _revoke, "move": _move, "pin": _pin}[arguments.action]
    return with_store(arguments, run)


def _code(store: Store, arguments: argparse.Namespace) -> int:
    code = make_code(store, _touchpoint_id(store, arguments.touchpoint), now_ms())
    say(json.dumps({"code": code}) if arguments.json else code)
    return 0


def _touchpoint_id(store: Store, name: str) -> str:
    """Of a touchpoint given by its id, or by a name that it alone has. Raises NotFound for one that several have."""
    named = [row.touchpoint_id for row in places.touchpoints(store) if row.name == name]
    if len(named) > 1:
        raise NotFound(f"Several touchpoints are named {name!r}.", f"Say which one: {', '.join(named)}.")
    return named[0] if named else name


def _list(store: Store, arguments: argparse.Namespace) -> int:
    nothing = "No terminal yet. Make a code for the first one: hymy terminals code --touchpoint NAME"
    return say_rows(terminals(store), _in_words, arguments, nothing=nothing)


def _in_words(row: TerminalRow) -> str:
    heard = "never heard of" if row.last_exchange_at is None else f"last heard of {ago(row.last_exchange_at)}"
    state = "revoked" if row.revoked_at else heard
    where = f"{row.terminal_id}  {row.name} ({row.location_name}, {row.touchpoint_name})"
    return f"{where}: {state}\n    {summary(row)}"


def _revoke(store: Store, arguments: argparse.Namespace) -> int:
    revoke(store, arguments.terminal, now_ms())
    say(f"Terminal {arguments.terminal} is revoked. What it sent stays.")
    return 0


def _move(store: Store, arguments: argparse.Namespace) -> int:
    touchpoint_id = _touchpoint_id(store, arguments.touchpoint)
    name = move(store, arguments.terminal, touchpoint_id, now_ms())
    say(f"Terminal {arguments.terminal} stands at {touchpoint_id} from now on and is called {name}.")
    say("What it collected elsewhere stays there.")
    return 0


def _pin(store: Store, arguments: argparse.Namespace) -> int:
    location_id = arguments.location
    known = [location.location_id for location in places.locations(store)]
    if location_id not in known:
        raise NotFound(f"There is no location {location_id!r}.", f"Known are {', '.join(known)}.")
    if arguments.none:
        remove_pin(store, location_id, who=arguments.by, now_ms=now_ms())
        say(f"The PIN of {location_id} is removed: its terminals have no staff mode from the next minute on.")
    else:
        set_pin(store, location_id, _read_pin(), who=arguments.by, now_ms=now_ms())
        say(f"The PIN of {location_id} is set. Its terminals know it within a minute, as soon as they are heard of.")
    return 0


def _read_pin() -> str:
    """Typed twice without being shown; or a line of standard input. Raises UnfitPin."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    pin = getpass.getpass("PIN, 4 to 8 digits: ")
    if getpass.getpass("The same again: ") != pin:
        raise UnfitPin("The two are not the same.", "Nothing was changed; try again.")
    return pin
