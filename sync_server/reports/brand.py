"""The chain's own logo and colour on what goes out, as its theme has them for terminals (survey/theme.py)."""

from base64 import b64encode

import msgspec

from survey.theme import DAY, GRAPHICS_CONTRAST, WHITE, contrast
from sync_server.store import Store, shown


class Brand(msgspec.Struct, frozen=True):
    """logo: a PNG; empty for none."""

    accent: str = DAY.accent
    logo: bytes = b""

    @property
    def address(self) -> str:
        """The logo as an address of its own; empty for none."""
        return f"data:image/png;base64,{b64encode(self.logo).decode()}" if self.logo else ""


def brand_of(store: Store) -> Brand:
    """An accent that does not stand out from white paper stays on the terminals."""
    theme = shown.theme(store)
    found = shown.picture_hashes(store, [theme.logo]) if theme.logo else {}
    logo = shown.picture(store, found[theme.logo]) if found else None
    accent = theme.day.accent
    return Brand(accent if contrast(accent, WHITE) >= GRAPHICS_CONTRAST else DAY.accent, logo or b"")
