"""`hymy quarantine`: what was received and does not count, and releasing it once the cause is mended."""

import argparse
import sys

import msgspec

from sync_server.clock import now_ms
from sync_server.command import (
    add_data_argument,
    add_json_argument,
    add_who_argument,
    counted,
    say,
    say_rows,
    with_store,
)
from sync_server.fleet.quarantine import Group, groups, release
from sync_server.fleet.surveys import Questions
from sync_server.store import Store

ENTRIES = ("entry", "entries")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = commands.add_parser("list", help="the entries, by journal and reason")
    releasing = commands.add_parser("release", help="look at them again: what fits now counts")
    which = releasing.add_mutually_exclusive_group()
    which.add_argument("--reason", metavar="TEXT", help="those alone that lie there for this reason")
    which.add_argument("--terminal", metavar="ID", help="those of this terminal alone")
    add_who_argument(releasing)
    for command in (listing, releasing):
        add_data_argument(command)
        add_json_argument(command)


def main(arguments: argparse.Namespace) -> int:
    return with_store(arguments, {"list": _list, "release": _release}[arguments.action])


def _list(store: Store, arguments: argparse.Namespace) -> int:
    def in_words(row: Group) -> str:
        where = f"terminal {row.terminal_id} ({row.location_id}), journal {row.journal}"
        return f"{counted(row.entries, *ENTRIES)} of {where}\n    {row.reason}"

    return say_rows(groups(store), in_words, arguments, nothing="Nothing is in quarantine.")


def _release(store: Store, arguments: argparse.Namespace) -> int:
    done = release(
        store,
        Questions(store),
        who=arguments.by,
        now_ms=now_ms(),
        reason=arguments.reason,
        terminal_id=arguments.terminal,
        tell=_progress if sys.stderr.isatty() else lambda done, of: None,
    )
    if arguments.json:
        say(msgspec.json.encode(done).decode())
        return 0
    still = f"{counted(done.kept, *ENTRIES)} still {'does' if done.kept == 1 else 'do'} not fit"
    kept = f" {still}: hymy quarantine list says why." if done.kept else ""
    say(f"{counted(done.released, *ENTRIES)} {'counts' if done.released == 1 else 'count'} now.{kept}")
    return 0


def _progress(done: int, of: int) -> None:
    print(f"\r{done} of {of}", end="\n" if done == of else "", file=sys.stderr, flush=True)  # noqa: T201
