"""Every screen in every size on one sheet for each language: python -m benchmarks.sheet (make pictures does it too).

Each is drawn by the terminal's own window, which nobody sees, and made small by ImageMagick. By rows: the wide windows
of each screen, then the tall ones.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from kiosk.screens.picture import LANGUAGES, VIEWS, sample
from survey.theme import Colours, Theme

WIDE = ((800, 480), (1024, 600), (1280, 800), (1920, 1080))
TALL = tuple((height, width) for width, height in WIDE)
SMALL_WIDE, SMALL_TALL = "320x200", "180x320"
COLUMNS_WIDE, COLUMNS_TALL = 8, 12
HALF = 0.5
COLOURS = 128

CHAIN = Theme(
    day=Colours(paper="#ffffff", ink="#14213d", quiet="#52607a", card="#f3f6fc", edge="#8590a6", accent="#0b4fc4"),
    dark=Colours(paper="#0c1424", ink="#f1f5fd", quiet="#a7b3c9", card="#16223a", edge="#66748f", accent="#7fb0ff"),
    logo="logo",
    logo_dark="logo-dark",
)


LOGOS = (("logo", CHAIN.day.accent), ("logo-dark", CHAIN.dark.accent))
GREY = "#8a8f8c"  # between the pictures


class Shot(NamedTuple):
    """theme: of the house or of a chain of its own."""

    view: str
    theme: Theme = Theme()
    dark: bool = False


SHOTS = (
    *map(Shot, VIEWS),
    *(Shot(view, dark=True) for view in ("smiley5", "single", "text", "thanks")),
    *(Shot(view, CHAIN) for view in ("smiley5", "multiple", "thanks")),
    Shot("smiley5", CHAIN, dark=True),
)


class Studio:
    """The one window, and the pictures that a chain sent."""

    def __init__(self, folder: Path) -> None:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
        from kiosk.screens.window import Window

        self._window: Any = Window(size=WIDE[0], fullscreen=False, still=True)
        self._pictures = {name: _logo(folder / f"{name}.png", fill) for name, fill in LOGOS}

    def resize(self, size: tuple[int, int]) -> None:
        from kivy.core.window import Window as KivyWindow

        KivyWindow.size = size
        self._window.stage.size = size

    def shoot(self, shot: Shot, language: str) -> bytes:
        """At half the size, as red, green, blue and alpha, line by line from the top."""
        from kivy.graphics.opengl import glFinish

        stage = self._window.stage
        stage.dark = shot.dark
        self._window.dress(shot.theme, self._pictures)
        self._window.show(sample(shot.view, language=language))
        for _ in range(3):
            self._window.loop.step()
            glFinish()  # without it the driver keeps every frame
        return bytes(stage.export_as_image(scale=HALF).texture.pixels)


def _logo(file: Path, fill: str) -> Path:
    ring = ("-fill", "none", "-stroke", fill, "-strokewidth", "14", "-draw", "circle 60,60 60,16")
    name = ("-fill", fill, "-stroke", "none", "-font", _bold(), "-pointsize", "88", "-draw", "text 124,92 'Torppa'")
    subprocess.run(["convert", "-size", "440x120", "xc:none", *ring, *name, str(file)], check=True)
    return file


def _bold() -> str:
    found = sorted(Path("/usr/share/fonts").rglob("Inter-Bold.otf"))
    return str(found[0]) if found else "DejaVu-Sans-Bold"


def main() -> int:
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures")
    with tempfile.TemporaryDirectory(prefix="sheet-") as folder:
        studio = Studio(Path(folder))
        for size in (*WIDE, *TALL):
            studio.resize(size)
            for language in LANGUAGES:
                _shrink(Path(folder), language, size, (studio.shoot(shot, language) for shot in SHOTS))
        for language in LANGUAGES:
            print(_sheet(Path(folder), language, out / f"screens-{language}.png"))
    return 0


def _shrink(folder: Path, language: str, size: tuple[int, int], shots: Iterator[bytes]) -> None:
    width, height = (round(HALF * side) for side in size)
    small = SMALL_WIDE if width > height else SMALL_TALL
    raw = ("-size", f"{width}x{height}", "-depth", "8", "rgba:-")
    argv = ["convert", *raw, "-alpha", "off", "-resize", small, f"{folder}/{language}-{width}x{height}-%02d.png"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE) as convert:
        assert convert.stdin
        for shot in shots:
            convert.stdin.write(shot)
    assert convert.returncode == 0, f"ImageMagick did not take the pictures of {width} x {height}."


def _sheet(folder: Path, language: str, file: Path) -> Path:
    for name, sizes, small, columns in (
        ("wide", WIDE, SMALL_WIDE, COLUMNS_WIDE),
        ("tall", TALL, SMALL_TALL, COLUMNS_TALL),
    ):
        halves = [f"{round(HALF * width)}x{round(HALF * height)}" for width, height in sizes]
        files = [f"{folder}/{language}-{half}-{shot:02d}.png" for shot in range(len(SHOTS)) for half in halves]
        place = ("-tile", f"{columns}x", "-geometry", f"{small}+6+6", "-background", GREY)
        subprocess.run(["montage", *files, *place, f"{folder}/{name}.png"], check=True)
    both = (f"{folder}/wide.png", f"{folder}/tall.png")
    few = ("-gravity", "center", "-background", GREY, "-append", "+repage", "+dither", "-colors", str(COLOURS))
    subprocess.run(["convert", *both, *few, "-define", "png:compression-level=9", f"PNG8:{file}"], check=True)
    return file


if __name__ == "__main__":
    sys.exit(main())
