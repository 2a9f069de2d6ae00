"""What the server's commands share: a store that is opened and closed, and errors told in words."""

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from getpass import getuser
from typing import TypeVar

import apsw
import msgspec

from sync_server.config import DATA_HELP, DATABASE_HELP, shown, store_place
from sync_server.errors import ServerError, StoreMissing
from sync_server.store import Store, has_store, open_store

T = TypeVar("T")


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", help=DATA_HELP)
    parser.add_argument("--database", metavar="URL", help=DATABASE_HELP)


def add_json_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def add_who_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", metavar="NAME", default=own_name(), help="who decides, for the record; %(default)s")


def at_least_one(text: str) -> int:
    """How many, as the command line says it."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} should be a whole number, 1 or more")
    return int(text)


def own_name() -> str:
    """Of whoever runs the command; a number where the computer knows no name, as in some containers."""
    try:
        return getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def with_store(
    arguments: argparse.Namespace, act: Callable[[Store, argparse.Namespace], int], *, may_begin: bool = False
) -> int:
    """Exit status of act; 1, with the error's words and hint, where it raises.

    may_begin: where there is no store yet, begin one; else that is an error, so that a slip of the pen in the folder's
    name does not look as if all were well.
    """
    try:
        place = store_place(arguments)
        if not may_begin and not has_store(place):
            hint = "Name the server's: --data DIR or --database URL, or HYMY_DATA or HYMY_DATABASE."
            raise StoreMissing(f"There is no store in {shown(place)}.", hint)
        with closing(open_store(place)) as store:
            return act(store, arguments)
    except ServerError as error:
        say_error(error)
        return 1


def say_rows(rows: Sequence[T], in_words: Callable[[T], str], arguments: argparse.Namespace, *, nothing: str) -> int:
    """A whole list, for programs where --json was said. nothing: what to say where it is empty."""
    if arguments.json:
        say(msgspec.json.encode(rows).decode())
        return 0
    for row in rows:
        say(in_words(row))
    if not rows:
        say(nothing)
    return 0


def counted(count: int, one: str, many: str = "") -> str:
    """1 terminal, 2 terminals. many: where it is not `one` with an s."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def error_in_words(error: Exception) -> str:
    """What the system or SQLite says, as a sentence."""
    if isinstance(error, apsw.FullError) or (isinstance(error, OSError) and error.errno == errno.ENOSPC):
        return "the disk is full."
    said = (isinstance(error, OSError) and error.strerror) or str(error)
    named = f"{error.filename}: {said}" if isinstance(error, OSError) and error.filename else said
    return f"{named.rstrip('.')}."


def say_error(error: ServerError) -> None:
    print(f"{error.message} {error.hint}".strip(), file=sys.stderr)  # noqa: T201


def say(line: str) -> None:
    """One line of the command's result."""
    print(line)  # noqa: T201
