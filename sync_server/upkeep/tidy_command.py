"""`hymy tidy`: remove what is over, as the server does every night."""

import argparse
import json

from sync_server.clock import now_ms
from sync_server.command import add_data_argument, add_json_argument, counted, say, with_store
from sync_server.config import keep_texts_days
from sync_server.store import Store
from sync_server.upkeep.tidy import tidy


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keep-texts-days",
        metavar="N",
        help="people's words that are older go (default: HYMY_KEEP_TEXTS_DAYS, else 0: none go)",
    )
    add_data_argument(parser)
    add_json_argument(parser)


def main(arguments: argparse.Namespace) -> int:
    return with_store(arguments, _tidy)


def _tidy(store: Store, arguments: argparse.Namespace) -> int:
    gone = tidy(store, keep_texts_days=keep_texts_days(said=arguments.keep_texts_days), now_ms=now_ms())
    if arguments.json:
        say(json.dumps(gone._asdict()))
        return 0
    words = f"the words of {counted(gone.quarantined, 'quarantined entry', 'quarantined entries')}"
    say(f"Removed: {counted(gone.texts, 'text')}, {words}, {counted(gone.letters, 'letter')},")
    over = f"{counted(gone.sessions, 'session')}, {counted(gone.codes, 'code')} and {counted(gone.alerts, 'alert')}"
    say(f"    {over} that were over.")
    return 0
