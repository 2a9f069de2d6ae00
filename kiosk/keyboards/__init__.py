"""Each language's letters: its keyboard on the screen, the alphabet that buttons spell by, what they write. Pure."""

import tomllib
import unicodedata
from functools import cache
from importlib import resources

import msgspec

from survey.questions import MAX_TEXT

FALLBACK = "en"
SPACE, ERASE = " ", ""  # what buttons can choose beside the letters

Rows = tuple[tuple[str, ...], ...]


class Layout(msgspec.Struct, frozen=True):
    """alphabet: for buttons, in its order. letters, signs: of the keyboard, in three rows each; the third has shift and
    erase at its ends. beside_space: left and right of it.

    accents: keys that change the letter before them: what stands on the key -> Unicode's combining sign.
    """

    alphabet: str
    letters: Rows
    signs: Rows
    beside_space: tuple[str, str]
    has_capitals: bool = True
    accents: dict[str, str] = {}

    @property
    def columns(self) -> int:
        return max(len(row) for row in (*self.letters, *self.signs))


def layout_for(language: str) -> Layout:
    """The language's own (without its region: `sv` for `sv-FI`), else the English one."""
    own = resources.files(__name__).joinpath(f"{language.lower().split('-')[0]}.toml")
    return _read(own.name if own.is_file() else f"{FALLBACK}.toml")


@cache
def _read(name: str) -> Layout:
    read = tomllib.loads(resources.files(__name__).joinpath(name).read_text("utf-8"))
    rows = {part: [row.split() for row in read[part]] for part in ("letters", "signs")}
    return msgspec.convert(read | rows, Layout)


def typed(written: str, sign: str, accents: dict[str, str]) -> str:
    """The text after a key; as it was where it is full, or where an accent does not go with the last letter."""
    if sign in accents:
        accented = unicodedata.normalize("NFC", written + accents[sign])
        return accented if len(accented) == len(written) else written
    longer = written + sign
    return longer if len(longer) <= MAX_TEXT else written


def spelled(written: str, sign: str) -> str:
    """The text after a sign that buttons have chosen: it begins with a capital, and has no space where none belongs."""
    if sign == ERASE:
        return written[:-1]
    if sign == SPACE and (not written or written.endswith(SPACE)):
        return written
    return typed(written, sign if written else sign.upper(), {})


def without_last_word(written: str) -> str:
    stripped = written.rstrip()
    return stripped[: stripped.rfind(" ") + 1]


def tail(written: str, most: int) -> str:
    """The end of a long text, from the beginning of a word; laying out all of it would make each key slow."""
    if len(written) <= most:
        return written
    cut = written[-most:]
    return cut.partition(" ")[2] or cut
