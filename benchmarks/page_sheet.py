"""The pages of a manager in three widths, light and dark, one sheet a width: python -m benchmarks.page_sheet.

The demo's made-up quarter fills a store, whose clock stands; make pictures draws them, too. Pages that are longer than
their picture on the sheet are cut.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page

from benchmarks.sheet import GREY
from hymy.demo import CHAIN
from hymy.history import make_history
from hymy.programs import run_hymy
from sync_server.accounts.people import sign_in_name
from sync_server.alerts.alert import Negative, new_row
from sync_server.reports.press import Press
from sync_server.store import alerts, open_store, people
from tests import cast
from tests.chromium import chromium
from tests.sync_server.web.house import House, Served

NOW = cast.at("2026-11-20 18:30")  # a Friday
WHO = "Eeva"
PAGES = (
    "/today/kamppi",
    "/location/kamppi",
    "/compare",
    "/alerts",
    "/comments",
    "/exports",
)
BETWEEN = 12  # px
COMMON = 24  # colours, of the 256 of a sheet


class Width(NamedTuple):
    """px of the window; of its picture on the sheet, and how long that is; pictures beside one another."""

    window: int
    small: int
    longest: int
    columns: int


WIDTHS = (Width(390, 292, 900, 6), Width(820, 574, 900, 3), Width(1366, 574, 560, 3))
LOOKS: tuple[tuple[str, Literal["light", "dark"]], ...] = (("en", "light"), ("fi", "dark"))


def main() -> int:
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pages-")))
        house = stack.enter_context(_house(folder / "store"))
        browser = stack.enter_context(chromium())
        for width in WIDTHS:
            shots = [file for look in LOOKS for file in _shoot(folder, house, browser, width, *look)]
            print(_sheet(shots, width, out / f"pages-{width.window}.png"))
    return 0


@contextmanager
def _house(folder: Path) -> Iterator[House]:
    """Where the demo's chain has been for a quarter, and something is wrong at a checkout now."""
    run_hymy("chain", "load", CHAIN, "--data", folder)
    store = open_store(folder)
    people.add_person(store, cast.person(WHO), sign_in_name(WHO), now_ms=0)
    make_history(store, NOW)
    with store.write() as transaction:
        alerts.add(transaction, new_row(("kamppi", "negative", "checkout"), Negative(7, 9, 15), NOW - 600_000))
    house = House(store, Press())
    house.now_ms = NOW
    house.chain_days.step(most_s=60)
    with Served(house):
        yield house
    store.close()


def _shoot(
    folder: Path, house: House, browser: Browser, width: Width, language: str, theme: Literal["light", "dark"]
) -> Iterator[Path]:
    with house.store.write() as transaction:
        transaction.execute("UPDATE people SET language = ?", (language,))
    longest = width.longest * width.window // width.small
    size = {"width": width.window, "height": longest}
    context = browser.new_context(viewport=size, color_scheme=theme, locale=language)  # type: ignore[arg-type]
    cookie = {"name": "hymy_session", "value": house.session_of(WHO), "url": house.address}
    context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    for number, path in enumerate(PAGES):
        yield _photograph(page, house.address + path, folder / f"{width.window}-{theme}-{number:02d}.png")
    context.close()


def _photograph(page: Page, address: str, file: Path) -> Path:
    page.goto(address)
    page.screenshot(path=file)
    return file


def _sheet(shots: list[Path], width: Width, file: Path) -> Path:
    across, down = width.small + BETWEEN, width.longest + BETWEEN
    rows = -(-len(shots) // width.columns)
    sheet = Image.new("RGB", (width.columns * across + BETWEEN, rows * down + BETWEEN), GREY)
    for number, shot in enumerate(shots):
        row, column = divmod(number, width.columns)
        with Image.open(shot) as picture:
            small = picture.convert("RGB").resize((width.small, width.longest), Image.Resampling.LANCZOS)
        sheet.paste(small, (BETWEEN + column * across, BETWEEN + row * down))
    sheet.quantize(palette=_palette(sheet), dither=Image.Dither.NONE).save(file, optimize=True)
    return file


def _palette(sheet: Image.Image) -> Image.Image:
    """The commonest colours as they are, so that paper and card stay apart; the others, however rare, by their hues."""
    found = sorted(sheet.getcolors(sheet.width * sheet.height) or [], reverse=True)
    each_once = Image.new("RGB", (len(found), 1))
    each_once.putdata([colour for _, colour in found])
    rest = each_once.quantize(256 - COMMON, Image.Quantize.MEDIANCUT).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, colour in found[:COMMON] for part in colour] + rest)
    return palette


if __name__ == "__main__":
    sys.exit(main())
