"""The sentences of pages and letters, from <language>/*.toml: the same keys in each language."""

import math
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from survey.figures import Difference, Figure
from sync_server.accounts.people import LANGUAGES
from sync_server.comments.masking import MARKS

FOLDER = Path(__file__).parent

DATE_AT_END = re.compile(r"(?<=\d)\.\.$")  # a Finnish date ends with a full stop, as its sentence does: one is enough
FROM_A_SIGN = re.compile(r"([−+]\d[\d.,]*)–")  # −5–−1 cannot be read, −5…−1 can

THIN, GROUPED_FROM = "\N{NARROW NO-BREAK SPACE}", 10_000

Say = Callable[..., str]  # say("today.answers", n=7)


@cache
def texts(language: str) -> Mapping[str, Any]:
    """Key, with dots, to a sentence; or to {one, other}, chosen by `n`."""
    files = sorted((FOLDER / language).glob("*.toml"))
    parts = [part for file in files for part in tomllib.loads(file.read_text(encoding="utf-8")).items()]
    return {f"{part}.{key}": text for part, content in parts for key, text in content.items()}


@cache
def say_in(language: str) -> Say:
    """Raises KeyError for a key that no file has."""
    known = texts(language)

    def say(key: str, **values: object) -> str:
        text = known[key]
        if isinstance(text, dict):
            text = text["one" if values["n"] == 1 else "other"]
        for name, value in values.items():
            if isinstance(value, int):
                values[name] = whole(value)
        said: str = text.format_map(values)
        if said.endswith(".."):  # a page says hundreds of sentences: most are not looked through
            said = DATE_AT_END.sub(".", said)
        return FROM_A_SIGN.sub(r"\1…", said) if "−" in said or "+" in said else said

    return say


def masked(text: str, say: Say) -> str:
    """With the marks of what was masked in the reader's language: [phone number]."""
    for kind, mark in MARKS.items():
        if mark in text:
            text = text.replace(mark, f"[{say(f'comments.mark_{kind}')}]")
    return text


def preferred(accept_language: str) -> str:
    """The first language of a browser's wishes that there is; English else."""
    wishes = [wish.split(";")[0].strip()[:2].lower() for wish in accept_language.split(",")]
    return next((wish for wish in wishes if wish in LANGUAGES), "en")


def whole(value: float) -> str:
    """Rounded, with a real minus and never a minus nought; long ones in groups of three: 11 110."""
    rounded = round(value)
    said = str(rounded) if abs(rounded) < GROUPED_FROM else f"{rounded:,}".replace(",", THIN)
    return said.replace("-", "−")


def in_words(figure: Figure) -> dict[str, str]:
    """A figure as the values of a sentence."""
    return {"value": whole(figure.value), "low": whole(figure.low), "high": whole(figure.high)}


def between(say: Say, key: str, figure: Figure) -> str:
    """What the key's sentence says of a figure and its range; of under 30 answers also that it is preliminary."""
    return _standing(say, say(key, **in_words(figure)), figure)


def sure(say: Say, figure: Figure) -> str:
    """How sure a figure is, for beside it where there is no room for a sentence: 82–89, 412 answers."""
    said = say("compare.sure", n=figure.n, low=whole(figure.low), high=whole(figure.high))
    return _standing(say, said, figure)


def signed(say: Say, change: Difference) -> dict[str, str]:
    """A difference that is told, as the values of a sentence: beside 0 with a decimal, never as 0."""
    return {name: _with_sign(say, getattr(change, name)) for name in ("value", "low", "high")}


def points(say: Say, measure: str, change: Difference) -> str:
    """A difference in its unit: percentages differ by percentage points, the NPS by points."""
    return say(f"compare.points_{measure}", n=abs(round(change.value)), value=signed(say, change)["value"])


def _standing(say: Say, said: str, figure: Figure) -> str:
    return f"{said}, {say('compare.preliminary')}" if figure.standing == "preliminary" else said


def _with_sign(say: Say, value: float) -> str:
    if value and not round(value):
        tenth = f"{math.ceil(abs(value) * 10) / 10:g}".replace(".", say("definitions.decimal"))
        return f"{'+' if value > 0 else '−'}{tenth}"
    return f"{'+' if value > 0 else ''}{whole(value)}"
