"""The `hymy` command: hands each subcommand to its part, which is imported only when it is asked for."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module, metadata
from typing import NamedTuple


class Command(NamedTuple):
    """module: has add_arguments(parser) and main(arguments) -> exit status. extra: what it needs installed."""

    module: str
    extra: str
    help: str


COMMANDS = {
    "demo": Command("hymy.demo", "kiosk,server", "see all of it run on this computer"),
    "server": Command("sync_server.main", "server", "bring answers together and show them"),
    "chain": Command("sync_server.fleet.chain_command", "server", "load locations, touchpoints and surveys from files"),
    "people": Command("sync_server.accounts.command", "server", "who may sign in, and see what"),
    "audit": Command(
        "sync_server.accounts.audit_command", "server", "who did what and when, and whether that is whole"
    ),
    "terminals": Command("sync_server.fleet.command", "server", "enrol, list and revoke terminals"),
    "reconcile": Command(
        "sync_server.fleet.reconcile", "server", "pressed = stored = sent = counted, for every terminal and day"
    ),
    "quarantine": Command("sync_server.fleet.quarantine_command", "server", "what came and does not count, yet"),
    "missing": Command("sync_server.fleet.missing_command", "server", "what no one holds any more"),
    "backup": Command("sync_server.upkeep.backup_command", "server", "back the store up, beside the running server"),
    "restore": Command("sync_server.upkeep.restore_command", "server", "put a backup in place of a store"),
    "rebuild": Command("sync_server.upkeep.rebuild_command", "server", "count every answer anew, and mend the results"),
    "export": Command("sync_server.exports.command", "server", "answers or figures as CSV, Excel or Parquet"),
    "tidy": Command("sync_server.upkeep.tidy_command", "server", "remove what is over: old words, sessions, codes"),
    "mail": Command("sync_server.mail.command", "server", "what could not be sent, a trial letter, and trying again"),
    "store": Command("sync_server.store_command", "server", "spread the store over several machines"),
    "kiosk": Command("kiosk.main", "kiosk", "run a terminal"),
    "journal": Command("kiosk.journal_report", "kiosk", "what a terminal's journal holds"),
    "simulate": Command("hymy.simulate.command", "kiosk,server", "many terminals before a server, and their mishaps"),
    "box": Command("hymy.box", "kiosk", "a simulated button box on a pty"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0 done, 1 it failed, 2 it was called or set up wrongly."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] not in COMMANDS:
        return _overview(arguments)
    name = arguments[0]
    command = COMMANDS[name]
    try:
        module = import_module(command.module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("hymy", "kiosk", "sync_server", "survey", "hardware"):
            raise
        print(f"hymy {name} needs {error.name}: pip install 'hymy[{command.extra}]'", file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(prog=f"hymy {name}", description=command.help)
    module.add_arguments(parser)
    return int(module.main(parser.parse_args(arguments[1:])))


def _overview(arguments: list[str]) -> int:
    listing = "\n".join(f"  {name:<12}{command.help}" for name, command in COMMANDS.items())
    text = f"usage: hymy COMMAND ...\n\n{listing}\n\nhymy COMMAND --help says more."
    if arguments == ["--version"]:
        print(metadata.version("hymy"))
        return 0
    if arguments and arguments[0] not in ("-h", "--help"):
        print(f"hymy: there is no command {arguments[0]!r}.\n\n{text}", file=sys.stderr)
        return 2
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
