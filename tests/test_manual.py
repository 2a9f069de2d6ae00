"""The manual describes every command, setting, error code, event and kind of question that there is."""

import argparse
import dataclasses
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from hymy.main import COMMANDS
from kiosk.config import Config
from survey.questions import Kind
from sync_server.errors import ServerError

MANUAL = {path.name: path.read_text(encoding="utf-8") for path in Path("docs").glob("*.md")}
NOT_IN_THE_EXCHANGE = {
    "account.faults",
    "alerts.rules_changed",
    "alerts.webhook_unfit",
    "backup.failed",
    "chain.faults",
    "export.cannot_write",
    "fleet.pin_unfit",
    "fleet.unexplained",
    "mail.letter_unfit",
    "period.faults",
    "rebuild.stopped",
    "report.not_printed",
    "report.still_reading",
    "restore.failed",
    "settings.faults",
    "shop.unfit",
    "store.missing",
    "store.on_one_machine",
}


def error_codes(error: type[ServerError] = ServerError) -> Iterator[str]:
    yield error.code
    for kind in error.__subclasses__():
        yield from error_codes(kind)


def events() -> set[str]:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path("kiosk").rglob("*.py"))
    return {"plugged", "unplugged", *re.findall(r'(?:event|_tell)\("(\w+)"', sources)}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(command: str) -> None:
    assert f"`hymy {command}" in MANUAL["reference.md"]


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Those that read a command's last words: of its subcommands, or its own."""
    subcommands = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for choice in subcommands[0].choices.values() if subcommands else ():
        yield from parsers(choice)
    if not subcommands:
        yield parser


@pytest.mark.parametrize("name", [name for name in COMMANDS if COMMANDS[name].extra == "server"])
def test_every_command_of_the_server_and_each_subcommand_takes_the_store_s_place(name: str) -> None:
    parser = argparse.ArgumentParser(prog=name)
    import_module(COMMANDS[name].module).add_arguments(parser)

    lacking = [one.prog for one in parsers(parser) if not {"--data", "--database"} <= one._option_string_actions.keys()]

    assert lacking == []


@pytest.mark.parametrize("key", [field.name for field in dataclasses.fields(Config)])
def test_every_setting_of_a_terminal_is_described(key: str) -> None:
    assert f"| `{key}` |" in MANUAL["reference.md"]


@pytest.mark.parametrize("code", sorted(set(error_codes()) - NOT_IN_THE_EXCHANGE))
def test_every_error_code_is_described(code: str) -> None:
    assert f"`{code}`" in MANUAL["exchange.md"]


@pytest.mark.parametrize("event", sorted(events()))
def test_every_event_of_a_journal_is_described(event: str) -> None:
    assert f"`{event}`" in MANUAL["reference.md"]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_question_is_described(kind: Kind) -> None:
    assert f"`{kind}`" in MANUAL["surveys.md"]


def test_every_page_of_the_manual_that_is_named_exists() -> None:
    pages = [*Path("docs").glob("*.md"), Path("README.md"), Path("deploy/raspberrypi/README.md")]
    links = [
        (page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)[^)]*\)", page.read_text(encoding="utf-8"))
    ]

    broken = [f"{page}: {link}" for page, link in links if not (page.parent / link).exists()]

    assert links
    assert broken == []
