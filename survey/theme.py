"""The chain's own look on its terminals: colours for day and dark, and a logo. Pure."""

import msgspec


class Colours(msgspec.Struct, frozen=True):
    """Each as "#rrggbb". accent: what is chosen, and the bar of the goal."""

    paper: str
    ink: str
    quiet: str
    card: str
    edge: str
    accent: str


DAY = Colours(paper="#f6f3ec", ink="#16211d", quiet="#5d6a64", card="#fffdf8", edge="#d8d2c4", accent="#1c7a55")
DARK = Colours(paper="#131a17", ink="#f2efe7", quiet="#a3aea8", card="#1d2622", edge="#37423d", accent="#4fb488")


class Theme(msgspec.Struct, frozen=True):
    """logo: name of a picture (Configuration.pictures), empty for none; logo_dark: the one for dark paper."""

    day: Colours = DAY
    dark: Colours = DARK
    logo: str = ""
    logo_dark: str = ""
