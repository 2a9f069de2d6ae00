"""The chain's pictures on this terminal: a file each, named by the SHA-256 of what it holds."""

from collections.abc import Container, Mapping
from pathlib import Path

FOLDER = "pictures"
YOUNG_S = 24 * 3600  # may belong to a configuration that is still on its way


def picture_file(folder: Path, sha256: str) -> Path:
    """Where a picture lies, or would."""
    return folder / FOLDER / f"{sha256}.png"


def on_shelf(folder: Path, pictures: Mapping[str, str]) -> dict[str, Path]:
    """Of a configuration's pictures (name -> SHA-256) those that are here, by name."""
    files = {name: picture_file(folder, sha256) for name, sha256 in pictures.items()}
    return {name: file for name, file in files.items() if file.is_file()}


def clear_shelf(folder: Path, named: Container[str], *, wall_s: float) -> int:
    """Drop the pictures whose SHA-256 nothing names; returns how many. wall_s: the system's clock. Raises OSError."""
    unnamed = [file for file in (folder / FOLDER).glob("*") if file.stem not in named]
    old = [file for file in unnamed if file.stat().st_mtime < wall_s - YOUNG_S]
    for file in old:
        file.unlink()
    return len(old)
