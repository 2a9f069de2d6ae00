"""`hymy store distribute`: the store in PostgreSQL, on more machines than one."""

import argparse
from pathlib import Path

from sync_server.command import add_data_argument, say, with_store
from sync_server.config import store_place
from sync_server.errors import CannotDistribute
from sync_server.store import Store
from sync_server.store.distribute import distribute


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("distribute", help="spread it over the machines of a Citus cluster")
    add_data_argument(command)


def main(arguments: argparse.Namespace) -> int:
    return with_store(arguments, _distribute)


def _distribute(store: Store, arguments: argparse.Namespace) -> int:
    if isinstance(store_place(arguments), Path):
        hint = "Name a PostgreSQL database that has the extension Citus: --database URL, or HYMY_DATABASE."
        raise CannotDistribute("A store in one file stays on one machine.", hint)
    distribute(store, say)
    say("All of the store is distributed.")
    return 0
