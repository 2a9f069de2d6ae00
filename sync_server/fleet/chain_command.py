"""`hymy chain load FILE`: what people set up in files goes into the store, beside a running server."""

import argparse
from pathlib import Path

from sync_server.command import add_data_argument, say, with_store
from sync_server.fleet.chain import load_chain, read_chain
from sync_server.store import Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, help_text in (("load", "check the files and load them"), ("check", "only check them")):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("file", metavar="FILE", type=Path, help="the chain file, TOML; see docs/surveys.md")
        add_data_argument(command)


def main(arguments: argparse.Namespace) -> int:
    return with_store(arguments, _load)


def _load(store: Store, arguments: argparse.Namespace) -> int:
    chain = read_chain(arguments.file)
    if arguments.action == "load":
        load_chain(store, chain)
    surveys = ", ".join(survey.label for survey in chain.surveys)
    done = "Loaded" if arguments.action == "load" else "In order"
    say(f"{done}: {len(chain.locations)} locations, {len(chain.touchpoints)} touchpoints, surveys {surveys}.")
    return 0
