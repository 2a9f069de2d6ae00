"""The chain's own look on its terminals: colours for day and dark, and a logo; and whether everybody can read it. Pure.

Contrast as WCAG 2.x measures it: the relative luminance of two colours, from 1:1 (the same) to 21:1 (black on white).
"""

import re
from collections.abc import Iterator

import msgspec

TEXT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3 (AA)
GRAPHICS_CONTRAST = 3.0  # 1.4.11: what tells a key, a bar or a face from the paper
BLACK, WHITE = "#000000", "#ffffff"
RIM_STEPS = 20


class Colours(msgspec.Struct, frozen=True):
    """Each as "#rrggbb". accent: what is chosen, and the bar of the goal."""

    paper: str
    ink: str
    quiet: str
    card: str
    edge: str
    accent: str


DAY = Colours(paper="#f6f3ec", ink="#16211d", quiet="#5d6a64", card="#fffdf8", edge="#918b7d", accent="#1c7a55")
DARK = Colours(paper="#131a17", ink="#f2efe7", quiet="#a3aea8", card="#1d2622", edge="#6c7872", accent="#4fb488")


class Theme(msgspec.Struct, frozen=True):
    """logo: name of a picture (Configuration.pictures), empty for none; logo_dark: the one for dark paper."""

    day: Colours = DAY
    dark: Colours = DARK
    logo: str = ""
    logo_dark: str = ""


NEEDED = (
    ("ink", "paper", TEXT_CONTRAST),
    ("ink", "card", TEXT_CONTRAST),
    ("quiet", "paper", TEXT_CONTRAST),
    ("quiet", "card", TEXT_CONTRAST),
    ("accent", "paper", GRAPHICS_CONTRAST),
    ("accent", "card", GRAPHICS_CONTRAST),
    ("edge", "paper", GRAPHICS_CONTRAST),
)


def theme_faults(theme: Theme) -> Iterator[str]:
    """What keeps people from reading the terminal, a sentence each."""
    for part, colours in (("day", theme.day), ("dark", theme.dark)):
        given = msgspec.structs.asdict(colours)
        wrong = [name for name, colour in given.items() if not is_colour(colour)]
        for name in wrong:
            yield f'theme: {part}.{name} = {given[name]!r} should be written as "#rrggbb", e.g. "{WHITE}".'
        for front, back, needed in NEEDED:
            if wrong or (measured := contrast(given[front], given[back])) >= needed:
                continue
            yield (
                f"theme: {part}.{front} {given[front]} on {part}.{back} {given[back]} has a contrast of "
                f"{_told(measured)}:1; it needs {needed:g}:1."
            )


def is_colour(text: str) -> bool:
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def contrast(one: str, other: str) -> float:
    """Of two colours, 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """0 (black) to 1 (white). Source: WCAG 2.2, "relative luminance"."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable_on(colour: str) -> str:
    """Black or white, whichever reads better on it: never under 4.58:1, since 21 is black to white."""
    return max(BLACK, WHITE, key=lambda words: contrast(words, colour))


def rim(colour: str, colours: Colours) -> str:
    """What goes around a shape of a fixed colour: itself, moved towards the ink until it stands out from the paper."""
    steps = (blend(colour, colours.ink, step / RIM_STEPS) for step in range(RIM_STEPS + 1))
    return next((edge for edge in steps if contrast(edge, colours.paper) >= GRAPHICS_CONTRAST), colours.ink)


def blend(colour: str, other: str, share: float) -> str:
    """A colour on its way to another, share 0..1."""
    mixed = (round(a + (b - a) * share) for a, b in zip(_channels(colour), _channels(other), strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _told(ratio: float) -> str:
    """Cut rather than rounded: 4.497 is not 4.50."""
    return f"{int(ratio * 100) / 100:.2f}"
