"""`hymy audit`: who did what and when, and whether the log is still what was written."""

import argparse
from datetime import UTC, datetime

from sync_server.command import add_data_argument, add_json_argument, at_least_one, say, say_rows, with_store
from sync_server.store import Store, audit
from sync_server.store.audit import Note


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="whether a row was changed, added or removed since")
    parser.add_argument("--most", type=at_least_one, default=50, metavar="N", help="of the newest (default: 50)")
    add_data_argument(parser)
    add_json_argument(parser)


def main(arguments: argparse.Namespace) -> int:
    """1 where the log is not what was written."""
    return with_store(arguments, _check if arguments.check else _list)


def _list(store: Store, arguments: argparse.Namespace) -> int:
    return say_rows(audit.notes(store, most=arguments.most), _in_words, arguments, nothing="Nothing was noted yet.")


def _check(store: Store, arguments: argparse.Namespace) -> int:
    checked = audit.check(store)
    if checked.broken:
        say(f"{checked.broken} Up to row {checked.notes} the log is what was written.")
        return 1
    say(f"The log is what was written: {checked.notes} rows, the last one {checked.hash or 'without a hash yet'}.")
    return 0


def _in_words(note: Note) -> str:
    at = f"{datetime.fromtimestamp(note.at / 1000, UTC):%Y-%m-%d %H:%M:%SZ}"
    return f"{note.number:6}  {at}  {note.who:16} {note.what}: {note.about}  {note.hash[:12]}".rstrip()
