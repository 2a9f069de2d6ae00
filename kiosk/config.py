"""A terminal's settings: defaults < settings file < environment (HYMY_...) < command line, checked together once."""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hardware import choose
from kiosk.errors import SettingsFaults

PREFIX = "HYMY_"
YES = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True)
class Config:
    """data: the folder of the journal and the token. server: where to send; without one the terminal just collects.

    code: one-time enrolment code. buttons, lights, buzzer, counter, display, headphones: as hardware/choose.py takes
    them. speech: questions can be heard. recordings: a folder of sentences that a person said.
    ca: certificate authority to trust instead of the system's. windowed: not the full screen. plain_loop: poll for
    touches instead of waiting for them. dark: the dark half of the theme by day too. still: nothing on the screen
    moves. touches: a named pipe that simulated touches are read from.
    """

    data: Path
    server: str = ""
    code: str = ""
    buttons: str = ""
    lights: str = ""
    buzzer: str = ""
    counter: str = ""
    display: str = ""
    speech: bool = False
    recordings: Path | None = None
    headphones: str = ""
    headless: bool = False
    ca: Path | None = None
    windowed: bool = False
    plain_loop: bool = False
    dark: bool = False
    still: bool = False
    touches: Path | None = None

    @property
    def devices(self) -> dict[str, str]:
        """What hardware/choose.py takes."""
        return {key: getattr(self, key) for key in choose.WRITTEN}

    def __repr__(self) -> str:
        shown = [f"{key.name}={getattr(self, key.name)!r}" for key in fields(self) if key.name != "code"]
        return f"Config({', '.join(shown)}, code={'***' if self.code else ''!r})"


FLAGS = ("speech", "headless", "windowed", "plain_loop", "dark", "still")
PATHS = ("data", "recordings", "ca", "touches")
KEYS = tuple(key.name for key in fields(Config))


def load(command_line: Mapping[str, Any], environment: Mapping[str, str]) -> Config:
    """Raises SettingsFaults with everything that is wrong. command_line: what was not given is None."""
    faults: list[str] = []
    given: dict[str, Any] = {}
    file = command_line.get("settings") or environment.get(f"{PREFIX}SETTINGS")
    if file:
        given |= _checked(_read(Path(file), faults), str(file), faults)
    from_environment = {key: environment[PREFIX + key.upper()] for key in KEYS if environment.get(PREFIX + key.upper())}
    given |= _checked(from_environment, "environment", faults)
    given |= {key: command_line[key] for key in KEYS if command_line.get(key) is not None}
    faults += _faults(given)
    if faults:
        raise SettingsFaults(faults)
    return Config(**{key: Path(value) if key in PATHS else value for key, value in given.items()})  # type: ignore[arg-type]


def _read(file: Path, faults: list[str]) -> dict[str, Any]:
    """The file's settings. From a file that can't be read, each one as None: it may have been given there."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        faults.append(f"The settings file {file} can't be read: {error.strerror}.")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"The settings file {file} is no TOML: {error}.")
    return dict.fromkeys(KEYS)


def _checked(values: Mapping[str, Any], place: str, faults: list[str]) -> dict[str, Any]:
    """What is of the right type; the rest becomes faults. None: given, but unclear, and told already."""
    sound: dict[str, Any] = {}
    for key, value in values.items():
        shown = "***" if key == "code" else repr(value)
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, n=1)
            sound |= {meant: None for meant in near if meant not in sound}
            meant = f"did you mean {near[0]}?" if near else f"known are {', '.join(KEYS)}."
            faults.append(f"{place}: {key} is no setting; {meant}")
        elif value is None:
            sound[key] = None
        elif key in FLAGS and isinstance(value, str) and value.lower() in YES:
            sound[key] = YES[value.lower()]
        elif not isinstance(value, bool if key in FLAGS else str):
            expected = "true or false" if key in FLAGS else "a text in quotes"
            faults.append(f"{place}: {key} = {shown} should be {expected}.")
            sound[key] = None
        elif key in FLAGS or value:
            sound[key] = value
    return sound


def _faults(given: Mapping[str, Any]) -> Iterator[str]:
    """What is missing or cannot work; not of what is None, whose fault is told already."""
    if given.get("data", "") == "":
        yield "data is missing: name the folder for the journal, e.g. --data /var/lib/hymy."
    server = given.get("server")
    if server and not _is_address(server):
        yield f"server = {server!r} should be an address, e.g. https://hymy.example.org."
    devices = {key: given[key] for key in choose.WRITTEN if given.get(key)}
    if given.get("buttons", "") is None:
        devices.pop("lights", None)  # those in a button box can't be judged without it
    yield from choose.faults(devices)
    for key in ("recordings", "headphones"):
        if given.get(key) and given.get("speech", False) is False:
            yield f"{key} = {str(given[key])!r}, but nothing is spoken: set speech = true too."
    if given.get("headless") and given.get("buttons", "") == "":
        yield "headless, but no buttons: nobody could answer. Name them, e.g. --buttons serial:/dev/ttyACM0."
    if given.get("recordings") and not Path(given["recordings"]).is_dir():
        yield f"recordings = {str(given['recordings'])!r} should be a folder with one for each language; there is none."
    if given.get("ca") and not Path(given["ca"]).is_file():
        yield f"ca = {str(given['ca'])!r} should be the file with your server's certificate authority; there is none."


def _is_address(server: str) -> bool:
    try:
        address = urlsplit(server)
        return address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    except ValueError:  # half an IPv6 address, or a port beyond 65535
        return False
