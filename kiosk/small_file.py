"""A small file beside the journal: durable once it is written, never half there, for the terminal's user alone."""

import os
from pathlib import Path

from kiosk.journal.files import sync_folder


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
