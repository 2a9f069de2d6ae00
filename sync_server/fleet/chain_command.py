"""`hymy chain load FILE`: what people set up in files goes into the store, beside a running server."""

import argparse
from pathlib import Path

from sync_server.clock import now_ms
from sync_server.command import add_data_argument, counted, say, say_error, with_store
from sync_server.errors import ServerError
from sync_server.fleet.chain import load_chain, read_chain
from sync_server.store import Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, help_text in (("load", "check the files and load them"), ("check", "only check them")):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("file", metavar="FILE", type=Path, help="the chain file, TOML; see docs/surveys.md")
        add_data_argument(command)


def main(arguments: argparse.Namespace) -> int:
    try:
        chain = read_chain(arguments.file)
    except ServerError as error:
        say_error(error)
        return 1
    places = f"{counted(len(chain.locations), 'location')}, {counted(len(chain.touchpoints), 'touchpoint')}"
    found = f"{places}, surveys {', '.join(survey.label for survey in chain.surveys)}."
    if arguments.action == "check":
        say(f"In order: {found} What is loaded already was not looked at: a survey that changed needs a new version.")
        return 0

    def load(store: Store, _: argparse.Namespace) -> int:
        load_chain(store, chain, now_ms())
        say(f"Loaded: {found}")
        return 0

    return with_store(arguments, load, may_begin=True)
