"""Which way words are read, where their lines break, and how a line that is read from the right is handed over. Pure.

Lines break in the order in which they are read; only then is each turned (Unicode's bidirectional algorithm).
"""

import unicodedata
from collections.abc import Callable

from bidi import get_display  # type: ignore[import-untyped]

FROM_RIGHT = ("R", "AL")


def has_letters_from_right(text: str) -> bool:
    """Arabic, Hebrew, ..., or a sign of theirs alone, such as their comma."""
    return not text.isascii() and any(
        unicodedata.bidirectional(sign) in FROM_RIGHT or "\u0600" <= sign <= "\u06ff" for sign in text
    )


def turned(line: str) -> str:
    """A line with letters from the right, for HarfBuzz told to shape all of it from right to left.

    Arabic stays as it is written, for only so its letters join; Latin words and numbers in it run backwards.
    """
    return str(get_display(unicodedata.normalize("NFC", line), base_dir="R"))[::-1]


def broken(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The lines of a text that is as wide as that at most; a longer word has a line of its own."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".lstrip()
            if line and measure(longer) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines
