"""`hymy terminals`: the fleet from the command line, beside a running server."""

import argparse
import json

from sync_server.clock import now_ms
from sync_server.command import add_data_argument, add_json_argument, say, say_rows, with_store
from sync_server.errors import NotFound
from sync_server.fleet.enrolment import make_code
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
    for command in (code, listing, end, moving):
        add_data_argument(command)
        add_json_argument(command)


def main(arguments: argparse.Namespace) -> int:
    return with_store(arguments, {"code": _code, "list": _list, "revoke": _revoke, "move": _move}[arguments.action])


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
    move(store, arguments.terminal, touchpoint_id, now_ms())
    say(
        f"Terminal {arguments.terminal} stands at {touchpoint_id} from now on. What it collected elsewhere stays there."
    )
    return 0
