"""The commands, as IT runs them beside whatever else is running."""

import resource
import subprocess
from pathlib import Path

from hymy import programs


def at(place: Path | str) -> tuple[str, Path | str]:
    """The option that names a store."""
    return ("--data", place) if isinstance(place, Path) else ("--database", place)


def run(*arguments: str | Path, most_bytes: int | None = None) -> subprocess.CompletedProcess[str]:
    """most_bytes: no file that it writes grows beyond."""

    def limit() -> None:
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    command = programs.hymy(*arguments)
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, preexec_fn=limit)
