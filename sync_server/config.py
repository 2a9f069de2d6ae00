"""The server's settings: defaults < environment < command line; all faults are told together."""

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sync_server.errors import SettingsFaults

DATA_HELP = "folder of the store (default: HYMY_DATA, else ./hymy-data)"


@dataclass(frozen=True)
class Settings:
    """listen: host and port. data: the folder that holds the store.

    backups: where a backup is put every night, None for nowhere. keep_texts_days: how long people's words are kept
    after they were said, 0 for ever.
    """

    data: Path = Path("hymy-data")
    host: str = "127.0.0.1"
    port: int = 8080
    backups: Path | None = None
    keep_texts_days: int = 0


def data_folder(arguments: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> Path:
    """Where the store is, for every command beside the server."""
    return Path(arguments.data or environment.get("HYMY_DATA") or Settings.data)


def read_settings(arguments: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsFaults."""
    faults: list[str] = []
    listen = arguments.listen or environment.get("HYMY_LISTEN") or f"{Settings.host}:{Settings.port}"
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        faults.append(f"listen: {listen!r} should be HOST:PORT, e.g. 127.0.0.1:8080 or 0.0.0.0:8080.")
    data = data_folder(arguments, environment)
    if data.exists() and not data.is_dir():
        faults.append(f"data: {data} is a file; name a folder.")
    keep_texts_days = environment.get("HYMY_KEEP_TEXTS_DAYS") or "0"
    if not keep_texts_days.isdecimal():
        faults.append(f"HYMY_KEEP_TEXTS_DAYS: {keep_texts_days!r} should be a number of days, e.g. 365; 0 for ever.")
    if faults:
        raise SettingsFaults("settings", faults)
    return Settings(data, host.strip("[]"), int(port), backups_folder(environment), int(keep_texts_days))


def backups_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where backups are put unless it is said otherwise."""
    named = environment.get("HYMY_BACKUPS")
    return Path(named) if named else None
