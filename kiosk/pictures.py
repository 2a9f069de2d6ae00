"""The chain's pictures on this terminal: a file each, named by the SHA-256 of what it holds."""

from collections.abc import Mapping
from pathlib import Path

FOLDER = "pictures"


def picture_file(folder: Path, sha256: str) -> Path:
    """Where a picture lies, or would."""
    return folder / FOLDER / f"{sha256}.png"


def on_shelf(folder: Path, pictures: Mapping[str, str]) -> dict[str, Path]:
    """Of a configuration's pictures (name -> SHA-256) those that are here, by name."""
    files = {name: picture_file(folder, sha256) for name, sha256 in pictures.items()}
    return {name: file for name, file in files.items() if file.is_file()}
