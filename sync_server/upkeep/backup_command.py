"""`hymy backup`: make one beside the running server, list them, forget one whose file is gone."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from sync_server.clock import now_ms
from sync_server.command import add_data_argument, add_json_argument, at_least_one, say, with_store
from sync_server.config import backups_folder, data_folder
from sync_server.errors import BackupFailed
from sync_server.store import Store, upkeep
from sync_server.upkeep.backup import KEEP, forget, make_backup, vanished
from sync_server.upkeep.progress import Progress


class Listed(msgspec.Struct, frozen=True):
    """A backup as --json tells of it."""

    backup_id: str
    file: str
    made_at: int
    size_bytes: int
    sha256: str
    is_there: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", nargs="?", choices=("make", "list", "forget"), default="make", help="default: make one"
    )
    parser.add_argument("backup", nargs="*", metavar="BACKUP", help="those to forget, as the list names them")
    parser.add_argument("--to", metavar="DIR", help="default: HYMY_BACKUPS, else `backups` in the store's folder")
    parser.add_argument("--keep", type=at_least_one, default=KEEP, metavar="N", help=f"the newest (default: {KEEP})")
    add_data_argument(parser)
    add_json_argument(parser)


def main(arguments: argparse.Namespace) -> int:
    return with_store(arguments, {"make": _make, "list": _list, "forget": _forget}[arguments.action])


def _make(store: Store, arguments: argparse.Namespace) -> int:
    folder = Path(arguments.to) if arguments.to else backups_folder() or data_folder(arguments) / "backups"
    made = make_backup(store, folder, now_ms=now_ms(), tell=Progress("Backup"), keep=arguments.keep)
    if arguments.json:
        say(msgspec.json.encode(Listed(*made, is_there=True)).decode())
        return 0
    say(f"{made.file}: {_size(made.size_bytes)}, opened and checked. SHA-256 {made.sha256}")
    say_vanished(store)
    return 0


def say_vanished(store: Store) -> None:
    gone = vanished(store)
    for backup in gone:
        say(f"{backup.file} is gone.")
    if gone:
        ids = " ".join(backup.backup_id for backup in gone)
        say(f"Until it is back, or `hymy backup forget {ids}`, terminals forget only what it held.")


def _list(store: Store, arguments: argparse.Namespace) -> int:
    listed = [Listed(*backup, is_there=Path(backup.file).exists()) for backup in upkeep.backups(store)]
    if arguments.json:
        say(msgspec.json.format(msgspec.json.encode(listed), indent=2).decode())
        return 0
    if not listed:
        say("No backup yet: no terminal forgets anything. Make one: hymy backup")
    for backup in listed:
        made = datetime.fromtimestamp(backup.made_at / 1000, UTC)
        gone = "" if backup.is_there else "  GONE"
        say(f"{backup.backup_id}  {made:%Y-%m-%d %H:%M} UTC  {_size(backup.size_bytes):>10}  {backup.file}{gone}")
    return 0


def _forget(store: Store, arguments: argparse.Namespace) -> int:
    if not arguments.backup:
        raise BackupFailed("Which backup is to be forgotten?", "Name it as hymy backup list does.")
    for name in arguments.backup:
        say(f"{forget(store, name).file} counts no longer.")
    return 0


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB"
