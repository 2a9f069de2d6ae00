"""The server's settings: defaults < environment < command line; all faults are told together."""

import argparse
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sync_server.errors import SettingsFaults
from sync_server.mail.settings import Mail, read_mail

DATA_HELP = "folder of the store (default: HYMY_DATA, else ./hymy-data)"
DATABASE_HELP = "keep the store in PostgreSQL: postgresql://USER@HOST/DATABASE (default: HYMY_DATABASE)"
DIGITS_OF_DAYS = 5  # what is kept for over 270 years is kept for ever
MOST_PROCESSES = 64
SCHEMES = ("postgresql://", "postgres://")
_SECRETS = re.compile(r"(?<=://)([^/@:]*):.*(?=@)|(?<=password=)[^&]*")


@dataclass(frozen=True)
class Settings:
    """place: where the store is, a folder, or the address of a PostgreSQL database. listen: host and port.

    backups: where a backup is put every night, None for nowhere. keep_texts_days: how long people's words are kept
    after they were said, 0 for ever. mail: how letters go out, and where their links lead. processes: how many answer.
    """

    place: Path | str = Path("hymy-data")
    host: str = "127.0.0.1"
    port: int = 8080
    backups: Path | None = None
    keep_texts_days: int = 0
    mail: Mail = field(default_factory=Mail)
    processes: int = 1


def data_folder(arguments: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the store, and of what is kept beside it."""
    return Path(arguments.data or environment.get("HYMY_DATA") or "hymy-data")


def store_place(arguments: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> Path | str:
    """Where the store is, for every command: what the command line names goes before the environment.

    Raises SettingsFaults.
    """
    database: str = arguments.database or ("" if arguments.data else environment.get("HYMY_DATABASE", ""))
    if not database:
        return data_folder(arguments, environment)
    if not database.startswith(SCHEMES):
        fault = f"database: {shown(database)!r} should be postgresql://USER@HOST/DATABASE, or be left out for SQLite."
        raise SettingsFaults("settings", [fault])
    return database


def shown(place: Path | str) -> str:
    """As people may see it: without a password."""
    return _SECRETS.sub(lambda found: f"{found[1]}:***" if found[1] else "***", str(place))


def read_settings(arguments: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsFaults."""
    faults: list[str] = []
    listen = arguments.listen or environment.get("HYMY_LISTEN") or f"{Settings.host}:{Settings.port}"
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        faults.append(f"listen: {listen!r} should be HOST:PORT, e.g. 127.0.0.1:8080 or 0.0.0.0:8080.")
    place: Path | str = ""
    try:
        place = store_place(arguments, environment)
    except SettingsFaults as error:
        faults += error.faults
    if isinstance(place, Path) and place.exists() and not place.is_dir():
        faults.append(f"data: {place} is a file; name a folder.")
    days = 0
    try:
        days = keep_texts_days(environment)
    except SettingsFaults as error:
        faults.extend(error.faults)
    mail = _mail(environment, faults)
    processes = arguments.processes or environment.get("HYMY_PROCESSES") or "1"
    if not processes.isdecimal() or not 0 < int(processes) <= MOST_PROCESSES:
        faults.append(f"processes: {processes!r} should be a number from 1 to {MOST_PROCESSES}, at most one a core.")
    if faults:
        raise SettingsFaults("settings", faults)
    return Settings(place, host.strip("[]"), int(port), backups_folder(environment), days, mail, int(processes))


def backups_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where backups are put unless it is said otherwise."""
    named = environment.get("HYMY_BACKUPS")
    return Path(named) if named else None


def keep_texts_days(environment: Mapping[str, str] = os.environ, said: str | None = None) -> int:
    """said: by the command line, in place of the setting. Raises SettingsFaults."""
    named = said or environment.get("HYMY_KEEP_TEXTS_DAYS") or "0"
    if not named.isdecimal() or len(named) > DIGITS_OF_DAYS:
        setting = "--keep-texts-days" if said else "HYMY_KEEP_TEXTS_DAYS"
        fault = f"{setting}: {named[:40]!r} should be a number of days, e.g. 365; 0 for ever."
        raise SettingsFaults("settings", [fault])
    return int(named)


def mail_settings(environment: Mapping[str, str] = os.environ) -> Mail:
    """Raises SettingsFaults."""
    faults: list[str] = []
    mail = _mail(environment, faults)
    if faults:
        raise SettingsFaults("settings", faults)
    return mail


def _mail(environment: Mapping[str, str], faults: list[str]) -> Mail:
    smtp, sender = environment.get("HYMY_SMTP", ""), environment.get("HYMY_MAIL_FROM", "")
    return read_mail(smtp, sender, environment.get("HYMY_ADDRESS", ""), faults)
