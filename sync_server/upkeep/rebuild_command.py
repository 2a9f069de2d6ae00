"""`hymy rebuild`: count every answer anew, name what differs, and mend it."""

import argparse
import json

from sync_server.command import add_data_argument, add_json_argument, say, with_store
from sync_server.store import Store
from sync_server.store.upkeep import WHOLE_DAY
from sync_server.upkeep.progress import Progress
from sync_server.upkeep.rebuild import Difference, check, rebuild


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only compare; exit status 1 if anything differs")
    add_data_argument(parser)
    add_json_argument(parser)


def main(arguments: argparse.Namespace) -> int:
    return with_store(arguments, _rebuild)


def _rebuild(store: Store, arguments: argparse.Namespace) -> int:
    found = 0
    for difference in (check if arguments.check else rebuild)(store, Progress("Recount")):
        found += 1
        say(_as_json(difference) if arguments.json else _in_words(difference))
    if not arguments.json:
        say("Every result is what the answers add up to." if not found else f"{found} differed" + _what_now(arguments))
    return 1 if found and arguments.check else 0


def _what_now(arguments: argparse.Namespace) -> str:
    return ". To mend them: hymy rebuild" if arguments.check else ", and are mended."


def _in_words(difference: Difference) -> str:
    key = difference.key
    hour = "the whole day" if key.local_hour == WHOLE_DAY else f"{key.local_hour:02d}-{key.local_hour + 1:02d} h"
    return (
        f"{key.location_id}, {key.touchpoint_id}, {key.local_date}, {hour}, {key.question_id} = {key.value}:"
        f" counted {difference.counted}, expected {difference.expected}"
    )


def _as_json(difference: Difference) -> str:
    return json.dumps({**difference.key._asdict(), "counted": difference.counted, "expected": difference.expected})
