"""`hymy missing`: what the server lacks for good, and giving it up."""

import argparse

import msgspec

from sync_server.clock import now_ms
from sync_server.command import add_data_argument, add_json_argument, add_who_argument, say, say_rows, with_store
from sync_server.fleet.missing import Missing, accept, missing
from sync_server.store import Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = commands.add_parser("list", help="every range, those that were given up too")
    giving_up = commands.add_parser("accept", help="give a range up: it is not looked for any more")
    giving_up.add_argument("--journal", required=True, metavar="J", help="as `hymy missing list` shows it")
    giving_up.add_argument("--first", required=True, metavar="N", type=int, help="its first entry")
    giving_up.add_argument("--why", required=True, metavar="TEXT", help="what became of the entries, in some words")
    add_who_argument(giving_up)
    for command in (listing, giving_up):
        add_data_argument(command)
        add_json_argument(command)


def main(arguments: argparse.Namespace) -> int:
    return with_store(arguments, {"list": _list, "accept": _accept}[arguments.action])


def _list(store: Store, arguments: argparse.Namespace) -> int:
    def in_words(row: Missing) -> str:
        return f"terminal {row.terminal_id}, {row.words}"

    return say_rows(missing(store), in_words, arguments, nothing="Nothing is missing.")


def _accept(store: Store, arguments: argparse.Namespace) -> int:
    row = accept(store, arguments.journal, arguments.first, who=arguments.by, why=arguments.why, now_ms=now_ms())
    say(msgspec.json.encode(row).decode() if arguments.json else f"Given up: {row.words}")
    return 0
