"""What the server's commands share: a store that is opened and closed, and errors told in words."""

import argparse
import sys
from collections.abc import Callable

from sync_server.config import DATA_HELP, data_folder
from sync_server.errors import ServerError
from sync_server.store import Store, open_store


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", help=DATA_HELP)


def add_json_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def with_store(arguments: argparse.Namespace, act: Callable[[Store, argparse.Namespace], int]) -> int:
    """Exit status of act; 1, with the error's words and hint, where it raises."""
    store = open_store(data_folder(arguments))
    try:
        return act(store, arguments)
    except ServerError as error:
        print(f"{error.message} {error.hint}".strip(), file=sys.stderr)  # noqa: T201
        return 1
    finally:
        store.close()


def say(line: str) -> None:
    """One line of the command's result."""
    print(line)  # noqa: T201
