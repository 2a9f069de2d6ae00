"""A small file beside the journal: durable once it is written, never half there, for the terminal's user alone."""

import logging
import os
from pathlib import Path
from typing import TypeVar

import msgspec

from kiosk.journal.files import sync_folder

log = logging.getLogger(__name__)
T = TypeVar("T", bound=msgspec.Struct)


def read(file: Path, kind: type[T]) -> T | None:
    """What it holds as JSON; None where there is none, or what was never written: a card forgets. Raises OSError."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except ValueError as error:  # also where a text is no UTF-8 any more
        log.error("%s can't be read and is left aside: %s", file, error)
        return None


def write(file: Path, content: bytes) -> None:
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.unlink(missing_ok=True)
    opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as written:
        written.write(content)
        written.flush()
        os.fsync(opened)
    unfinished.rename(file)
    sync_folder(file.parent)
