"""`hymy restore FILE`: a backup becomes the store."""

import argparse
from contextlib import closing
from pathlib import Path

from sync_server.clock import now_ms
from sync_server.command import add_data_argument, say, say_error
from sync_server.config import store_place
from sync_server.errors import ServerError
from sync_server.store import open_store
from sync_server.upkeep.backup_command import say_vanished
from sync_server.upkeep.progress import Progress
from sync_server.upkeep.restore import restore, standing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="a backup, as hymy backup makes it")
    parser.add_argument("--replace", action="store_true", help="in place of a store that holds something already")
    parser.add_argument("--unchecked", action="store_true", help="also where FILE.sha256 is not beside it any more")
    add_data_argument(parser)


def main(arguments: argparse.Namespace) -> int:
    try:
        place = store_place(arguments)
        if arguments.replace and (there := standing(place)):
            say(f"What is there now gives way: {there}.")
        kept = restore(
            *(place, arguments.file),
            replace=arguments.replace,
            now_ms=now_ms(),
            tell=Progress("Restore"),
            unchecked=arguments.unchecked,
        )
        say(f"Restored: {standing(place) or 'an empty store'}. {kept}".rstrip())
        with closing(open_store(place)) as store:
            say_vanished(store)
        say("Terminals send again by themselves what came after this backup.")
        return 0
    except ServerError as error:
        say_error(error)
        return 1
