"""Everything that a customer reads besides the survey itself: one file for each language, all with the same keys."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

FALLBACK = "en"


def text(language: str, key: str, **values: object) -> str:
    """The text of a key such as `goal.sentence`, its {names} filled in; in English where the language has none.

    Raises LookupError if no text has that key.
    """
    for spoken in (language, FALLBACK):
        if (found := texts(spoken).get(key)) is not None:
            return found.format(**values) if values else found
    raise LookupError(f"No text has the key {key!r}; the keys are in kiosk/texts/{FALLBACK}.toml.")


def in_language(said: Mapping[str, str], language: str) -> str:
    """A survey's own words in a language; in English, else in the first there is, where it has none."""
    return said.get(language) or said.get(FALLBACK) or next(iter(said.values()), "")


def language_name(language: str) -> str:
    """How a language calls itself; its code where that is not known."""
    for code in (language, language.split("-")[0]):
        if name := texts(code).get("language.name") or _read("names").get(code):
            return name
    return language.upper()


def texts(language: str) -> Mapping[str, str]:
    """All texts of a language by dotted key; empty for a language that has no file here."""
    return _read(language)


@cache
def _read(name: str) -> Mapping[str, str]:
    file = resources.files(__name__).joinpath(f"{name}.toml")
    return dict(_flat(tomllib.loads(file.read_text("utf-8")))) if file.is_file() else {}


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
